"""How Plays stood at the end of each week that is over: told once, again after a late action."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max
from django.db.models.functions import TruncWeek
from django.utils import timezone

from plays.models import Action, Play, QuarterGoal, Team, WeekStatus
from plays.rules.planner import counter_of
from plays.rules.quarter import Quarter
from plays.rules.status import Counts, StatusRule, judge
from plays.rules.weeks import Week, weeks_up_to
from plays.sync.chunks import in_chunks
from plays.sync.jobs.locking import lock_plays
from plays.sync.plays.goals import goals_at

BATCH, PLAYS_AT_ONCE = 500, 50


class _Weeks:
    """Actions of some Plays by week, told apart where a quarter begins within the week."""

    def __init__(self) -> None:
        self.counts: dict[tuple[int, Quarter], dict[date, Counter[str]]] = {}
        self.newest: dict[int, dict[date, datetime]] = defaultdict(dict)

    def add(self, play: int, quarter: Quarter, monday: date, counter: str | None, n: int) -> None:
        weeks = self.counts.setdefault((play, quarter), {})
        if counter:
            weeks.setdefault(monday, Counter())[counter] += n

    def up_to(self, play: int, quarter: Quarter, monday: date) -> Counts:
        added = Counter[str]()
        for each, counted in self.counts.get((play, quarter), {}).items():
            if each <= monday:
                added.update(counted)
        return Counts(**added)

    def last_action(self, play: int, monday: date) -> datetime | None:
        return max((at for week, at in self.newest[play].items() if week <= monday), default=None)


def tell_weeks(*, now: datetime) -> int:
    """Write down how active Plays stood at the end of the weeks that screens show, where that is
    not known. Returns how many were told; one query where nothing is missing.
    """
    zone = timezone.get_default_timezone()
    weeks = weeks_up_to(Week.of(now, zone).previous)
    plays = {play.pk: play for play in Play.objects.active()}
    told = set(
        WeekStatus.objects.filter(
            monday__gte=weeks[0].monday, monday__lte=weeks[-1].monday
        ).values_list("play_id", "monday")
    )
    missing = [(pk, week) for pk in plays for week in weeks if (pk, week.monday) not in told]
    if not missing:
        return 0
    ends = {week: week.bounds(zone)[1] - timedelta(microseconds=1) for week in weeks}
    goals = {
        quarter: goals_at(plays.values(), quarter)
        for quarter in {Quarter.of(end, zone) for end in ends.values()}
    }
    rule = Team.current().rule
    for some in in_chunks(sorted({pk for pk, _ in missing}), PLAYS_AT_ONCE):
        with transaction.atomic():
            # An event that comes now waits, and then unsays what is told here without it.
            lock_plays(some)
            known = _known(some, weeks)
            told_now = [
                _told(plays[pk], week, ends[week], known, goals, rule)
                for pk, week in missing
                if pk in some
            ]
            WeekStatus.objects.bulk_create(told_now, batch_size=BATCH, ignore_conflicts=True)
    return len(missing)


def _told(
    play: Play,
    week: Week,
    end: datetime,
    known: _Weeks,
    goals: Mapping[Quarter, Mapping[int, QuarterGoal]],
    rule: StatusRule,
) -> WeekStatus:
    zone = timezone.get_default_timezone()
    quarter = Quarter.of(end, zone)
    last = known.last_action(play.pk, week.monday)
    if last is None:
        return WeekStatus(play=play, monday=week.monday)
    counts = known.up_to(play.pk, quarter, week.monday)
    held = goals[quarter][play.pk].goals
    verdict = judge(counts, held, last_action_at=last, now=end, zone=zone, rule=rule)
    status = verdict.status.value
    return WeekStatus(play=play, monday=week.monday, status=status, **asdict(counts))


def _known(plays: Collection[int], weeks: Sequence[Week]) -> _Weeks:
    """The actions since the first week's quarter began, and what was newest before."""
    zone = timezone.get_default_timezone()
    start = Quarter.on(weeks[0].sunday).bounds(zone)[0]
    first = min(Week.of(start, zone), weeks[0])
    known = _Weeks()
    actions = Action.objects.filter(play__in=plays).order_by()
    before = actions.filter(occurred_at__lt=start).values_list("play")
    for play, newest in before.annotate(newest=Max("occurred_at")):
        known.newest[play][first.previous.monday] = newest
    for quarter in sorted(
        {Quarter.on(day) for week in weeks for day in (week.monday, week.sunday)}
    ):
        within = actions.within(*quarter.bounds(zone))
        by_week = within.annotate(week=TruncWeek("occurred_at", tzinfo=zone))
        rows = by_week.values_list("play", "week", "action_type", "data__decision")
        for play, week, kind, decision, count, newest in rows.annotate(
            count=Count("*"), newest=Max("occurred_at")
        ):
            monday = week.date()
            known.add(play, quarter, monday, counter_of(kind, str(decision or "")), count)
            last = known.newest[play].get(monday)
            known.newest[play][monday] = max(newest, last) if last else newest
    return known
