"""`GET /api/status`: what `/status/` shows, for a program with a token or a person logged in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from plays.api.auth import refusal
from plays.models.api_token import Scope
from plays.sync.log_stopped import stopped
from plays.sync.status import SystemStatus, silence, system_status
from plays.sync.status.pace import Span
from plays.tokens import caller_of, sent_token


@never_cache
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """200 whatever is wrong: what is wrong is in the answer."""
    is_person = request.user.is_authenticated
    refused = None if is_person else refusal(caller_of(sent_token(request)), Scope.READ)
    if refused is not None:
        return refused
    now = timezone.now()
    return JsonResponse(as_json(system_status(now), now))


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
