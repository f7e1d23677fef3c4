"""Small charts as SVG with words beside them: who cannot see the one reads the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plays.rules.weeks import Week
from plays.templatetags.screens import counter_label, decimal

register = template.Library()

BAR_STEP, BAR_WIDTH, BAR_HEIGHT = 6, 4, 24
HEAT_LEVELS = 4
CHART_WIDTH, CHART_HEIGHT = 200, 80
TOP_SPACE = 1.08  # between the highest value and the frame


@register.inclusion_tag("_partials/_sparkline.html")
def sparkline(counts: Sequence[int], full: int) -> dict[str, Any]:
    """A bar per week, the newest on the right; `full` or more is a full bar on every row."""
    full_bars: list[str] = []
    empty: list[str] = []
    for number, count in enumerate(counts):
        height = round(_height(count, full), 1)
        bar = f"M{number * BAR_STEP} {BAR_HEIGHT}v-{height:g}h{BAR_WIDTH}v{height:g}z"
        (full_bars if count else empty).append(bar)
    return {
        "bars": "".join(full_bars),
        "empty": "".join(empty),
        "width": len(counts) * BAR_STEP - (BAR_STEP - BAR_WIDTH),
        "height": BAR_HEIGHT,
        "total": sum(counts),
        "counts": ", ".join(map(str, counts)),
    }


def _height(count: int, full: int) -> float:
    """A week without actions keeps a line to stand on."""
    return max(1.0, min(count, full) / full * BAR_HEIGHT)


@register.filter
def heat(count: int, full: int) -> int:
    """How dark a cell is: 0 for nothing, 4 for `full` or more."""
    return 0 if count <= 0 else -(-min(count, full) * HEAT_LEVELS // full)


@register.simple_tag
def week_words(week: Week, count: int) -> str:
    """What a cell of the heat strip says when it is pointed at."""
    words = ngettext("%(count)d action", "%(count)d actions", count) % {"count": count}
    days = f"{week.monday:%m.%d}–{week.sunday:%m.%d}"
    return _("%(days)s: %(actions)s") % {"days": days, "actions": words}


@register.filter
def with_weeks(counts: Sequence[int], weeks: Sequence[Week]) -> list[tuple[Week, int]]:
    """Each week with its count."""
    return list(zip(weeks, counts, strict=True))


@register.filter
def total(counts: Sequence[int]) -> int:
    return sum(counts)


@register.inclusion_tag("_partials/_burn_up.html")
def burn_up_chart(chart: Any) -> dict[str, Any]:
    """A counter's climb in steps of one day, with the pace to its goal as a straight line."""
    bar, marks = chart.bar, chart.marks
    high = max(bar.goal, bar.count, 1)
    top = high * TOP_SPACE
    steps: list[tuple[float, float]] = []
    for number, mark in enumerate(marks):
        level = _level(mark.count, top)
        steps += [(_along(number, chart.days), level), (_along(number + 1, chart.days), level)]
    today = _along(len(marks), chart.days)
    ground = _level(0, top)
    return {
        "bar": bar,
        "label": counter_label(bar.name),
        "steps": points([(0, ground), *steps]),
        "area": points([(0, ground), *steps, (today, ground)]),
        "goal": _level(bar.goal, top) if bar.goal else None,
        "today": today if len(marks) < chart.days else None,
        "expected": bar.expected,
        "width": CHART_WIDTH,
        "height": CHART_HEIGHT,
        "first_day": marks[0].day if marks else None,
        "last_day": marks[0].day + timedelta(days=chart.days - 1) if marks else None,
        "ticks": (high, 0) if high % 2 else (high, high // 2, 0),
    }


def _along(days: int, length: int) -> float:
    return round(days / length * CHART_WIDTH, 2)


def _level(count: float, top: float) -> float:
    return round(CHART_HEIGHT - count / top * CHART_HEIGHT, 2)


def points(places: Iterable[tuple[float, float]]) -> str:
    """Places as SVG's polylines and polygons take them."""
    return " ".join(f"{x:g},{y:g}" for x, y in places)


@register.filter
def in_days(span: timedelta) -> str:
    """A span in days, one digit behind the point."""
    return decimal(span / timedelta(days=1))
