"""Which entry of the navigation somebody is at."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# The screens below each entry, by the names of their addresses. A test says that none is missing.
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "dashboard": ("dashboard",),
    "plays": (
        "plays",
        "play",
        "play_add",
        "play_edit",
        "play_status",
        "plays_import",
        "play_db_read",
    ),
    "me": ("me",),
    "digest": ("digest",),
    "todo": ("todo",),
    "weekly": ("weekly", "weekly_result", "weekly_plan"),
    "jobs": (
        *("jobs", "job", "job_preview", "jobs_retry", "jobs_cancel"),
        *("recovery", "recover_since", "recover_missing", "recover_all"),
        *("reconcile", "reconcile_look", "reconcile_act", "reconcile_done"),
    ),
    "events": ("events", "event"),
    "mappings": (
        *("mappings", "mapping", "play_mapping", "mapping_history", "mapping_sheet"),
        *("make_missing", "page_batch", "columns"),
    ),
    "pauses": ("pauses",),
    "status": ("status", "status_checks"),
    "audit": ("audit",),
}


@register.simple_tag(takes_context=True)
def current(context: Context, section: str) -> SafeString:
    """The attribute that marks the entry `section` where one of its screens is shown, else ""."""
    match = getattr(context.get("request"), "resolver_match", None)  # an error page may lack both
    is_here = match is not None and match.url_name in SECTIONS[section]
    return mark_safe(' aria-current="page"') if is_here else mark_safe("")
