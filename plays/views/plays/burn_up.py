"""How a Play's counters grew in a quarter, drawn against the pace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from plays.models import Play
from plays.rules.burn_up import Mark, burn_up, weekly
from plays.rules.planner import counter_of
from plays.views.plays.progress import Bar, Progress
from plays.views.plays.quarter import AskedQuarter

DRAWN = ("activity", "signal", "brief", "s2")


@dataclass(frozen=True, kw_only=True)
class BurnUp:
    """A counter's marks, one per day, with what it has come to; `days` is the quarter's length."""

    bar: Bar
    marks: tuple[Mark, ...]
    days: int


@dataclass(frozen=True, kw_only=True)
class WeekRow:
    """The same in a table's row: one day, with a mark of each chart."""

    day: date
    marks: tuple[Mark, ...]


def burn_ups(progress: Progress, asked: AskedQuarter) -> list[BurnUp]:
    """A chart for each counter that has a goal or a count; one query."""
    days = _days_of(progress.play, asked)
    facts = asked.facts
    last = timezone.localdate(asked.at)
    return [
        BurnUp(
            bar=bar,
            marks=burn_up(days[bar.name], goal=bar.goal, quarter=asked.quarter, last=last),
            days=facts.days,
        )
        for bar in progress.bars
        if bar.goal or days[bar.name]
    ]


def week_rows(charts: Sequence[BurnUp]) -> list[WeekRow]:
    """The charts' twin in numbers, a row per week."""
    columns = [weekly(chart.marks) for chart in charts]
    return [WeekRow(day=row[0].day, marks=row) for row in zip(*columns, strict=True)]


def _days_of(play: Play, asked: AskedQuarter) -> dict[str, list[date]]:
    """The day of each action that counts, by counter."""
    actions = play.actions.filter(occurred_at__gte=asked.bounds[0], occurred_at__lte=asked.at)
    days: dict[str, list[date]] = {name: [] for name in DRAWN}
    rows = actions.order_by().values_list("action_type", "data__decision", "occurred_at")
    for action_type, decision, occurred_at in rows:
        counter = counter_of(action_type, str(decision or ""))
        if counter in days:
            days[counter].append(timezone.localdate(occurred_at))
    return days
