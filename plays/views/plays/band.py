"""The portfolio in pictures: the funnel, the way against the pace, status by week, what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.models import User
from django.db.models import Count, Sum
from django.utils import timezone

from plays.models import QuarterCount, WeekStatus
from plays.rules.funnel import Stage, stages
from plays.rules.status import Status
from plays.rules.weeks import Week, weeks_up_to
from plays.sync.funnel import funnel_rows
from plays.sync.plays.play_status import PlayStatus
from plays.sync.plays.visits import Changes, note_visit
from plays.views.plays.quarter import AskedQuarter

MEASURES = ("activity", "signal", "brief", "s2")
USUAL_MEASURE = "brief"


@dataclass(frozen=True, kw_only=True)
class FunnelPicture:
    """Activities of the quarter, and what became of the opportunities that began in it.

    `first_share`: signals per activity; activities do not say which signal came of them.
    """

    activities: int
    first_share: float | None
    stages: tuple[Stage, ...]

    @property
    def most(self) -> int:
        return max(self.activities, *(stage.count for stage in self.stages), 1)


@dataclass(frozen=True, kw_only=True)
class PacePoint:
    """How much there was at the end of `day`, the `number`-th of the quarter."""

    day: date
    number: int
    count: int


@dataclass(frozen=True, kw_only=True)
class PacePicture:
    """A counter of all active Plays, week by week, against the even pace to the sum of goals."""

    measure: str
    points: tuple[PacePoint, ...]
    goal: int
    days: int
    expected: float
    first_day: date
    last_day: date

    @property
    def count(self) -> int:
        return self.points[-1].count if self.points else 0

    @property
    def share(self) -> float | None:
        """Of what the pace asks for by now."""
        return self.count / self.expected if self.expected else None


@dataclass(frozen=True, kw_only=True)
class WeekColumn:
    """How many Plays stood how at the end of a week; of the one that runs, how they stand now."""

    week: Week
    counts: Mapping[Status, int]
    total: int
    is_now: bool


@dataclass(frozen=True, kw_only=True)
class Band:
    funnel: FunnelPicture
    pace: PacePicture
    weeks: tuple[WeekColumn, ...]
    changes: Changes
    overdue: int


def band_of(
    statuses: Collection[PlayStatus], asked: AskedQuarter, *, measure: str, user: User
) -> Band:
    """All pictures at the moment that is asked for, in a fixed number of queries."""
    today = timezone.localdate()
    return Band(
        funnel=funnel_picture(asked),
        pace=_pace(statuses, asked, measure if measure in MEASURES else USUAL_MEASURE),
        weeks=_weeks(statuses, asked),
        changes=Changes() if asked.is_over else note_visit(user, statuses, now=asked.at),
        overdue=sum(1 for s in statuses if s.play.due_date and s.play.due_date < today),
    )


def funnel_picture(asked: AskedQuarter) -> FunnelPicture:
    quarter = asked.quarter
    rows = funnel_rows(year=quarter.year, quarter=quarter.number)
    added = QuarterCount.objects.of(quarter).aggregate(activities=Sum("activity"))
    activities, found = added["activities"] or 0, stages(rows, with_skipped=False)
    share = found[0].count / activities if activities else None
    return FunnelPicture(activities=activities, first_share=share, stages=found)


def _pace(statuses: Collection[PlayStatus], asked: AskedQuarter, measure: str) -> PacePicture:
    quarter, facts = asked.quarter, asked.facts
    goal = sum(getattr(s.goals, measure) for s in statuses)
    return PacePicture(
        measure=measure,
        points=_points(statuses, asked, measure),
        goal=goal,
        days=facts.days,
        expected=goal * facts.day / facts.days,
        first_day=quarter.first_day,
        last_day=quarter.last_day,
    )


def _points(
    statuses: Collection[PlayStatus], asked: AskedQuarter, measure: str
) -> tuple[PacePoint, ...]:
    """The quarter's Sundays up to the moment, and the moment itself."""
    first, today = asked.quarter.first_day, timezone.localdate(asked.at)
    weeks = WeekStatus.objects.filter(
        monday__gt=first - timedelta(days=7), monday__lt=today - timedelta(days=6)
    )
    active = weeks.filter(play__is_active=True).order_by("monday")
    added = active.values_list("monday").annotate(total=Sum(measure))
    ends = [(monday + timedelta(days=6), total) for monday, total in added]
    now = sum(getattr(s.counts, measure) for s in statuses)
    return tuple(
        PacePoint(day=day, number=(day - first).days + 1, count=count)
        for day, count in (*ends, (today, now))
    )


def _weeks(statuses: Collection[PlayStatus], asked: AskedQuarter) -> tuple[WeekColumn, ...]:
    current = Week.of(asked.at, timezone.get_default_timezone())
    weeks = weeks_up_to(current)
    rows = WeekStatus.objects.filter(
        monday__gte=weeks[0].monday, monday__lt=current.monday, play__is_active=True
    ).exclude(status="")
    counted: dict[date, Counter[Status]] = {}
    for monday, status, count in (
        rows.order_by().values_list("monday", "status").annotate(count=Count("*"))
    ):
        counted.setdefault(monday, Counter())[Status(status)] = count
    counted[current.monday] = Counter(s.status for s in statuses)
    by_week = [(week, counted.get(week.monday, Counter())) for week in weeks]
    return tuple(
        WeekColumn(week=week, counts=counts, total=counts.total(), is_now=week == current)
        for week, counts in by_week
    )
