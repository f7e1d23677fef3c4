"""`GET /api/status`: what `/status/` shows, for a program with a token or a person logged in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from pydantic import ConfigDict

from plays.api.api import reads
from plays.sync.log_stop_words import stopped
from plays.sync.status.pace import Span
from plays.sync.status.silence import silence
from plays.sync.status.system import SystemStatus, system_status

router = Router(tags=["Status"])


class Worker(Schema):
    name: str
    last_beat: datetime | None
    at_work: bool


class Queue(Schema):
    """`stages`: how many jobs are at each."""

    stages: dict[str, int]
    due: int
    oldest_due: datetime | None
    oldest_due_seconds: float


class Written(Schema):
    """How many edits were written in an hour or a day, and seconds from event to page."""

    start: datetime
    written: int
    p50_seconds: float | None
    p95_seconds: float | None


class Pace(Schema):
    hours: list[Written]
    days: list[Written]


class Confluence(Schema):
    """As the workers saw it last; `tries_24h` by outcome."""

    open: bool
    stopped_at: datetime | None
    paused_until: datetime | None
    error: str
    message: str
    read_at: datetime | None
    written_at: datetime | None
    calls_24h: int
    rate_limited_24h: int
    tries_24h: dict[str, int]


class Log(Schema):
    """The action log, where it is stopped: since when and why."""

    stopped_at: datetime | None
    why: str


class Schedule(Schema):
    name: str
    cron: str
    last: datetime | None
    next: datetime | None
    late: bool


class Database(Schema):
    bytes: int
    bytes_per_day: int | None


class StatusAnswer(Schema):
    """A field that is answered and not named here is a fault."""

    model_config = ConfigDict(extra="forbid")

    at: datetime
    worker_at_work: bool
    workers: list[Worker]
    queue: Queue
    pace: Pace
    confluence: Confluence
    log: Log
    schedules: list[Schedule]
    database: Database


@reads(router, "", StatusAnswer, operation_id="get_status", summary="What /status/ shows")
def status(request: HttpRequest) -> Any:
    """200 whatever is wrong: what is wrong is in the answer."""
    now = timezone.now()
    return as_json(system_status(now), now)


def as_json(status: SystemStatus, now: datetime) -> dict[str, Any]:
    """Times in ISO 8601 with their offset, spans in seconds, sizes in bytes."""
    site, confluence, queue = status.confluence.site, status.confluence, status.queue
    log = stopped()
    return {
        "at": _moment(now),
        "worker_at_work": silence(now) is None,
        "workers": [
            {"name": one.name, "last_beat": _moment(one.beat_at), "at_work": one.is_alive}
            for one in status.workers
        ],
        "queue": {
            "stages": queue.stages,
            "due": queue.due,
            "oldest_due": _moment(queue.oldest_due),
            "oldest_due_seconds": _seconds(queue.oldest_due, now),
        },
        "pace": {
            "hours": [_span(span) for span in status.pace.hours],
            "days": [_span(span) for span in status.pace.days],
        },
        "confluence": {
            "open": confluence.is_open,
            "stopped_at": _moment(site.stopped_at),
            "paused_until": _moment(site.pause_end(now)),
            "error": site.error,
            "message": site.message,
            "read_at": _moment(confluence.read_at),
            "written_at": _moment(confluence.written_at),
            "calls_24h": confluence.calls,
            "rate_limited_24h": confluence.rate_limited,
            "tries_24h": confluence.tries,
        },
        "log": {"stopped_at": _moment(site.log_stopped_at), "why": log.why if log else ""},
        "schedules": [
            {
                "name": one.name,
                "cron": one.cron,
                "last": _moment(one.last),
                "next": _moment(one.next),
                "late": one.is_late,
            }
            for one in status.schedules
        ],
        "database": {"bytes": status.size.now, "bytes_per_day": status.size.a_day},
    }


def _span(span: Span) -> dict[str, Any]:
    return {
        "start": _moment(span.start),
        "written": span.written,
        "p50_seconds": span.p50,
        "p95_seconds": span.p95,
    }


def _moment(at: datetime | None) -> str | None:
    return timezone.localtime(at).isoformat(timespec="seconds") if at else None


def _seconds(at: datetime | None, now: datetime) -> float:
    return max(0.0, (now - at).total_seconds()) if at else 0.0
