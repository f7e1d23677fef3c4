"""When a cluster counts as stalled, and how soon to start it again: no I/O."""

from __future__ import annotations

from dataclasses import dataclass, field

from plays.worker.progress import Progress

LONGEST_PAUSE = 30.0


@dataclass
class Watch:
    """Looks for signs of progress in a cluster of `workers` processes. Times are in seconds.

    A sweep is always on its way, so `limit` without a task that came through is a stall. Only
    while every worker is at a task, which may be a long write, it takes `busy_limit`.
    """

    limit: float
    busy_limit: float
    workers: int
    quiet_since: float
    busy: set[int] = field(default_factory=set)

    def heard(self, what: Progress, pid: int, *, now: float) -> None:
        if what is Progress.THROUGH:
            self.quiet_since = now
        elif what is Progress.BEGUN:
            self.busy.add(pid)
        else:
            self._ended(pid, now)

    def lost(self, pid: int) -> None:
        """The process is gone, and with it what it was at."""
        self.busy.discard(pid)

    def excuse(self, *, now: float) -> None:
        """Nobody could have looked until `now`: the waiting begins again."""
        self.quiet_since = now

    def all_are_busy(self) -> bool:
        return len(self.busy) >= self.workers

    def is_stalled(self, *, now: float) -> bool:
        return now - self.quiet_since > self.patience()

    def patience(self) -> float:
        return self.busy_limit if self.all_are_busy() else self.limit

    def _ended(self, pid: int, now: float) -> None:
        if self.all_are_busy():  # the end of a long task must not look like a long silence
            self.quiet_since = max(self.quiet_since, now - self.limit / 2)
        self.busy.discard(pid)


@dataclass
class Backoff:
    """How long to wait before the next start: ever longer for what ends as soon as it began."""

    first: float = 1.0
    enough: float = 60.0
    short_lives: int = 0

    def after(self, lived: float) -> float:
        """The pause after a life of `lived` seconds."""
        self.short_lives = 0 if lived >= self.enough else self.short_lives + 1
        doublings = min(max(0, self.short_lives - 1), 20)
        return min(LONGEST_PAUSE, self.first * (1 << doublings))
