"""The last thirteen weeks of Plays: how many actions each week had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.db.models.functions import TruncWeek
from django.utils import timezone

from plays.models import Action, Play
from plays.rules.weeks import Week, weeks_up_to


@dataclass(frozen=True, kw_only=True)
class Strip:
    """The weeks shown, and what a full bar or the darkest cell stands for on every row.

    `full` is more than all but one in twenty of the weeks in which something was done: a single
    busy week does not flatten everybody's.
    """

    weeks: tuple[Week, ...]
    full: int


def shown_weeks(now: datetime) -> tuple[Week, ...]:
    """The weeks up to the one that `now` lies in."""
    return weeks_up_to(Week.of(now, timezone.get_default_timezone()))


def strip_of(rows: Sequence[tuple[int, ...]], *, now: datetime) -> Strip:
    """One scale for all `rows`, so that they can be compared."""
    counts = sorted(count for row in rows for count in row if count)
    full = counts[len(counts) * 19 // 20] if counts else 1
    return Strip(weeks=shown_weeks(now), full=full)


def actions_a_week(plays: Sequence[Play], *, now: datetime) -> dict[int, tuple[int, ...]]:
    """Actions in each of `shown_weeks`, by the Play's primary key; one query."""
    zone = timezone.get_default_timezone()
    weeks = shown_weeks(now)
    start, end = weeks[0].bounds(zone)[0], weeks[-1].bounds(zone)[1]
    actions = Action.objects.filter(play__in=plays).within(start, end).order_by()
    by_week = actions.annotate(week=TruncWeek("occurred_at", tzinfo=zone))
    rows = by_week.values_list("play", "week").annotate(count=Count("pk"))
    counts = {(play, week.date()): count for play, week, count in rows}
    return {
        play.pk: tuple(counts.get((play.pk, week.monday), 0) for week in weeks) for play in plays
    }
