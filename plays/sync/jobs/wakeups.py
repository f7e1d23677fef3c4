"""Doorbells: tasks that wake a worker for a page. Losing or doubling one changes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django_q.tasks import async_task

from plays.models import Page, Site, SyncJob

# A bell that nobody answered is rung again after this long.
BELL_LIFETIME = timedelta(seconds=60)


def ring(page_pk: int, *, now: datetime | None = None) -> bool:
    """Wake a worker for a page, unless a bell for it is still waiting. True if rung."""
    now = now or timezone.now()
    silent = Q(rung_at__isnull=True) | Q(rung_at__lte=now - BELL_LIFETIME)
    if not Page.objects.filter(silent, pk=page_pk).update(rung_at=now):
        return False
    async_task("plays.tasks.write_page", page_pk)
    return True


def hear(page_pk: int) -> None:
    """The bell was answered: the next one rings, even if this answer comes to nothing."""
    Page.objects.filter(pk=page_pk, rung_at__isnull=False).update(rung_at=None)


def forget_all() -> None:
    """Let every page be rung for anew: a cluster that ended took the bells it held along."""
    Page.objects.filter(rung_at__isnull=False).update(rung_at=None)


def ring_due(*, now: datetime | None = None) -> int:
    """Ring for every page that is owed something now. Returns how many bells were rung."""
    now = now or timezone.now()
    if not Site.current().is_open(now):
        return 0
    return sum(ring(pk, now=now) for pk in due_pages(now))


def due_pages(now: datetime) -> list[int]:
    """Pages that are owed something now and claimed by nobody; the longest waiting first."""
    due = SyncJob.objects.due(now).filter(mapping__page__in=Page.objects.free(now))
    rows = due.order_by("run_after", "pk").values_list("mapping__page_id", flat=True)
    return list(dict.fromkeys(pk for pk in rows if pk is not None))
