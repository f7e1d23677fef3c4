"""How the installation is, drawn and told: the pace as bars, levels as badges, spans as words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import template
from django.urls import is_valid_path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from plays.sync import schedules
from plays.sync.doctor.findings import Level
from plays.sync.status.pace import Span
from plays.sync.status.words import duration
from plays.templatetags.screens import badge

register = template.Library()

STEP, BAR, HEIGHT = 10, 7, 60
LEVELS = {
    Level.OK: ("✓", _("well"), "good"),
    Level.NOTE: ("·", _("note"), "calm"),
    Level.PROBLEM: ("✕", _("problem"), "bad"),
}
# A screen's; to /login/ other programs send people back. Korean goes on behind it without a space.
_ADDRESS = re.compile(
    r"((?<![\w:/.])/(?!login/)(?:[a-z]+/)+(?![\w-])(?:\?[a-z]+=[a-z]+)?)", re.ASCII
)


@register.filter
def with_links(words: str) -> SafeString:
    """A sentence with our own addresses in it as links: the doctor also speaks on a terminal."""
    return format_html_join("", "{}", ([_linked(part)] for part in _ADDRESS.split(str(words))))


def _linked(part: str) -> str:
    is_ours = is_valid_path(part.partition("?")[0])
    return format_html('<a href="{0}">{0}</a>', part) if is_ours else part


@register.filter
def wait(seconds: float | None) -> str:
    """A wait in words; a dash where there was none."""
    return "–" if seconds is None else duration(seconds)


@register.simple_tag
def level_badge(level: Level) -> SafeString:
    return badge(*LEVELS[level])


@register.filter
def schedule_name(name: str) -> Any:
    return schedules.NAMES.get(name, name)


@register.inclusion_tag("status/_pace.html")
def pace_chart(spans: Sequence[Span], label: str, form: str, title: str) -> dict[str, Any]:
    """Two rows of bars, the newest on the right: edits, and the time from event to page.

    `form` is how a span's start is written (a Django date format), `label` its column's heading.
    """
    most = max((span.written for span in spans), default=0)
    longest = max((span.p95 or 0.0 for span in spans), default=0.0)
    return {
        "title": title,
        "label": label,
        "form": form,
        "rows": list(reversed(spans)),
        "written": [_bar(at, span.written, most) for at, span in enumerate(spans)],
        "p95": [_bar(at, span.p95 or 0, longest) for at, span in enumerate(spans)],
        "p50": [_bar(at, span.p50 or 0, longest) for at, span in enumerate(spans)],
        "most": most,
        "longest": longest,
        "total": sum(span.written for span in spans),
        "bar": BAR,
        "width": len(spans) * STEP - (STEP - BAR),
        "height": HEIGHT,
        "first": spans[0].start,
        "last": spans[-1].start,
    }


def _bar(at: int, value: float, full: float) -> dict[str, float]:
    """A bar that is not nothing can be seen."""
    height = max(1.5, value / full * HEIGHT) if value else 0.0
    return {"x": at * STEP, "y": round(HEIGHT - height, 1), "height": round(height, 1)}
