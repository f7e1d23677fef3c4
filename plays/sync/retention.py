"""Deleting what nobody needs any more, after `RETENTION_DAYS`, in steps so small that no one waits.

What is still owed stays with all that was tried for it, rejected events stay whole, and log ids,
actions, counters, weekly results and the audit trail stay for ever.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django_q.models import Task

from plays.models import (
    AlertMessage,
    AnsweredCall,
    AttemptSpan,
    Event,
    Finding,
    PageBatch,
    PageRequest,
    SyncAttempt,
    SyncJob,
)
from plays.models.answered_call import KEPT
from plays.models.attempt import Outcome
from plays.models.job import JobState
from plays.sync import heartbeats

STEP = 500  # rows a transaction
OPEN = (JobState.PENDING, JobState.FAILED)


@dataclass(frozen=True, kw_only=True)
class Cleaned:
    """How many rows of what were deleted (of events: emptied), and the database's size in bytes.

    `is_whole` is False where the time was up before the end.
    """

    rows: dict[str, int]
    size_before: int
    size_after: int
    is_whole: bool


def clean_up(*, seconds: float | None = None, now: datetime | None = None) -> Cleaned:
    """Delete what is older than `RETENTION_DAYS`; no step begins later than `seconds` from now."""
    now = now or timezone.now()
    until = None if seconds is None else time.monotonic() + seconds
    before, rows, is_whole = database_size(), {}, True
    for name, old, act in _old(now):
        rows[name], is_done = _in_steps(old, act, until)
        is_whole = is_whole and is_done
    rows["heartbeats"] = heartbeats.forget_old(now=now)
    return Cleaned(rows=rows, size_before=before, size_after=database_size(), is_whole=is_whole)


def database_size() -> int:
    """Bytes that the database's rows take up; what a SQLite file keeps free is not counted."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
        else:
            cursor.execute(
                "SELECT (page_count - freelist_count) * page_size"
                " FROM pragma_page_count, pragma_freelist_count, pragma_page_size"
            )
        size: int = cursor.fetchone()[0]
    return size


Act = Callable[[QuerySet[Any]], int]


def _old(now: datetime) -> Iterator[tuple[str, QuerySet[Any], Act]]:
    """What may go, by name, and how it goes."""
    since = now - timedelta(days=settings.RETENTION_DAYS)
    yield "tries", _old_tries(since), _delete
    ended = AttemptSpan.objects.filter(job__settled_at__lt=since).exclude(job__state__in=OPEN)
    yield "tries of jobs", ended, _delete
    yield "event payloads", _old_events(since), _empty
    yield "findings", Finding.objects.filter(weekly__finished_at__lt=since), _delete
    running = PageRequest.objects.waiting().filter(batch=OuterRef("pk"))
    over = PageBatch.objects.filter(started_at__lt=since).exclude(Exists(running))
    yield "batches of pages", over, _delete
    yield "messages told", AlertMessage.objects.filter(at__lt=since), _delete
    yield "answered calls", AnsweredCall.objects.filter(at__lt=now - KEPT), _delete
    yield "sessions", Session.objects.filter(expire_date__lt=now), _delete
    yield "queue results", Task.objects.filter(stopped__lt=since), _delete


def _old_tries(since: datetime) -> QuerySet[SyncAttempt]:
    of_open_jobs = AttemptSpan.objects.filter(
        page=OuterRef("page"),
        first__lte=OuterRef("pk"),
        last__gte=OuterRef("pk"),
        job__state__in=OPEN,
    )
    ended = SyncAttempt.objects.exclude(outcome=Outcome.RUNNING)
    return ended.filter(started_at__lt=since).exclude(Exists(of_open_jobs))


def _old_events(since: datetime) -> QuerySet[Event]:
    open_jobs = SyncJob.objects.filter(action__event=OuterRef("pk"), state__in=OPEN)
    old = Event.objects.accepted().filter(received_at__lt=since, accepted_at__lt=since)
    return old.exclude(payload="").exclude(Exists(open_jobs))


def _delete(rows: QuerySet[Any]) -> int:
    return rows.delete()[0]


def _empty(rows: QuerySet[Any]) -> int:
    return rows.update(payload="")


def _in_steps(rows: QuerySet[Any], act: Act, until: float | None) -> tuple[int, bool]:
    """Act on a few rows at a time, each in a transaction of its own. How many, and whether all."""
    done, ahead = 0, rows.order_by("pk")
    while keys := list(ahead.values_list("pk", flat=True)[:STEP]):
        if until is not None and time.monotonic() > until:
            return done, False
        # Asked again behind the lock: a person may have retried a job meanwhile.
        done += act(rows.filter(pk__in=keys).order_by())
        ahead = rows.filter(pk__gt=keys[-1]).order_by("pk")
    return done, True
