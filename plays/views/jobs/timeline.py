"""A job's way from the event to the page, step by step, as people read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from plays.models import AuditEntry, Event, SyncAttempt, SyncJob
from plays.models.audit import Verb
from plays.models.job import Stage

LAST_TRIES = 8
ENDS = (Stage.SYNCED, Stage.FAILED, Stage.CANCELED)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One moment: an event, a try, an act of a person, or none of them: `name` says which.

    `at` is None for what is still to come at no known time.
    """

    name: str
    at: datetime | None
    event: Event | None = None
    attempt: SyncAttempt | None = None
    act: AuditEntry | None = None
    is_ahead: bool = False


def timeline_of(job: SyncJob) -> list[Step]:
    """From the event to where the job is now; tries beyond the last few are one step."""
    now = timezone.now()
    past = [*_beginning(job), *_tries(job), *_acts(job)]
    return [*sorted(past, key=lambda step: step.at or now), _now(job, now)]


def _beginning(job: SyncJob) -> Iterator[Step]:
    if job.action:
        yield Step(name="event", at=job.action.event.received_at, event=job.action.event)
    yield Step(name="enqueued", at=job.created_at)


def _tries(job: SyncJob) -> Iterator[Step]:
    newest = list(job.attempts.order_by("-started_at", "-pk")[: LAST_TRIES + 1])
    for attempt in newest[LAST_TRIES:]:
        yield Step(name="earlier", at=attempt.started_at)
    for attempt in newest[:LAST_TRIES]:
        yield Step(name="try", at=attempt.started_at, attempt=attempt)


def _acts(job: SyncJob) -> Iterator[Step]:
    """What people did to this job alone, and the act that canceled it with others."""
    alone = Q(verb__in=(Verb.RETRY, Verb.CANCEL), target=f"{job.kind} {job.key}")
    wanted = alone & Q(play=job.play, at__gte=job.created_at)
    if job.settled_at:
        wanted |= Q(verb=Verb.CANCEL, at=job.settled_at)
    for entry in AuditEntry.objects.filter(wanted):
        yield Step(name="act", at=entry.at, act=entry)


def _now(job: SyncJob, now: datetime) -> Step:
    """Where the job is, or what it waits for."""
    if job.stage in ENDS:
        return Step(name="end", at=job.settled_at)
    if job.stage is Stage.UNMAPPED:
        return Step(name="unmapped", at=None, is_ahead=True)
    if job.run_after <= now:
        return Step(name="due", at=None, is_ahead=True)
    return Step(name="waits", at=job.run_after, is_ahead=True)
