"""What `/status/` and `/api/status` tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Count, Max, Q, Sum
from django.utils import timezone
from django_q.models import Schedule

from plays.models import (
    DatabaseSize,
    Event,
    Heartbeat,
    Page,
    RowCount,
    Site,
    SyncAttempt,
    SyncJob,
    WeeklySync,
)
from plays.models.attempt import Outcome
from plays.sync import heartbeats
from plays.sync.retention import database_size
from plays.sync.schedules import LATE, WEEKLY, planned
from plays.sync.status.pace import Pace, pace

A_DAY = timedelta(days=1)
GROWTH_DAYS = 30
TOO_MANY_REQUESTS = 429


@dataclass(frozen=True, kw_only=True)
class WorkerState:
    name: str
    beat_at: datetime
    is_alive: bool


@dataclass(frozen=True, kw_only=True)
class Queue:
    """Jobs by stage, how many may be written now, and since when the oldest of those may."""

    stages: dict[str, int]
    due: int
    oldest_due: datetime | None


@dataclass(frozen=True, kw_only=True)
class ConfluenceState:
    """The site as the workers saw it last; `tries`, `calls` and `rate_limited` (tries that were
    answered 429) are of the last 24 hours, `tries` by outcome.
    """

    site: Site
    is_open: bool
    read_at: datetime | None
    written_at: datetime | None
    tries: dict[str, int]
    calls: int
    rate_limited: int


@dataclass(frozen=True, kw_only=True)
class Scheduled:
    name: str
    cron: str
    last: datetime | None
    next: datetime | None
    is_late: bool


@dataclass(frozen=True, kw_only=True)
class Size:
    """Bytes now, and how many more a day on average of the last days; None while that is not
    known.
    """

    now: int
    a_day: int | None


@dataclass(frozen=True, kw_only=True)
class SystemStatus:
    """`last_beat` is the last sign of life of any worker."""

    workers: list[WorkerState]
    last_beat: datetime | None
    queue: Queue
    pace: Pace
    confluence: ConfluenceState
    schedules: list[Scheduled]
    size: Size


def system_status(now: datetime) -> SystemStatus:
    """As it is now, without asking Confluence."""
    return SystemStatus(
        workers=_workers(now),
        last_beat=heartbeats.newest(now=now),
        queue=_queue(now),
        pace=pace(now),
        confluence=_confluence(now),
        schedules=_schedules(now),
        size=_size(now),
    )


def note_size(now: datetime) -> None:
    """Keep today's size of the database and the counts of its largest tables, once a day."""
    day = timezone.localdate(now)
    if DatabaseSize.objects.filter(day=day).exists():
        return
    _row, is_new = DatabaseSize.objects.get_or_create(day=day, defaults={"size": database_size()})
    if is_new:  # nobody else does it
        for model in (SyncJob, Event):
            note_rows(model)


def note_rows(model: type[models.Model]) -> None:
    """Count the rows of a table up to the newest of the time before: all rows, so that what was
    wrong is right again.
    """
    row, _ = RowCount.objects.get_or_create(table=model._meta.db_table)
    # One query: rows that come in meanwhile are in both figures.
    found = model._default_manager.order_by().aggregate(
        all=Count("pk"), newer=Count("pk", filter=Q(pk__gt=row.newest)), newest=Max("pk", default=0)
    )
    row.up_to, row.count, row.newest = row.newest, found["all"] - found["newer"], found["newest"]
    row.save()


def _workers(now: datetime) -> list[WorkerState]:
    beats = Heartbeat.objects.exclude(worker__startswith=heartbeats.TASKS).order_by("-beat_at")
    return [
        WorkerState(
            name=beat.worker,
            beat_at=beat.beat_at,
            is_alive=heartbeats.is_fresh(beat.beat_at, now=now),
        )
        for beat in beats[:20]
    ]


def _queue(now: datetime) -> Queue:
    stages = {stage.value: count for stage, count in SyncJob.stage_counts().items()}
    due, oldest = SyncJob.waiting_counts(now).due, SyncJob.objects.oldest_due(now)
    return Queue(stages=stages, due=due, oldest_due=oldest)


def _confluence(now: datetime) -> ConfluenceState:
    site = Site.objects.filter(pk=1).first() or Site()
    seen = Page.objects.aggregate(read=Max("read_at"), written=Max("written_at"))
    lately = SyncAttempt.objects.filter(started_at__gt=now - A_DAY).order_by()
    tries = lately.aggregate(
        calls=Sum("calls", default=0),
        limited=Count("pk", filter=Q(http_status=TOO_MANY_REQUESTS)),
        **{value: Count("pk", filter=Q(outcome=value)) for value in Outcome.values},
    )
    return ConfluenceState(
        site=site,
        is_open=site.is_open(now),
        read_at=seen["read"],
        written_at=seen["written"],
        tries={value: tries[value] for value in Outcome.values},
        calls=tries["calls"],
        rate_limited=tries["limited"],
    )


def _schedules(now: datetime) -> list[Scheduled]:
    next_runs = dict(Schedule.objects.values_list("name", "next_run"))
    last_runs = heartbeats.task_runs()
    last_runs[WEEKLY] = WeeklySync.objects.aggregate(last=Max("started_at"))["last"]
    return [
        Scheduled(
            name=wanted.name,
            cron=wanted.cron,
            last=last_runs.get(wanted.name),
            next=next_run,
            is_late=next_run is None or next_run < now - LATE,
        )
        for wanted in planned()
        for next_run in [next_runs.get(wanted.name)]
    ]


def _size(now: datetime) -> Size:
    size, today = database_size(), timezone.localdate(now)
    since = today - timedelta(days=GROWTH_DAYS)
    first = DatabaseSize.objects.filter(day__gte=since, day__lt=today).order_by("day").first()
    a_day = (size - first.size) // (today - first.day).days if first else None
    return Size(now=size, a_day=a_day)
