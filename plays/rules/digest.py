"""The team's week and month from what was done: targets over a span, and lead times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

SCORED_GO = "GO"


@dataclass(frozen=True, kw_only=True)
class Span:
    """From `start` up to, not including, `end`."""

    start: datetime
    end: datetime

    @classmethod
    def of(cls, bounds: tuple[datetime, datetime]) -> Span:
        return cls(start=bounds[0], end=bounds[1])

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

    @classmethod
    def of(cls, took: Sequence[timedelta], target: timedelta) -> Lead:
        return cls(
            count=len(took),
            median=timedelta(seconds=median(t.total_seconds() for t in took)) if took else None,
            within=sum(one <= target for one in took),
        )

    @property
    def share(self) -> float | None:
        return self.within / self.count if self.count else None
