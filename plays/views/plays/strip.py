"""The last thirteen weeks of Plays: how many actions each had, how Plays stood at their ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from plays.models import Play, WeekCount, WeekStatus
from plays.rules.status import Status
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
    weeks = shown_weeks(now)
    rows = WeekCount.objects.filter(monday__gte=weeks[0].monday, monday__lte=weeks[-1].monday)
    if len(plays) == 1:
        rows = rows.filter(play=plays[0])
    found = rows.order_by().values_list("play_id", "monday", "actions")
    counts = {(play, monday): actions for play, monday, actions in found}
    return {
        play.pk: tuple(counts.get((play.pk, week.monday), 0) for week in weeks) for play in plays
    }


def recent_statuses(pks: Sequence[int], *, now: datetime) -> dict[int, tuple[Status | None, ...]]:
    """How Plays stood at the end of the last three weeks, oldest first; one query."""
    current = Week.of(now, timezone.get_default_timezone())
    mondays = [week.monday for week in weeks_up_to(current.previous, 3)]
    rows = WeekStatus.objects.filter(monday__gte=mondays[0], monday__lte=mondays[-1])
    if len(pks) == 1:
        rows = rows.filter(play=pks[0])
    found = {
        (pk, monday): status
        for pk, monday, status in rows.order_by().values_list("play_id", "monday", "status")
    }
    return {
        pk: tuple(
            Status(status) if (status := found.get((pk, monday))) else None for monday in mondays
        )
        for pk in pks
    }
