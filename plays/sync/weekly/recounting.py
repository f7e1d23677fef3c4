"""Recounting: every active Play's counters from its actions, repaired where they differ."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone

from plays.models import Action, Play, QuarterCount, WeeklyResult, WeeklySync
from plays.models.action import COUNTED, ActionQuerySet
from plays.rules.quarter import Quarter
from plays.rules.recount import ActionGroup, Tally, tally
from plays.rules.status import Counts
from plays.sync.funnel_recount import recount_funnel
from plays.sync.plays.play_status import play_statuses
from plays.sync.week_counts import recount_weeks

NOTHING = Tally(counts=Counts(), last_action_at=None)


def recount(weekly: WeeklySync, *, now: datetime) -> int:
    """Repair the counters of this quarter and the one before it, what was wrong is remembered; and
    those of the weeks that screens show; and the opportunities of the two quarters.

    Two queries per quarter where nothing is wrong, two for the weeks, a few for the funnel. Returns
    how many quarters' counters were repaired.
    """
    this_quarter = Quarter.of(now, timezone.get_default_timezone())
    active = list(Play.objects.active())
    recount_weeks(active, now=now)
    recount_funnel(now=now)
    repaired = 0
    for quarter in (this_quarter.previous, this_quarter):
        for play in _miscounted(active, quarter):
            repaired += _repair(weekly, play, quarter)
    return repaired


def record_results(weekly: WeeklySync, *, now: datetime) -> None:
    """Write down where every active Play stands; what was repaired stays written."""
    plays = list(Play.objects.active())
    results = [
        WeeklyResult(weekly=weekly, play=s.play, status=s.status.value, **asdict(s.counts))
        for s in play_statuses(plays, now=now).values()
    ]
    WeeklyResult.objects.bulk_create(
        results,
        update_conflicts=True,
        unique_fields=["weekly", "play"],
        update_fields=["status", *asdict(Counts())],
    )


def _miscounted(plays: list[Play], quarter: Quarter) -> list[Play]:
    recounted = _recounted(Action.objects.all(), quarter)
    stored = {row.play_id: _stored(row) for row in QuarterCount.objects.of(quarter)}
    return [
        play for play in plays if recounted.get(play.pk, NOTHING) != stored.get(play.pk, NOTHING)
    ]


def _repair(weekly: WeeklySync, play: Play, quarter: Quarter) -> bool:
    """False where somebody had it right by the time the Play was ours."""
    with transaction.atomic():
        Play.objects.select_for_update(no_key=True).get(pk=play.pk)
        true = _recounted(Action.objects.filter(play=play), quarter).get(play.pk, NOTHING)
        row = QuarterCount.objects.of(quarter).filter(play=play).first()
        was = _stored(row) if row else NOTHING
        if was == true:
            return False
        QuarterCount.objects.update_or_create(
            play=play,
            year=quarter.year,
            quarter=quarter.number,
            defaults={**asdict(true.counts), "last_action_at": true.last_action_at},
        )
        result, _ = WeeklyResult.objects.get_or_create(weekly=weekly, play=play)
        result.was_repaired = True
        result.repaired_from = {str(quarter): asdict(was.counts), **result.repaired_from}
        result.save(update_fields=["was_repaired", "repaired_from"])
    return True


def _recounted(actions: ActionQuerySet, quarter: Quarter) -> dict[int, Tally]:
    """What those of the quarter add up to, by Play; one query, which reads an index alone."""
    within = actions.within(*quarter.bounds(timezone.get_default_timezone()))
    rows = within.filter(counter__in=["", *COUNTED]).order_by().values_list("counter", "play")
    groups: dict[int, list[ActionGroup]] = defaultdict(list)
    for counter, play, count, newest in rows.annotate(count=Count("*"), newest=Max("occurred_at")):
        groups[play].append(ActionGroup(counter=counter, count=count, newest=newest))
    return {play: tally(of_play) for play, of_play in groups.items()}


def _stored(row: QuarterCount) -> Tally:
    return Tally(counts=row.counts, last_action_at=row.last_action_at)
