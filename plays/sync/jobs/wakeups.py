"""Wake-ups: tasks that wake a worker for a page. A wake-up lost or sent twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.tasks import async_task

from plays.models import Page, PageMapping, Site, SyncJob
from plays.models.job import SyncJobQuerySet
from plays.sync.chunks import in_chunks
from plays.sync.unsynced import unsynced

# A wake-up that nobody answered is sent again after this long.
WAKEUP_LIFETIME = timedelta(seconds=settings.WAKEUP_SECONDS)
TOGETHER = 100  # wake-ups sent in one transaction
# Events come in bursts. A page that was written lately waits this long for what else there is, so
# that it costs two calls and not two for each event; a page at rest is written at once.
GATHER, LATELY = timedelta(seconds=1), timedelta(seconds=10)


def wake(page_pk: int, *, now: datetime | None = None) -> bool:
    """Wake a worker for a page, unless a wake-up for it is still waiting. True if one was sent.

    Raises what the queue raises; the next wake-up is sent all the same.
    """
    return bool(wake_all([page_pk], now=now))


def wake_all(pages: Iterable[int], *, now: datetime | None = None, at_once: bool = False) -> int:
    """As `wake`, for each of `pages` (primary keys) in the order given. Returns how many were sent.

    A page written lately is woken for a moment later, but `at_once` where a person waits for it.
    What the queue refuses is not noted as sent, nor are the `TOGETHER` that were sent with it.
    """
    now, sent = now or timezone.now(), 0
    is_quiet = Q(rung_at__isnull=True) | Q(rung_at__lte=now - WAKEUP_LIFETIME)
    if at_once:
        is_quiet |= Q(written_at__gt=now - LATELY)  # the wake-up that waits may be a later one
    for chunk in in_chunks(pages, TOGETHER):
        quiet = Page.objects.filter(is_quiet, pk__in=chunk).order_by("pk")
        # In a stream most pages are awake already, and SQLite's one lock is not for asking so.
        if not quiet.exists():
            continue
        with unsynced(), transaction.atomic():
            mine = dict(quiet.select_for_update(no_key=True).values_list("pk", "written_at"))
            Page.objects.filter(pk__in=mine).update(rung_at=now)
            for pk in chunk:
                if pk in mine:
                    _send(pk, later=not at_once and _was_lately(mine[pk], now))
        sent += len(mine)
    return sent


def _was_lately(written_at: datetime | None, now: datetime) -> bool:
    return written_at is not None and abs(now - written_at) < LATELY


def _send(page_pk: int, *, later: bool) -> None:
    broker = get_broker()
    broker.delay = GATHER if later else timedelta(0)  # Redis has no later time, and sends it now
    async_task("plays.tasks.write_page", page_pk, broker=broker)


def wake_on_commit(page_pk: int) -> None:
    """Wake a worker for a page once the transaction is committed."""
    wake_all_on_commit([page_pk])


def wake_all_on_commit(
    pages: Iterable[int], *, now: datetime | None = None, at_once: bool = False
) -> None:
    """`wake_all` once the transaction is committed."""
    send_on_commit(lambda: wake_all(pages, now=now, at_once=at_once))


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
    return wake_all(due_pages(now), now=now)


def due_pages(now: datetime) -> list[int]:
    """Pages with an edit that is due and claimed by nobody; the longest waiting first."""
    rows = (
        mappings_due(now)
        .filter(page__in=Page.objects.free(now))
        .annotate(oldest=Subquery(_due(now).order_by("run_after").values("run_after")[:1]))
        .order_by("oldest", "pk")
    )
    return list(dict.fromkeys(pk for pk in rows.values_list("page_id", flat=True) if pk))


def mappings_due(now: datetime) -> QuerySet[PageMapping]:
    """Mappings to a page with an edit that is due."""
    # Asked of each mapping, not of each job: of a million that wait one a page is looked at.
    mapped = PageMapping.objects.filter(page__isnull=False)
    return mapped.filter(Exists(_due(now).unpaused()))


def _due(now: datetime) -> SyncJobQuerySet:
    """The mapping's pending edits whose time has come."""
    return SyncJob.objects.pending().filter(mapping=OuterRef("pk"), run_after__lte=now)
