"""Pauses where they belong: a button beside a page or Play, a word beside a job that is held."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from plays.models import Pause, SyncJob
from plays.models.job import LOG_KINDS, JobKind, JobState
from plays.models.pause import PauseScope

register = template.Library()


@register.inclusion_tag("pauses/_control.html", takes_context=True)
def pause_control(context: Context, scope: str, target: Any) -> dict[str, Any]:
    """The pause of `target` (a Page, a Play, or a kind's name) with its end, or the way to one."""
    active = Pause.objects.active().filter(scope=scope, **{scope: target}).select_related("by")
    values = {PauseScope.PAGE: "page_id", PauseScope.PLAY: "play_id"}
    name = values.get(PauseScope(scope))
    return {
        "pause": active.first(),
        "scope": scope,
        "value": getattr(target, name) if name else target,
        "may_retry": context.get("may_retry"),
        "request": context["request"],
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("pauses/_holding.html")
def held_back(job: SyncJob) -> dict[str, Any]:
    """Which pauses a pending job waits for, and the log's stop; nothing where none does."""
    from plays.sync.jobs.pauses import holding
    from plays.sync.log_stop_words import stopped

    if job.state != JobState.PENDING:
        return {"holding": []}
    return {"holding": holding(job), "log": stopped() if job.kind in LOG_KINDS else None}


@register.filter
def kind_label(kind: str) -> Any:
    return JobKind(kind).label if kind in JobKind.values else kind
