"""The portfolio's pictures as SVG, each value told on hover, on focus and in a table beside it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from plays.models.play import STATUS_WORDS
from plays.rules.status import Status
from plays.templatetags.charts import points
from plays.templatetags.screens import SHAPES, badge, decimal

register = template.Library()

STEP_HEIGHT = 48
PLOT_WIDTH, PLOT_HEIGHT = 280, 68
COLUMN_STEP, COLUMN_WIDTH = 21, 16
LEAST_HEIGHT = 20  # a number has room in it
WORST_LAST = (Status.GREEN, Status.YELLOW, Status.RED)


@register.filter
def in_days_of(hours: float | None) -> str:
    """Hours as days, below ten with one digit behind the point; a dash where there are none."""
    if hours is None:
        return "–"
    days = hours / 24
    return decimal(days if days < 10 else round(days))


def _step_height(count: int, most: int) -> float:
    """By the square root, so that small ones are in sight."""
    return LEAST_HEIGHT + math.sqrt(count / most) * (STEP_HEIGHT - LEAST_HEIGHT)


@register.inclusion_tag("overview/_funnel.html", takes_context=True)
def funnel_picture(context: Any, picture: Any) -> dict[str, Any]:
    """A block per step."""
    steps: list[tuple[str, int, Any, Any]] = [("activity", picture.activities, None, None)]
    steps += [(s.step, s.count, s.share, s.median_hours) for s in picture.stages]
    rows, most = [], picture.most
    for number, (step, count, *_rest) in enumerate(steps):
        height = _step_height(count, most)
        after = steps[number + 1] if number + 1 < len(steps) else None
        shown: dict[str, Any] = {
            "step": step,
            "count": count,
            "height": round(height, 1),
            "after": None,
        }
        if after:
            share = after[2] if number else picture.first_share
            shown["after"] = {"share": share, "hours": after[3]}
        shown["y"] = round((STEP_HEIGHT - height) / 2, 1)
        rows.append(shown)
    return {"rows": rows, "full": STEP_HEIGHT, "quarter": context["asked"].quarter}


@register.inclusion_tag("overview/_pace.html", takes_context=True)
def pace_picture(context: Any, pace: Any) -> dict[str, Any]:
    """The team's way, a mark per week, with the pace to its goal as a straight line."""
    top = max(pace.goal, pace.count, 1) * 1.12

    def place(number: float, count: float) -> tuple[float, float]:
        return (
            round(number / pace.days * PLOT_WIDTH, 1),
            round(PLOT_HEIGHT - count / top * PLOT_HEIGHT, 1),
        )

    places = [place(point.number, point.count) for point in pace.points]
    line = [place(0, 0), *places]
    return {
        "pace": pace,
        "asked": context["asked"],
        "measures": context["measures"],
        "line": points(line),
        "area": points([*line, (places[-1][0], PLOT_HEIGHT)]) if places else "",
        "marks": [
            {
                "x": x,
                "y": y,
                "point": point,
                "expected": pace.goal * point.number / pace.days,
                "tip_x": min(max(x, 46), PLOT_WIDTH - 46),
                "left": round((places[at - 1][0] + x) / 2 if at else 0, 1),
                "width": 0,
            }
            for at, ((x, y), point) in enumerate(zip(places, pace.points, strict=True))
        ],
        "goal": place(pace.days, pace.goal),
        "width": PLOT_WIDTH,
        "height": PLOT_HEIGHT,
    }


@register.inclusion_tag("overview/_weeks.html")
def weeks_picture(columns: Any) -> dict[str, Any]:
    """A column per week: green on top, red at the foot, as shares of the fullest."""
    most = max((column.total for column in columns), default=0) or 1
    drawn = []
    for number, column in enumerate(columns):
        y, blocks = float(PLOT_HEIGHT), []
        for status in reversed(WORST_LAST):
            height = column.counts.get(status, 0) / most * PLOT_HEIGHT
            y -= height
            if height:
                blocks.append(
                    {"status": status.value, "y": round(y, 1), "height": round(height, 1)}
                )
        x = number * COLUMN_STEP
        drawn.append({"x": x, "blocks": blocks, "column": column, "words": _counts(column.counts)})
    width = len(drawn) * COLUMN_STEP - (COLUMN_STEP - COLUMN_WIDTH)
    return {"columns": drawn, "bar": COLUMN_WIDTH, "width": width, "height": PLOT_HEIGHT}


def _counts(counts: Mapping[Status, int]) -> str:
    """`■ 9 · ▲ 17 · ● 17`, or that nothing is known."""
    told = [
        f"{SHAPES[status]} {counts[status]}"
        for status in reversed(WORST_LAST)
        if counts.get(status)
    ]
    return " · ".join(told) or _("not known")


@register.simple_tag
def status_count(status: Status, count: int) -> SafeString:
    return badge(SHAPES[status], f"{STATUS_WORDS[status]} {count}", f"status-{status.value}")


@register.simple_tag
def status_shape(status: Status) -> SafeString:
    return format_html(
        '<span class="dot" data-tone="status-{}"><span aria-hidden="true">{}</span>'
        '<span class="sr">{}</span></span>',
        status.value,
        SHAPES[status],
        STATUS_WORDS[status],
    )


@register.simple_tag
def status_weeks(statuses: tuple[Status | None, ...]) -> SafeString:
    """Four weeks as shapes, the newest on the right, and in words."""
    words = [STATUS_WORDS[status] if status else _("not known") for status in statuses]
    shapes = format_html_join(
        "",
        '<span class="dot" data-tone="{}">{}</span>',
        ((f"status-{s.value}", SHAPES[s]) if s else ("none", "·") for s in statuses),
    )
    return format_html(
        '<span class="dots" role="img" title="{}">{}</span>',
        " → ".join(str(word) for word in words),
        shapes,
    )


@register.filter
def after(stages: Any, number: int) -> Any:
    """The step behind the `number`-th."""
    return stages[number]


@register.simple_tag
def funnel_block(count: int, whole: Any) -> SafeString:
    most = max(whole.activities, *(stage.count for stage in whole.stages), 1)
    height = _step_height(count, most)
    return format_html(
        '<svg viewBox="0 0 10 {full}" preserveAspectRatio="none" aria-hidden="true">'
        '<rect x="0" y="{y}" width="10" height="{height}" rx="0.6" /></svg>',
        full=STEP_HEIGHT,
        y=f"{(STEP_HEIGHT - height) / 2:.1f}",
        height=f"{height:.1f}",
    )
