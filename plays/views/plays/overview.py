"""The dashboard: what is behind, what is stuck, and every active Play, worst first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from plays.models import Play, SyncJob, WeeklySync
from plays.models.job import Stage
from plays.rules.status import Status
from plays.sync.doctor.first_steps import is_empty
from plays.sync.plays.play_status import play_statuses
from plays.sync.weekly import next_run
from plays.views.common.access import Role, RoleRequest, sees
from plays.views.common.render import render_page
from plays.views.plays.play_list import asked_plays, list_context
from plays.views.setup import shown


@sees
@require_safe
def dashboard(request: RoleRequest) -> HttpResponse:
    if request.role == Role.ADMIN and is_empty():
        return shown(request)
    now = timezone.now()
    context = {
        **list_context(asked_plays(request, now), request, now),
        **_status_tile(now),
        **_job_tiles(),
        **_weekly_tile(now),
    }
    return render_page(request, "overview/dashboard.html", context, part="plays/_play_list.html")


def _status_tile(now: datetime) -> dict[str, int]:
    """How all active Plays stand today, whatever the list below is narrowed to."""
    statuses = [s.status for s in play_statuses(Play.objects.active(), now=now).values()]
    return {
        "active": len(statuses),
        "behind": statuses.count(Status.RED),
        "at_risk": statuses.count(Status.YELLOW),
        "on_track": statuses.count(Status.GREEN),
    }


def _job_tiles() -> dict[str, Any]:
    waiting = SyncJob.objects.pending().mapped().order_by("created_at", "pk")
    oldest: datetime | None = waiting.values_list("created_at", flat=True).first()
    return {
        "oldest_unsynced": oldest,
        "waiting": waiting.count(),
        "retrying": SyncJob.objects.at(Stage.RETRYING).exists(),
        "unmapped": SyncJob.objects.at(Stage.UNMAPPED).count(),
    }


def _weekly_tile(now: datetime) -> dict[str, Any]:
    last = WeeklySync.objects.annotate(found=Count("findings")).order_by("-slot").first()
    return {"weekly": last, "next_weekly": next_run(now=now)}
