"""The dashboard: what is behind, what is stuck, and every active Play, worst first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from plays.models import Play, SyncJob
from plays.models.job import Stage
from plays.rules.status import Status
from plays.views.access import sees
from plays.views.progress import Progress, progress_of, worst_first
from plays.views.quarter import quarter_facts
from plays.views.screen import leaf_of, screen


@sees
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    progress = worst_first(progress_of(Play.objects.active(), now=now))
    context = {
        "leaf": leaf_of(progress, request),
        "quarter": quarter_facts(now),
        **_status_tiles(progress),
        **_job_tiles(),
        "today": timezone.localdate(now),
    }
    return screen(request, "overview/dashboard.html", context)


def _status_tiles(progress: list[Progress]) -> dict[str, int]:
    statuses = [p.status for p in progress]
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
