"""What people ask of jobs that are there: try again, give up, recover what failed since a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone

from plays.models import AuditEntry, Page, SyncJob
from plays.models.audit import Verb
from plays.sync import audit
from plays.sync.chunks import CHUNK, in_chunks
from plays.sync.jobs.due import make_due
from plays.sync.jobs.locking import locked
from plays.sync.jobs.taking import Taken
from plays.sync.jobs.transitions import RULES, JobVerb, can, change, mark
from plays.sync.jobs.wakeups import wake_all_on_commit
from plays.sync.site.remedies import ImplausibleRead

RETRYABLE = RULES[JobVerb.RETRY].before
CANCELABLE = RULES[JobVerb.CANCEL].before


def retry_jobs(
    jobs: QuerySet[SyncJob],
    *,
    by: User | None,
    reason: str = "",
    chosen: Mapping[str, Any] | None = None,
    verb: Verb = Verb.RETRY,
    now: datetime | None = None,
) -> Taken:
    """Make jobs due now, with their failures forgotten; synced ones are left alone.

    Who retries a job that failed for it says that a page which reads empty is so. `chosen` says in
    the audit trail how the jobs were picked. Returns how many jobs will be tried, with the act.
    """
    now = now or timezone.now()
    picked = list(jobs.filter(state__in=RETRYABLE).values_list("pk", flat=True))
    pages = _pages_of(picked)
    with locked(pages, picked) as states:
        due = make_due(JobVerb.RETRY, states, now=now)
        theirs = _pages_of(due)
        _open_pages(set(pages) & set(theirs), due)
        wake_all_on_commit(theirs, now=now, at_once=by is not None)
        if not due:
            return Taken(0)
        entry = _note(verb, due, by=by, reason=reason, chosen=chosen, now=now)
        return Taken(mark(due, act=entry), entry)


def cancel_jobs(
    jobs: QuerySet[SyncJob],
    *,
    by: User | None,
    reason: str,
    chosen: Mapping[str, Any] | None = None,
    now: datetime | None = None,
) -> Taken:
    """Give up pending and failed edits, with a reason that stays with each job.

    A write that is under way may still land. Returns how many were canceled, with the act; raises
    `ValueError` without a reason.
    """
    now, reason = now or timezone.now(), reason.strip()
    if not reason:
        raise ValueError("to cancel needs a reason")
    picked = list(jobs.filter(state__in=CANCELABLE).values_list("pk", flat=True))
    with locked(_pages_of(picked), picked) as states:
        canceled = [pk for pk, state in states.items() if can(JobVerb.CANCEL, state)]
        change(
            JobVerb.CANCEL,
            canceled,
            settled_at=now,
            failing_since=None,
            last_error="",
            last_message=reason,
        )
        if not canceled:
            return Taken(0)
        entry = _note(Verb.CANCEL, canceled, by=by, reason=reason, chosen=chosen, now=now)
        return Taken(mark(canceled, act=entry), entry)


def failed_since(since: datetime) -> QuerySet[SyncJob]:
    """Jobs that were given up at `since` or later."""
    return SyncJob.objects.failed().filter(settled_at__gte=since)


def recover_failed(since: datetime, *, by: User | None, reason: str = "") -> Taken:
    """Try again whatever was given up at `since` or later. Returns how many jobs that are."""
    chosen = {"since": timezone.localtime(since).isoformat(timespec="minutes")}
    return retry_jobs(failed_since(since), by=by, reason=reason, chosen=chosen, verb=Verb.RECOVER)


def _open_pages(pages: set[int], jobs: list[int]) -> None:
    """Forget earlier trouble with the locked `pages`, those that `jobs` belong to, and how new they
    were: Confluence may have been restored since.
    """
    empty = _pages_of(jobs, mappings__jobs__last_error=ImplausibleRead.__name__)
    for chunk in in_chunks(pages.intersection(empty)):
        Page.objects.filter(pk__in=chunk).update(body_size=0)
    for chunk in in_chunks(pages):
        Page.objects.filter(pk__in=chunk).update(interruptions=0, version=None)


def _pages_of(jobs: list[int], **wanted: str) -> list[int]:
    pages: set[int] = set()
    for chunk in in_chunks(jobs):
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
) -> AuditEntry:
    """One entry an act. A job alone is named, and its Play; of many it is told how they were
    picked."""
    alone = SyncJob.objects.select_related("play").get(pk=jobs[0]) if len(jobs) == 1 else None
    picked = dict(chosen or {}) or {"jobs": jobs[:CHUNK]}
    named = " ".join(f"{name}:{value}" for name, value in picked.items() if name != "jobs")
    return audit.note(
        verb,
        by=by,
        target=f"{alone.kind} {alone.key}" if alone else named,
        play=alone.play if alone else None,
        count=len(jobs),
        reason=reason,
        details=picked,
        now=now,
    )
