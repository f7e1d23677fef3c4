"""The team's week and month from what was done: counts, lead times, and what has been left lying.

Everything is told as of one moment, so that a week that is over reads the same for ever.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from plays.rules.planner import counter_of
from plays.rules.status import Counts

SCORED_GO = "GO"


@dataclass(frozen=True, kw_only=True)
class DigestAction:
    """An action, as far as the digest looks at it; `signal_id` and `brief_id` are what it is of."""

    pk: int
    action_type: str
    subject_id: str
    play: int
    occurred_at: datetime
    is_active: bool = True  # whether its Play is
    decision: str = ""
    signal_id: str = ""
    brief_id: str = ""

    @property
    def counter(self) -> str | None:
        return counter_of(self.action_type, self.decision)


@dataclass(frozen=True, kw_only=True)
class Span:
    """From `start` up to, not including, `end`."""

    start: datetime
    end: datetime

    @classmethod
    def of(cls, bounds: tuple[datetime, datetime]) -> Span:
        return cls(start=bounds[0], end=bounds[1])

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end

    def share_at(self, moment: datetime) -> float:
        """How much of it has passed, 0 to 1."""
        return min(1.0, max(0.0, (moment - self.start) / (self.end - self.start)))


@dataclass(frozen=True, kw_only=True)
class Target:
    """How much a week should bring; `most` where more is too much, as far as it is known."""

    least: int
    most: int | None = None

    def over(self, span: Span) -> float:
        """The least that `span` should bring."""
        return self.least * ((span.end - span.start) / timedelta(days=7))


@dataclass(frozen=True, kw_only=True)
class Lead:
    """How long steps took that were completed in a span; no `median` where there was none."""

    count: int
    median: timedelta | None
    within: int

    @property
    def share(self) -> float | None:
        return self.within / self.count if self.count else None


@dataclass(frozen=True, kw_only=True)
class Left:
    """Something that waits for its next step, and since when that is overdue."""

    action: DigestAction
    due_at: datetime


def counts_in(actions: Iterable[DigestAction], span: Span) -> Counts:
    counted = Counter(d.counter for d in actions if d.counter and d.occurred_at in span)
    return Counts(**{name: count for name, count in counted.items() if name})


def signal_to_brief(actions: Iterable[DigestAction], span: Span, *, target: timedelta) -> Lead:
    """Of signals that became a brief in `span`: from the signal to its first brief."""
    actions = tuple(actions)
    begun = _first(actions, "Signal", lambda d: d.subject_id)
    ended = _first(actions, "Brief", lambda d: d.signal_id)
    return _lead(begun, ended, span, target)


def brief_to_s2(actions: Iterable[DigestAction], span: Span, *, target: timedelta) -> Lead:
    """Of briefs validated in `span`, however it was decided: from the brief to its first S2."""
    actions = tuple(actions)
    begun = _first(actions, "Brief", lambda d: d.subject_id)
    ended = _first(actions, "S2", lambda d: d.brief_id)
    return _lead(begun, ended, span, target)


def overdue_briefs(
    actions: Iterable[DigestAction], *, at: datetime, within: timedelta
) -> list[Left]:
    """Briefs that no validation followed `within` the time, the longest overdue first."""
    actions = _until(actions, at)
    validated = {d.brief_id for d in actions if d.action_type == "S2"}
    briefs = _first(actions, "Brief", lambda d: d.subject_id)
    return _overdue((d for key, d in briefs.items() if key not in validated), at, within)


def unbriefed_signals(
    actions: Iterable[DigestAction], *, at: datetime, within: timedelta
) -> list[Left]:
    """Signals whose newest score says GO and that no brief followed `within` the time."""
    actions = _until(actions, at)
    briefed = {d.signal_id for d in actions if d.action_type == "Brief"}
    scores = {d.subject_id: d.decision for d in actions if d.action_type == "Scorecard"}
    signals = _first(actions, "Signal", lambda d: d.subject_id)
    waiting = (
        d for key, d in signals.items() if key not in briefed and scores.get(key, "") == SCORED_GO
    )
    return _overdue(waiting, at, within)


def _until(actions: Iterable[DigestAction], at: datetime) -> Sequence[DigestAction]:
    """In the order they happened."""
    return sorted((d for d in actions if d.occurred_at <= at), key=lambda d: (d.occurred_at, d.pk))


def _first(
    actions: Iterable[DigestAction], action_type: str, key: Callable[[DigestAction], str]
) -> dict[str, DigestAction]:
    """The earliest action of a type by what it is of; one that does not say is left out."""
    first: dict[str, DigestAction] = {}
    for action in actions:
        name = key(action)
        if action.action_type != action_type or not name:
            continue
        if name not in first or action.occurred_at < first[name].occurred_at:
            first[name] = action
    return first


def _lead(
    begun: Mapping[str, DigestAction],
    ended: Mapping[str, DigestAction],
    span: Span,
    target: timedelta,
) -> Lead:
    """A step told before the one it follows took no time."""
    took = [
        max(end.occurred_at - begun[key].occurred_at, timedelta(0))
        for key, end in ended.items()
        if key in begun and end.occurred_at in span
    ]
    return Lead(
        count=len(took),
        median=timedelta(seconds=median(t.total_seconds() for t in took)) if took else None,
        within=sum(one <= target for one in took),
    )


def _overdue(waiting: Iterable[DigestAction], at: datetime, within: timedelta) -> list[Left]:
    left = (Left(action=action, due_at=action.occurred_at + within) for action in waiting)
    return sorted((one for one in left if one.due_at < at), key=lambda one: one.due_at)
