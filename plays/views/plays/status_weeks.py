"""How a Play stood at the end of each week, with what was lacking and what its owner said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Min
from django.utils import timezone

from plays.models import OwnerWord, Play, Team
from plays.rules.planner import counter_of
from plays.rules.quarter import Quarter
from plays.rules.status import JUDGED, Attainment, Counts, Goals, Status, StatusRule, Verdict, judge
from plays.rules.weeks import STRIP, Week, weeks_up_to
from plays.sync.plays.goals import goals_at


@dataclass(frozen=True, kw_only=True)
class StatusWeek:
    """A Play at the end of a week, or now in the running one; `published` is what the weekly sync
    of that week made of it, None where there was none. In a week that `is_before` the Play's first
    action and first weekly sync it had no status.
    """

    week: Week
    verdict: Verdict
    published: Status | None
    word: OwnerWord | None
    is_before: bool

    @property
    def status(self) -> Status | None:
        return None if self.is_before else self.published or self.verdict.status

    @property
    def lacking(self) -> list[Attainment]:
        """The goals that were behind, the worst first."""
        behind = [each for each in self.verdict.attainments if each.share < 1]
        return sorted(behind, key=lambda each: each.share)


@dataclass(frozen=True, kw_only=True)
class _Done:
    """What was done and when; `counter` is None for what no quarter counts."""

    at: datetime
    counter: str | None


def status_weeks(play: Play, *, at: datetime) -> list[StatusWeek]:
    """The weeks up to `at`, the newest first; nine queries."""
    zone = timezone.get_default_timezone()
    this_week = Week.of(timezone.now(), zone)
    weeks = weeks_up_to(Week.of(at, zone), STRIP)
    ends = {week: min(week.bounds(zone)[1] - timedelta(microseconds=1), at) for week in weeks}
    quarters = {Quarter.of(end, zone) for end in ends.values()}
    goals = {quarter: goals_at([play], quarter)[play.pk].goals for quarter in quarters}
    done = _done(play, min(quarters).bounds(zone)[0], at)
    published, words = _published(play, weeks), _words(play, weeks)
    rule = Team.current().rule
    begun = min((*published, *(Week.of(each.at, zone) for each in done)), default=this_week)
    return [
        StatusWeek(
            week=week,
            verdict=_verdict(done, goals[Quarter.of(ends[week], zone)], ends[week], rule),
            published=published.get(week),
            word=words.get(week),
            is_before=week < begun,
        )
        for week in reversed(weeks)
    ]


def _verdict(done: Sequence[_Done], goals: Goals, end: datetime, rule: StatusRule) -> Verdict:
    zone = timezone.get_default_timezone()
    start = Quarter.of(end, zone).bounds(zone)[0]
    counts = Counter(each.counter for each in done if start <= each.at <= end)
    return judge(
        Counts(**{name: counts[name] for name in JUDGED}),
        goals,
        last_action_at=max((each.at for each in done if each.at <= end), default=None),
        now=end,
        zone=zone,
        rule=rule,
    )


def _done(play: Play, since: datetime, at: datetime) -> list[_Done]:
    """What was done from `since` to `at`; of what was done before, the first and the last."""
    actions = play.actions.filter(occurred_at__gte=since, occurred_at__lte=at).order_by()
    rows = actions.values_list("action_type", "data__decision", "occurred_at")
    before = play.actions.filter(occurred_at__lt=since).aggregate(
        first=Min("occurred_at"), last=Max("occurred_at")
    )
    return [
        *(_Done(at=occurred_at, counter=None) for occurred_at in before.values() if occurred_at),
        *(
            _Done(at=occurred_at, counter=counter_of(action_type, str(decision or "")))
            for action_type, decision, occurred_at in rows
        ),
    ]


def _published(play: Play, weeks: Sequence[Week]) -> dict[Week, Status]:
    """What the last weekly sync of each week made of the Play."""
    zone = timezone.get_default_timezone()
    start, end = weeks[0].bounds(zone)[0], weeks[-1].bounds(zone)[1]
    results = play.weekly_results.filter(weekly__slot__gte=start, weekly__slot__lt=end)
    rows = results.order_by("weekly__slot").values_list("weekly__slot", "status")
    return {Week.of(slot, zone): Status(status) for slot, status in rows}


def _words(play: Play, weeks: Sequence[Week]) -> dict[Week, OwnerWord]:
    """The newest word of each week."""
    said = OwnerWord.objects.filter(
        play=play, monday__gte=weeks[0].monday, monday__lte=weeks[-1].monday
    )
    return {Week(word.monday): word for word in said.order_by("at", "pk")}
