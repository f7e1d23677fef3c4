"""Actions by week: counted as they are recorded, proved by a recount.

What was told of the weeks that an action comes too late for is told again (`plays.week_statuses`).
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Case, Count, DateField, Value, When
from django.utils import timezone

from plays.models import Action, Play, WeekCount, WeekStatus
from plays.rules.weeks import Week, weeks_up_to
from plays.sync.inserting import insert

log = logging.getLogger(__name__)

Counted = dict[tuple[int, date], int]


def count_weeks(actions: Iterable[Action]) -> None:
    """Add actions to their weeks' counters; their Plays are locked by the caller."""
    zone = timezone.get_default_timezone()
    added = Counter((a.play_id, Week.of(a.occurred_at, zone).monday) for a in actions)
    _judge_again(added)
    plays, mondays = {play for play, _ in added}, {monday for _, monday in added}
    rows = WeekCount.objects.filter(play__in=plays, monday__in=mondays).order_by()
    had = {(row.play_id, row.monday): row.actions for row in rows}
    insert(
        [
            WeekCount(play_id=key[0], monday=key[1], actions=had.get(key, 0) + count)
            for key, count in added.items()
        ],
        unique=["play_id", "monday"],
        update=["actions"],
    )


def _judge_again(counted: Iterable[tuple[int, date]]) -> None:
    """How Plays stood in weeks that are over is not known any more from the counted weeks on."""
    this_week = Week.of(timezone.now(), timezone.get_default_timezone()).monday
    first: dict[int, date] = {}
    for play, monday in counted:
        if monday < this_week:
            first[play] = min(monday, first.get(play, monday))
    for monday in sorted(set(first.values())):
        plays = [play for play, begins in first.items() if begins == monday]
        WeekStatus.objects.filter(play__in=plays, monday__gte=monday).delete()


def recount_weeks(plays: Iterable[Play], *, now: datetime) -> int:
    """Repair the counters of the weeks that screens show. Returns how many were wrong.

    Two queries where nothing is wrong.
    """
    weeks = weeks_up_to(Week.of(now, timezone.get_default_timezone()))
    stored, true = _stored({}, weeks), _recounted({}, weeks)
    wrong = {pk for (pk, _monday), _count in stored.items() ^ true.items()}
    return sum(_repair(play, weeks) for play in plays if play.pk in wrong)


def _repair(play: Play, weeks: tuple[Week, ...]) -> int:
    with transaction.atomic():
        Play.objects.select_for_update(no_key=True).get(pk=play.pk)
        of_play = {"play": play}
        stored, true = _stored(of_play, weeks), _recounted(of_play, weeks)
        wrong = {key for key, _ in stored.items() ^ true.items()}
        for pk, monday in sorted(wrong):
            WeekCount.objects.update_or_create(
                play_id=pk, monday=monday, defaults={"actions": true.get((pk, monday), 0)}
            )
    if wrong:
        log.warning("%s: the counters of %d weeks were repaired", play, len(wrong))
    return len(wrong)


def _stored(fits: Mapping[str, Play], weeks: tuple[Week, ...]) -> Counted:
    rows = WeekCount.objects.filter(
        monday__gte=weeks[0].monday, monday__lte=weeks[-1].monday, actions__gt=0, **fits
    )
    found = rows.values_list("play_id", "monday", "actions")
    return {(play, monday): actions for play, monday, actions in found}


def _recounted(fits: Mapping[str, Play], weeks: tuple[Week, ...]) -> Counted:
    zone = timezone.get_default_timezone()
    start, end = weeks[0].bounds(zone)[0], weeks[-1].bounds(zone)[1]
    actions = Action.objects.filter(**fits).within(start, end).order_by()
    # Not `TruncWeek`, which on SQLite calls Python for each action.
    ends = (When(occurred_at__lt=week.bounds(zone)[1], then=Value(week.monday)) for week in weeks)
    by_week = actions.annotate(week=Case(*ends, output_field=DateField()))
    rows = by_week.values_list("play", "week").annotate(count=Count("*"))
    return {(play, monday): count for play, monday, count in rows}
