"""An opportunity's way through the funnel: signal, brief, validation with GO (S2), pilot (S3).

What belongs together is told by the ids that a brief, a validation or a pilot names. Activities
name no signal: they stand before the funnel, not in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from plays.rules.quarter import Quarter

STEPS = ("signal", "brief", "s2", "s3")
_NEVER = datetime.min.replace(tzinfo=UTC)
UNTIMED = -1  # hours of a step whose step before is not known
# The steps that actions tell of, in their order, and where a way keeps when it came there.
_TIMES = {"Signal": "signal_at", "Brief": "brief_at", "S2": "validated_at", "S3": "s3_at"}


@dataclass(frozen=True, kw_only=True)
class Told:
    """An action, as far as the funnel looks at it; `signal_id`, `brief_id` are what it follows."""

    action_type: str
    subject_id: str
    log_id: str
    play: int
    title: str
    occurred_at: datetime
    decision: str = ""
    signal_id: str = ""
    brief_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Way:
    """When an opportunity came to each step, the first time; `validated_at` is however it was
    decided, `s2_at` with GO. `play` and `title` are its earliest step's. `decision` is that of the
    newest score.
    """

    play: int
    title: str
    signal_at: datetime | None = None
    brief_at: datetime | None = None
    validated_at: datetime | None = None
    s2_at: datetime | None = None
    s3_at: datetime | None = None
    scored_at: datetime | None = None
    decision: str = ""

    @property
    def _rank(self) -> int:
        """Of its earliest step; the number of steps where it has none."""
        times = [getattr(self, name) for name in _TIMES.values()]
        return next((rank for rank, at in enumerate(times) if at), len(times))

    @property
    def began_at(self) -> datetime | None:
        """Its earliest known step, or score."""
        known = [self.signal_at, self.brief_at, self.validated_at, self.s3_at, self.scored_at]
        return min((at for at in known if at), default=None)


@dataclass(frozen=True, kw_only=True, order=True)
class Cell:
    """What opportunities are counted by: the quarter in which they began, a step they reached,
    whether it is their last so far, and how many hours it came after the step before.
    """

    quarter: Quarter
    step: str
    is_last: bool
    hours: int


def key_of(told: Told, *, signal_of: Mapping[str, str]) -> str:
    """What all actions of one opportunity share; "" for one that has no place in the funnel.

    `signal_of` has the signal of each known brief by the brief's id ("" where it names none).
    """
    own = told.subject_id or told.log_id
    if told.action_type in ("Signal", "Scorecard"):
        return f"signal:{own}"
    if told.action_type == "Brief":
        return f"signal:{told.signal_id}" if told.signal_id else f"brief:{own}"
    if told.action_type not in _TIMES:
        return ""
    if not told.brief_id:
        return f"{told.action_type.lower()}:{own}"
    signal = signal_of.get(told.brief_id, "")
    return f"signal:{signal}" if signal else f"brief:{told.brief_id}"


def after(way: Way | None, told: Told) -> Way:
    """The way with one more action; in whatever order they come, the same comes out."""
    at = told.occurred_at
    before = way or Way(play=told.play, title=told.title)
    changes: dict[str, Any]
    if told.action_type == "Scorecard":
        if before.scored_at and at < before.scored_at:
            return before
        changes = {"scored_at": at, "decision": told.decision}
        is_first = before._rank == len(_TIMES)
    else:
        name = _TIMES[told.action_type]
        known = getattr(before, name)
        changes = {name: _earliest(at, known)}
        if told.action_type == "S2" and told.decision == "GO":
            changes["s2_at"] = _earliest(at, before.s2_at)
        is_first = ([*_TIMES].index(told.action_type), at) < (before._rank, known)
    if is_first:
        changes |= {"play": told.play, "title": told.title}
    return replace(before, **changes)


def merged(way: Way, other: Way) -> Way:
    """Two ways that turn out to be one opportunity's."""
    first, second = sorted((way, other), key=lambda one: one._rank)
    scored = max(first, second, key=lambda one: one.scored_at or _NEVER)
    return Way(
        play=first.play,
        title=first.title,
        signal_at=_earliest(first.signal_at, second.signal_at),
        brief_at=_earliest(first.brief_at, second.brief_at),
        validated_at=_earliest(first.validated_at, second.validated_at),
        s2_at=_earliest(first.s2_at, second.s2_at),
        s3_at=_earliest(first.s3_at, second.s3_at),
        scored_at=scored.scored_at,
        decision=scored.decision,
    )


def _earliest(*times: datetime | None) -> datetime | None:
    return min((at for at in times if at), default=None)


def cells(way: Way, zone: tzinfo) -> Counter[Cell]:
    """Where the opportunity is counted: a cell per step that it reached."""
    times = (way.signal_at, way.brief_at, way.s2_at, way.s3_at)
    came = zip(STEPS, times, (None, *times), strict=False)  # with the step before
    reached = [(step, at, before) for step, at, before in came if at]
    began = way.began_at
    if began is None:
        return Counter()
    quarter = Quarter.of(began, zone)
    return Counter(
        Cell(quarter=quarter, step=step, is_last=step == reached[-1][0], hours=_hours(before, at))
        for step, at, before in reached
    )


def _hours(begin: datetime | None, end: datetime) -> int:
    """A step told before the one it follows took no time."""
    if begin is None:
        return UNTIMED
    return max(0, (end - begin) // timedelta(hours=1))


# --- What the cells add up to ---------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A step of a funnel: how many are counted there, the share of the step before that came on
    (None where there is none before), and the median hours that took (None where none is timed).
    """

    step: str
    count: int
    share: float | None
    median_hours: float | None
    timed: int
    in_time: int

    @property
    def days(self) -> float | None:
        return None if self.median_hours is None else self.median_hours / 24

    @property
    def in_time_share(self) -> float | None:
        """Of those whose time is known, the share that was within the target."""
        return self.in_time / self.timed if self.timed else None


Row = tuple[str, bool, int, int]  # step, is_last, hours, how many


def stages(
    rows: Iterable[Row], *, with_skipped: bool, targets: Mapping[str, float] | None = None
) -> tuple[Stage, ...]:
    """The funnel that counted cells add up to.

    `with_skipped` counts an opportunity at every step before its last one too; without, only at
    the steps it really passed, and only those that passed the step before come on to the next.
    `targets` are hours by step.
    """
    passed: Counter[str] = Counter()
    reached: Counter[str] = Counter()
    hours_of: dict[str, Counter[int]] = {step: Counter() for step in STEPS}
    for step, is_last, hours, count in rows:
        passed[step] += count
        if hours != UNTIMED:
            hours_of[step][hours] += count
        if is_last:
            for earlier in STEPS[: STEPS.index(step) + 1]:
                reached[earlier] += count
    counts, limits = reached if with_skipped else passed, targets or {}
    found = []
    for number, step in enumerate(STEPS):
        before = counts[STEPS[number - 1]] if number else 0
        timed = hours_of[step].total()
        came = counts[step] if with_skipped else timed
        found.append(
            Stage(
                step=step,
                count=counts[step],
                share=came / before if before else None,
                median_hours=median_of(hours_of[step]),
                timed=timed,
                in_time=sum(
                    n
                    for hours, n in hours_of[step].items()
                    if step in limits and hours <= limits[step]
                ),
            )
        )
    return tuple(found)


def median_of(counted: Mapping[int, int]) -> float | None:
    """The median of values that are counted by value."""
    total = sum(counted.values())
    if not total:
        return None
    middle = ((total - 1) // 2, total // 2)
    values: list[int] = []
    passed = 0
    for value in sorted(counted):
        passed += counted[value]
        while len(values) < 2 and middle[len(values)] < passed:
            values.append(value)
    return sum(values) / 2
