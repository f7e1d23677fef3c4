"""Goals by quarter: what holds in one, and the only place that writes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plays.models import Play, QuarterGoal
from plays.rules.quarter import Quarter

GOAL_LABELS = {
    "activity": _("activity goal"),
    "signal": _("signal goal"),
    "brief": _("brief goal"),
    "s2": _("S2 goal"),
    "lead_time": _("lead time target"),
}
GOAL_FIELDS = tuple(GOAL_LABELS)
MAX_GOAL = 100_000

Timeline = dict[Quarter, QuarterGoal]


def quarter_of(now: datetime) -> Quarter:
    return Quarter.of(now, timezone.get_default_timezone())


def goals_at(plays: Iterable[Play], quarter: Quarter) -> dict[int, QuarterGoal]:
    """What holds in `quarter`, by the Play's primary key: its own goals, else those of the last
    quarter before it that has some, else none. One query however many Plays.
    """
    plays = list(plays)
    held = {
        play.pk: QuarterGoal(play=play, year=quarter.year, quarter=quarter.number) for play in plays
    }
    rows = QuarterGoal.objects.filter(play__in=list(held)).up_to(quarter)
    held |= {row.play_id: row for row in rows.order_by("year", "quarter")}
    return held


def write_goals(
    wanted: Mapping[tuple[int, Quarter], Mapping[str, Any]], *, now: datetime
) -> set[int]:
    """Set goals by Play (primary key) and quarter; a field that is not named stays as it holds
    there. A quarter that is over keeps its own even where those before it change. The caller's
    transaction holds the Plays' locks. Returns the Plays whose goals of the running quarter are
    others now.

    Two queries however many.
    """
    running = quarter_of(now)
    timelines: dict[int, Timeline] = {pk: {} for pk, _ in wanted}
    for row in QuarterGoal.objects.filter(play__in=list(timelines)):
        timelines[row.play_id][row.of_quarter] = row
    before = {pk: _held(timeline, running).goals for pk, timeline in timelines.items()}
    written = [
        row
        for (pk, quarter), values in sorted(wanted.items(), key=lambda each: each[0])
        for row in _write(pk, timelines[pk], quarter, values, running)
    ]
    QuarterGoal.objects.bulk_create(
        {(row.play_id, row.of_quarter): row for row in written}.values(),
        update_conflicts=True,
        unique_fields=["play", "year", "quarter"],
        update_fields=GOAL_FIELDS,
        batch_size=500,
    )
    return {pk for pk, then in before.items() if _held(timelines[pk], running).goals != then}


def _write(
    pk: int, timeline: Timeline, quarter: Quarter, values: Mapping[str, Any], running: Quarter
) -> Iterator[QuarterGoal]:
    held, after = _held(timeline, quarter), _held(timeline, quarter.next)
    timeline[quarter] = _copy(pk, quarter, held, values)
    yield timeline[quarter]
    if quarter < running and quarter.next not in timeline:
        timeline[quarter.next] = _copy(pk, quarter.next, after, {})
        yield timeline[quarter.next]


def _held(timeline: Timeline, quarter: Quarter) -> QuarterGoal:
    last = max((each for each in timeline if each <= quarter), default=None)
    return timeline[last] if last else QuarterGoal()


def _copy(pk: int, quarter: Quarter, held: QuarterGoal, values: Mapping[str, Any]) -> QuarterGoal:
    kept = {name: getattr(held, name) for name in GOAL_FIELDS}
    return QuarterGoal(play_id=pk, year=quarter.year, quarter=quarter.number, **{**kept, **values})
