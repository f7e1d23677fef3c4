"""When a cluster counts as stalled, when to ring for it, how soon to start it again: no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

LONGEST_PAUSE = 60.0


@dataclass
class Watch:
    """Looks for signs of progress. `quiet_since` is when the last one was seen, in seconds."""

    limit: float
    quiet_since: float
    last: datetime | None = None

    def saw(self, beat: datetime | None, *, now: float) -> None:
        """The last beat there is at `now`; one seen before is no progress."""
        if beat is not None and beat != self.last:
            self.last, self.quiet_since = beat, now

    def excuse(self, *, now: float) -> None:
        """Nobody could have made progress until `now`, so the waiting begins anew."""
        self.quiet_since = now

    def is_stalled(self, *, now: float) -> bool:
        return now - self.quiet_since > self.limit


@dataclass
class Bell:
    """When to ring again; bells that nobody answers come ever slower, so that few pile up."""

    every: float
    rung_at: float | None = None
    unanswered: int = 0

    def is_due(self, *, now: float, answered: bool, spread: float) -> bool:
        """`spread` (0 to 1) varies the pace by half: clusters that look for work at fixed times
        would otherwise always meet the same bells.
        """
        if self.rung_at is None or answered:
            self.unanswered = 0
        wait = _doubled(self.every, self.unanswered) * (0.5 + spread)
        return self.rung_at is None or now - self.rung_at >= wait

    def ring(self, *, now: float) -> None:
        self.rung_at = now
        self.unanswered += 1


@dataclass
class Backoff:
    """How long to wait before the next start: ever longer for what ends as soon as it began."""

    first: float = 1.0
    enough: float = 60.0
    short_lives: int = 0

    def after(self, lived: float) -> float:
        """The pause after a life of `lived` seconds."""
        self.short_lives = 0 if lived >= self.enough else self.short_lives + 1
        return _doubled(self.first, max(0, self.short_lives - 1))


def _doubled(seconds: float, times: int) -> float:
    return min(LONGEST_PAUSE, seconds * (1 << min(times, 20)))
