"""The overview: the portfolio in pictures, and every active Play below them, worst first."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from plays.models import PageMapping, Play, SavedView, WeeklySync
from plays.rules.planner import Part
from plays.rules.status import Status
from plays.sync.doctor.first_steps import is_empty
from plays.sync.plays.play_status import PlayStatus, play_statuses
from plays.views.common.access import Role, RoleRequest, sees
from plays.views.common.render import render_page
from plays.views.plays.band import MEASURES, band_of
from plays.views.plays.plays import PlayList, asked_plays, list_context
from plays.views.setup import shown


@sees
@require_safe
def dashboard(request: RoleRequest) -> HttpResponse:
    """Without a filter the person's own start page, where they have one."""
    if request.role == Role.ADMIN and is_empty():
        return shown(request)
    views = list(SavedView.objects.filter(user=request.user))
    start = next((view for view in views if view.is_start), None)
    if start and not request.GET:
        return redirect(f"{request.path}?{start.query}")
    now = timezone.now()
    found = asked_plays(request, now)
    asked = found.quarter
    context = {
        **list_context(found, request, now),
        "saved_views": views,
        "query": _query(request),
        "measures": MEASURES,
        "portfolio": lambda: _portfolio(_statuses(found), request, asked),
        "operation": _operation,
    }
    return render_page(request, "overview/dashboard.html", context, part="plays/_play_list.html")


def _statuses(found: PlayList) -> list[PlayStatus]:
    """Of all active Plays: those of the list, unless that is narrowed."""
    if found.form.is_empty:
        return [row.play_status for row in found.rows]
    asked, active = found.quarter, Play.objects.active()
    judged = play_statuses(active, now=asked.at, with_overrides=not asked.is_over)
    return list(judged.values())


def _portfolio(statuses: Collection[PlayStatus], request: RoleRequest, asked: Any) -> Any:
    """How all active Plays stand, whatever the list below is narrowed to."""
    counted = [each.status for each in statuses]
    return {
        "band": band_of(statuses, asked, measure=request.GET.get("measure", ""), user=request.user),
        "count": len(counted),
        "by_status": [(status, counted.count(status)) for status in reversed(Status)],
    }


def _operation() -> dict[str, Any]:
    """What staff must know of: nothing here is green, for none of it proves that all is well."""
    mapped = PageMapping.objects.filter(page__isnull=False)
    needed = 3 + Play.objects.active().count()
    live_docs = mapped.filter(part=Part.LIVE_DOC, play__is_active=True).count()
    return {
        "unmapped": needed - mapped.filter(play=None).count() - live_docs,
        "weekly": WeeklySync.objects.order_by("-slot").first(),
    }


def _query(request: RoleRequest) -> str:
    """The address's filter as it is kept in a saved view: without the page turned to."""
    asked = request.GET.copy()
    asked.pop("p", None)
    return asked.urlencode()[:1000]
