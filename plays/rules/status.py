"""A Play's status (green, yellow, red) and the sum that it comes from."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from plays.rules.quarter import Quarter

GREEN_WITHIN, YELLOW_WITHIN = timedelta(days=14), timedelta(days=28)
GRACE = timedelta(days=7)


class Status(enum.Enum):
    GREEN = "G"
    YELLOW = "Y"
    RED = "R"

    @property
    def colour(self) -> str:
        """The colour of the lozenge, as Confluence names it."""
        return self.name.title()


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What was done in a quarter."""

    activity: int = 0
    signal: int = 0
    brief: int = 0
    s2: int = 0
    s3: int = 0


@dataclass(frozen=True, kw_only=True)
class Goals:
    """What a quarter should bring; 0 is no goal."""

    activity: int = 0
    signal: int = 0
    brief: int = 0
    s2: int = 0


NO_GOALS = Goals()
JUDGED = ("activity", "signal", "brief", "s2")


class Basis(enum.StrEnum):
    """What a counter is held against: the goal's share by now, or the whole goal."""

    PACE = "pace"
    GOAL = "goal"


@dataclass(frozen=True, kw_only=True)
class StatusRule:
    """How a status is made: of which counters, against what, and from which mean on."""

    counters: tuple[str, ...] = JUDGED
    basis: Basis = Basis.PACE
    green_from: float = 0.8
    yellow_from: float = 0.5

    def threshold(self, status: Status) -> float:
        """The least mean that makes a Play of this status or better."""
        return {Status.GREEN: self.green_from, Status.YELLOW: self.yellow_from}.get(status, 0.0)

    def of_score(self, score: float) -> Status:
        # Means of thirds and the like fall a hair below a bound that they meet on paper.
        rounded = round(score, 9)
        if rounded >= self.green_from:
            return Status.GREEN
        return Status.YELLOW if rounded >= self.yellow_from else Status.RED


AGAINST_PACE = StatusRule()
# The team's portal takes signals and briefs alone, against the whole goal.
AS_THE_PORTAL = StatusRule(counters=("signal", "brief"), basis=Basis.GOAL)


@dataclass(frozen=True, kw_only=True)
class Attainment:
    """One goal's part of the sum: `count` against what is `expected` by now."""

    name: str
    count: int
    goal: int
    expected: float
    share: float


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A status with what it was calculated from.

    `score` is the mean of `attainments`, None where there is no goal and `last_action_at` decided.
    """

    status: Status
    attainments: tuple[Attainment, ...]
    score: float | None
    elapsed_share: float
    last_action_at: datetime | None
    rule: StatusRule = AGAINST_PACE


def judge(
    counts: Counts,
    goals: Goals,
    *,
    last_action_at: datetime | None,
    now: datetime,
    zone: tzinfo,
    rule: StatusRule = AGAINST_PACE,
) -> Verdict:
    """The status of a Play at `now` from its counts in the quarter of `now`."""
    elapsed = pace_share(now, zone)
    attainments = _attainments(counts, goals, elapsed, rule)
    score = sum(a.share for a in attainments) / len(attainments) if attainments else None
    status = rule.of_score(score) if score is not None else _by_age(last_action_at, now)
    return Verdict(
        status=status,
        attainments=attainments,
        score=score,
        elapsed_share=elapsed,
        last_action_at=last_action_at,
        rule=rule,
    )


def pace_share(now: datetime, zone: tzinfo) -> float:
    """The share of the quarter that counts as passed: never less than its first seven days."""
    quarter = Quarter.of(now, zone)
    start, end = quarter.bounds(zone)
    return max(quarter.elapsed_share(now, zone), GRACE / (end - start))


def _attainments(
    counts: Counts, goals: Goals, elapsed: float, rule: StatusRule
) -> tuple[Attainment, ...]:
    share = elapsed if rule.basis is Basis.PACE else 1.0
    return tuple(
        _attainment(name, getattr(counts, name), goal, share)
        for name in JUDGED
        if name in rule.counters and (goal := getattr(goals, name)) > 0
    )


def _attainment(name: str, count: int, goal: int, share_by_now: float) -> Attainment:
    expected = goal * share_by_now
    return Attainment(
        name=name, count=count, goal=goal, expected=expected, share=min(1.0, count / expected)
    )


def _by_age(last_action_at: datetime | None, now: datetime) -> Status:
    if last_action_at is None:
        return Status.RED
    age = now - last_action_at
    if age <= GREEN_WITHIN:
        return Status.GREEN
    return Status.YELLOW if age <= YELLOW_WITHIN else Status.RED
