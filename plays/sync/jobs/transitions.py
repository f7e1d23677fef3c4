"""How a job's state changes: one table, and the only code that creates or updates jobs.

The diagram in docs/job-lifecycle.md is made from `RULES`.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from plays.models import AuditEntry, PageMapping, SyncJob
from plays.models.job import JobState, SyncJobQuerySet
from plays.sync.chunks import in_chunks
from plays.sync.inserting import insert


class JobVerb(enum.StrEnum):
    ENQUEUE = "enqueue"
    COMPLETE = "complete"
    RECORD_FAILURE = "record_failure"
    POSTPONE = "postpone"
    FAIL = "fail"
    BRING_FORWARD = "bring_forward"
    RETRY = "retry"
    CANCEL = "cancel"
    MOVE = "move"


class Guard(enum.StrEnum):
    """What must still hold at the moment of the change; else the job stays as it is."""

    NONE = ""
    ON_PAGE = "The job still belongs to the page of the try."
    AS_READ = (
        "The job still belongs to the page of the try, and nobody enqueued the edit again since."
    )
    ALONE = "No other pending job has the same edit; of several jobs the newest is taken."


class Seen(NamedTuple):
    """A job as a try read it: the page (its primary key) it belonged to, and its revision."""

    page: int | None
    revision: int = 0


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What a verb does. It changes jobs in one of the states `before`, and leaves others alone."""

    before: tuple[JobState, ...]
    after: JobState
    means: str
    guard: Guard = Guard.NONE
    creates: bool = False


RULES: dict[JobVerb, Rule] = {
    JobVerb.ENQUEUE: Rule(
        before=(JobState.PENDING,),
        after=JobState.PENDING,
        creates=True,
        means="A page must say something: a new job, or a higher revision of the job that is"
        " pending for the same edit. Jobs that have ended stay as they are.",
    ),
    JobVerb.COMPLETE: Rule(
        before=(JobState.PENDING,),
        after=JobState.SYNCED,
        guard=Guard.AS_READ,
        means="The page was seen to say what the edit wants, or was written so.",
    ),
    JobVerb.RECORD_FAILURE: Rule(
        before=(JobState.PENDING,),
        after=JobState.PENDING,
        guard=Guard.ON_PAGE,
        means="A try failed, and the same worker tries again soon: the error is kept.",
    ),
    JobVerb.POSTPONE: Rule(
        before=(JobState.PENDING,),
        after=JobState.PENDING,
        guard=Guard.ON_PAGE,
        means="The worker leaves the page after an error: the job waits for a later time.",
    ),
    JobVerb.FAIL: Rule(
        before=(JobState.PENDING,),
        after=JobState.FAILED,
        guard=Guard.ON_PAGE,
        means="No wait will help, or the job has waited long enough: a person is asked.",
    ),
    JobVerb.BRING_FORWARD: Rule(
        before=(JobState.PENDING,),
        after=JobState.PENDING,
        means="What waits for a later time is due now: `drain --now`, or a wrong clock had set it.",
    ),
    JobVerb.RETRY: Rule(
        before=(JobState.FAILED, JobState.CANCELED, JobState.PENDING),
        after=JobState.PENDING,
        guard=Guard.ALONE,
        means="A person wants it tried again: due now, its failures forgotten.",
    ),
    JobVerb.CANCEL: Rule(
        before=(JobState.FAILED, JobState.PENDING),
        after=JobState.CANCELED,
        means="A person gives the edit up, with a reason that stays with the job.",
    ),
    JobVerb.MOVE: Rule(
        before=(JobState.FAILED, JobState.PENDING),
        after=JobState.PENDING,
        guard=Guard.ALONE,
        means="The mapping has another page now: its open jobs come along and are due there.",
    ),
}


def can(verb: JobVerb, state: str) -> bool:
    """Whether `verb` changes a job in `state`."""
    return state in RULES[verb].before


def change(verb: JobVerb, jobs: Iterable[int], *, seen: Seen | None = None, **values: Any) -> int:
    """Change those of `jobs` (primary keys, locked by the caller) whose state and guard allow it.

    `values` are the other columns. Returns how many jobs changed. Raises `IntegrityError` where a
    job would be the second that is pending for its edit (`Guard.ALONE`).
    """
    rule, changed = RULES[verb], 0
    for chunk in in_chunks(jobs):
        rows = SyncJob.objects.filter(pk__in=chunk, state__in=rule.before)
        changed += _guarded(rows, rule.guard, seen).update(state=rule.after, **values)
    return changed


def mark(jobs: Iterable[int], *, act: AuditEntry) -> int:
    """Note which act took jobs (locked by the caller) last; their states stay. Returns how many."""
    chunks = in_chunks(jobs)
    return sum(SyncJob.objects.filter(pk__in=chunk).update(act=act) for chunk in chunks)


def create(jobs: Sequence[SyncJob]) -> None:
    """Save new jobs. Raises `IntegrityError` where one is already pending for the same edit."""
    for job in jobs:
        job.state = RULES[JobVerb.ENQUEUE].after
    insert(jobs)


def _guarded(rows: SyncJobQuerySet, guard: Guard, seen: Seen | None) -> SyncJobQuerySet:
    if guard not in (Guard.ON_PAGE, Guard.AS_READ):
        return rows
    if seen is None:
        raise TypeError("this change needs what the try has seen")
    # Not a join: of an UPDATE with one Django makes a query in a query.
    rows = rows.filter(mapping__in=PageMapping.objects.filter(page=seen.page).order_by())
    return rows.filter(revision=seen.revision) if guard is Guard.AS_READ else rows
