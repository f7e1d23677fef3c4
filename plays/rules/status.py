"""A Play's status (green, yellow, red) and the sum that it comes from."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from plays.rules.quarter import Quarter

GREEN_FROM, YELLOW_FROM = 0.8, 0.5
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


@dataclass(frozen=True, kw_only=True)
class Attainment:
    """One goal's part of the sum: `count` against what the pace asks for by now."""

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


def judge(
    counts: Counts, goals: Goals, *, last_action_at: datetime | None, now: datetime, zone: tzinfo
) -> Verdict:
    """The status of a Play at `now` from its counts in the quarter of `now`."""
    elapsed = _pace_share(now, zone)
    attainments = _attainments(counts, goals, elapsed)
    score = sum(a.share for a in attainments) / len(attainments) if attainments else None
    status = _by_score(score) if score is not None else _by_age(last_action_at, now)
    return Verdict(
        status=status,
        attainments=attainments,
        score=score,
        elapsed_share=elapsed,
        last_action_at=last_action_at,
    )


def _pace_share(now: datetime, zone: tzinfo) -> float:
    """The share of the quarter that counts as passed: never less than its first seven days."""
    quarter = Quarter.of(now, zone)
    start, end = quarter.bounds(zone)
    return max(quarter.elapsed_share(now, zone), GRACE / (end - start))


def _attainments(counts: Counts, goals: Goals, elapsed: float) -> tuple[Attainment, ...]:
    return tuple(
        _attainment(name, getattr(counts, name), goal, elapsed)
        for name in ("activity", "signal", "brief", "s2")
        if (goal := getattr(goals, name)) > 0
    )


def _attainment(name: str, count: int, goal: int, elapsed: float) -> Attainment:
    expected = goal * elapsed
    return Attainment(
        name=name, count=count, goal=goal, expected=expected, share=min(1.0, count / expected)
    )


def _by_score(score: float) -> Status:
    # Means of thirds and the like fall a hair below a bound that they meet on paper.
    rounded = round(score, 9)
    if rounded >= GREEN_FROM:
        return Status.GREEN
    return Status.YELLOW if rounded >= YELLOW_FROM else Status.RED


def _by_age(last_action_at: datetime | None, now: datetime) -> Status:
    if last_action_at is None:
        return Status.RED
    age = now - last_action_at
    if age <= GREEN_WITHIN:
        return Status.GREEN
    return Status.YELLOW if age <= YELLOW_WITHIN else Status.RED
