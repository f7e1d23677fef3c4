"""What people ask of jobs that are there: try again, give up, recover what failed since a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from plays.models import Page, SyncJob
from plays.models.audit import Verb
from plays.models.job import JobState
from plays.sync import audit
from plays.sync.jobs.wakeups import ring
from plays.sync.site.remedies import ImplausibleRead

RETRYABLE = (JobState.FAILED, JobState.CANCELED, JobState.PENDING)
CANCELABLE = (JobState.FAILED, JobState.PENDING)
CHUNK = 500


def retry_jobs(
    jobs: QuerySet[SyncJob],
    *,
    by: User | None,
    reason: str = "",
    chosen: Mapping[str, Any] | None = None,
    verb: Verb = Verb.RETRY,
    now: datetime | None = None,
) -> int:
    """Make jobs due now, with their failures forgotten; synced ones are left alone.

    Who retries a job that failed for it says that a page which reads empty is so. `chosen` says in
    the audit trail how the jobs were picked. Returns how many jobs will be tried.
    """
    now = now or timezone.now()
    with transaction.atomic():
        picked = list(jobs.filter(state__in=RETRYABLE).order_by("pk").values_list("pk", flat=True))
        pages = _lock_pages(picked)
        due = [pk for chunk in chunks(picked) for pk in _make_due(chunk, now)]
        _open_pages(pages, due)
        for pk in _pages_of(due):
            transaction.on_commit(partial(ring, pk, now=now), robust=True)
        if due:
            _note(verb, due, by=by, reason=reason, chosen=chosen, now=now)
    return len(due)


def cancel_jobs(
    jobs: QuerySet[SyncJob],
    *,
    by: User | None,
    reason: str,
    chosen: Mapping[str, Any] | None = None,
    now: datetime | None = None,
) -> int:
    """Give up what is owed, with a reason that stays with each job; what is synced stays synced.

    A write that is under way may still land. Returns how many were canceled; raises `ValueError`
    without a reason.
    """
    now, reason = now or timezone.now(), reason.strip()
    if not reason:
        raise ValueError("to cancel needs a reason")
    canceled: list[int] = []
    with transaction.atomic():
        owing = jobs.filter(state__in=CANCELABLE).order_by("pk")
        picked = list(owing.values_list("pk", flat=True))
        _lock_pages(picked)
        for chunk in chunks(picked):
            owed = _locked(chunk, CANCELABLE)
            SyncJob.objects.filter(pk__in=owed).update(
                state=JobState.CANCELED,
                settled_at=now,
                failing_since=None,
                last_error="",
                last_message=reason,
            )
            canceled += owed
        if canceled:
            _note(Verb.CANCEL, canceled, by=by, reason=reason, chosen=chosen, now=now)
    return len(canceled)


def failed_since(since: datetime) -> QuerySet[SyncJob]:
    """Jobs that were given up at `since` or later."""
    return SyncJob.objects.failed().filter(settled_at__gte=since)


def recover_failed(
    since: datetime, *, by: User | None, reason: str = "", now: datetime | None = None
) -> int:
    """Try again whatever was given up at `since` or later. Returns how many jobs that are."""
    chosen = {"since": timezone.localtime(since).isoformat(timespec="minutes")}
    return retry_jobs(
        failed_since(since), by=by, reason=reason, chosen=chosen, verb=Verb.RECOVER, now=now
    )


def chunks(items: Iterable[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    """Few enough for one query, whatever the database."""
    items = list(items)
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _make_due(pks: list[int], now: datetime) -> list[int]:
    """Those that will be tried: a job gives way to a newer one that owes the same edit."""
    jobs = SyncJob.objects.filter(pk__in=_sole_owers(_locked(pks, RETRYABLE)))
    due = sorted(jobs.values_list("pk", flat=True))
    try:
        with transaction.atomic():
            _set_due(due, now)
    except IntegrityError:  # the same edit was owed anew while we looked
        return [pk for pk in due if _made_due_alone(pk, now)]
    return due


def _made_due_alone(pk: int, now: datetime) -> bool:
    try:
        with transaction.atomic():
            return bool(_set_due([pk], now))
    except IntegrityError:
        return False


def _set_due(pks: list[int], now: datetime) -> int:
    return SyncJob.objects.filter(pk__in=pks, state__in=RETRYABLE).update(
        state=JobState.PENDING, run_after=now, failures=0, failing_since=None, settled_at=None
    )


def _locked(pks: list[int], states: tuple[JobState, ...]) -> list[int]:
    """Those that still are in one of `states`, locked."""
    return SyncJob.objects.filter(pk__in=pks, state__in=states).lock()


def _sole_owers(pks: list[int]) -> list[int]:
    """Of jobs that owe the same edit one: what is pending already, else the newest."""
    newest: dict[tuple[tuple[int, str, str], bool], int] = {}
    for job in SyncJob.objects.filter(pk__in=pks).order_by("pk"):
        edit = (job.mapping_id, job.kind, job.key)
        newest[edit, job.state == JobState.PENDING] = job.pk
    taken = _pending_edits({edit for edit, _ in newest})
    return [pk for (edit, is_pending), pk in newest.items() if is_pending or edit not in taken]


def _pending_edits(edits: set[tuple[int, str, str]]) -> set[tuple[int, str, str]]:
    """The mapping, kind and key of what is pending, those of `edits` among them."""
    pending = SyncJob.objects.pending().filter(
        mapping__in={mapping for mapping, _, _ in edits}, key__in={key for _, _, key in edits}
    )
    return set(pending.values_list("mapping_id", "kind", "key"))


def _open_pages(pages: list[int], jobs: list[int]) -> None:
    """Forget what is held against those of the locked `pages` that `jobs` are owed to."""
    empty = _pages_of(jobs, mappings__jobs__last_error=ImplausibleRead.__name__)
    for chunk in chunks(set(pages) & set(empty)):
        Page.objects.filter(pk__in=chunk).update(body_size=0)
    for chunk in chunks(set(pages) & set(_pages_of(jobs))):
        Page.objects.filter(pk__in=chunk).update(interruptions=0)


def _lock_pages(jobs: list[int]) -> list[int]:
    """Pages are locked before their jobs, as by whoever writes down what was written."""
    pages = _pages_of(jobs)
    for chunk in chunks(pages):
        list(Page.objects.select_for_update(no_key=True).filter(pk__in=chunk).order_by("pk"))
    return pages


def _pages_of(jobs: list[int], **wanted: str) -> list[int]:
    pages: set[int] = set()
    for chunk in chunks(jobs):
        there = Page.objects.filter(mappings__jobs__in=chunk, **wanted)
        pages.update(there.values_list("pk", flat=True).distinct())
    return sorted(pages)


def _note(
    verb: Verb,
    jobs: list[int],
    *,
    by: User | None,
    reason: str,
    chosen: Mapping[str, Any] | None,
    now: datetime,
) -> None:
    """One entry an act. A job alone is named, and its Play; of many it is told how they were
    picked."""
    alone = SyncJob.objects.select_related("play").get(pk=jobs[0]) if len(jobs) == 1 else None
    picked = dict(chosen or {}) or {"jobs": jobs[:CHUNK]}
    named = " ".join(f"{name}:{value}" for name, value in picked.items() if name != "jobs")
    audit.note(
        verb,
        by=by,
        target=f"{alone.kind} {alone.key}" if alone else named,
        play=alone.play if alone else None,
        count=len(jobs),
        reason=reason,
        details=picked,
        now=now,
    )
