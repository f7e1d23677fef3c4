"""Wake-ups: tasks that wake a worker for a page. A wake-up lost or sent twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django_q.tasks import async_task

from plays.models import Page, PageMapping, Site, SyncJob

# A wake-up that nobody answered is sent again after this long.
WAKEUP_LIFETIME = timedelta(seconds=60)


def wake(page_pk: int, *, now: datetime | None = None) -> bool:
    """Wake a worker for a page, unless a wake-up for it is still waiting. True if one was sent.

    Raises what the queue raises; the next wake-up is sent all the same.
    """
    now = now or timezone.now()
    quiet = Q(rung_at__isnull=True) | Q(rung_at__lte=now - WAKEUP_LIFETIME)
    if not Page.objects.filter(quiet, pk=page_pk).update(rung_at=now):
        return False
    try:
        async_task("plays.tasks.write_page", page_pk)
    except Exception:
        woken(page_pk)
        raise
    return True


def wake_on_commit(page_pk: int, *, now: datetime | None = None) -> None:
    """Wake a worker for a page once the transaction is committed."""
    send_on_commit(lambda: wake(page_pk, now=now))


def send_on_commit(send: Callable[[], object]) -> None:
    """Call `send` once the transaction is committed. What is committed stands: where the queue
    cannot be reached the error is logged, and the next sweep wakes the workers.
    """
    # Django's log of the error needs the function's name, which a `partial` does not have.
    transaction.on_commit(lambda: send(), robust=True)  # noqa: TID251


def woken(page_pk: int) -> None:
    """The wake-up was answered: the next one is sent, even if this answer comes to nothing."""
    Page.objects.filter(pk=page_pk, rung_at__isnull=False).update(rung_at=None)


def forget_all() -> None:
    """Let every page be woken for again: a cluster that ended took its wake-ups along."""
    Page.objects.filter(rung_at__isnull=False).update(rung_at=None)


def wake_due(*, now: datetime | None = None) -> int:
    """Wake a worker for every page with a due edit. Returns how many wake-ups were sent."""
    now = now or timezone.now()
    if not Site.current().is_open(now):
        return 0
    return sum(wake(pk, now=now) for pk in due_pages(now))


def due_pages(now: datetime) -> list[int]:
    """Pages with an edit that is due and claimed by nobody; the longest waiting first."""
    # Asked of each mapping, not of each job: of a million that wait one a page is looked at.
    due = SyncJob.objects.pending().filter(mapping=OuterRef("pk"), run_after__lte=now)
    rows = (
        PageMapping.objects.filter(page__in=Page.objects.free(now))
        .filter(Exists(due.unpaused()))
        .annotate(oldest=Subquery(due.order_by("run_after").values("run_after")[:1]))
        .order_by("oldest", "pk")
    )
    return list(dict.fromkeys(pk for pk in rows.values_list("page_id", flat=True) if pk))
