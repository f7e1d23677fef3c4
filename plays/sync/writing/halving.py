"""A page's jobs in parts: to find the edit to blame where Confluence refuses what a write says, and
to be quick enough where colleagues save all the time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from plays.confluence import ConfluenceError
from plays.models import SyncJob

REFUSALS_THAT_BLAME_THE_PAGE = 2

Jobs = Sequence[SyncJob]


class Halving:
    """The jobs of a refused write, tried apart in halves until one edit is refused alone; those of
    a write that was too slow, in halves until one is quick enough.

    `error` is the last refusal that was halved; None while nothing was refused.
    """

    def __init__(self) -> None:
        self.error: ConfluenceError | None = None
        self._parts: deque[Jobs] = deque()
        self._refused_alone = 0

    def next_part(self) -> Jobs | None:
        """The jobs to try next; None where everything that is due may be tried."""
        return self._parts.popleft() if self._parts else None

    @property
    def rest(self) -> list[SyncJob]:
        """What was not tried apart yet."""
        return [job for part in self._parts for job in part]

    def try_again(self, jobs: Jobs, *, in_halves: bool = False) -> None:
        """The same jobs once more, before the others."""
        half = len(jobs) // 2 if in_halves else len(jobs)
        self._parts.extendleft(part for part in (jobs[half:], jobs[:half]) if part)

    def split(self, jobs: Jobs, error: ConfluenceError) -> None:
        """`jobs`, of which there are several, were refused together."""
        self.error = error
        self.try_again(jobs, in_halves=True)

    def refused_alone(self) -> None:
        self._refused_alone += 1

    def accepted(self) -> None:
        self._refused_alone = 0

    @property
    def blames_page(self) -> bool:
        """Two edits refused alone, and none accepted between: the page is refused, not they."""
        return self._refused_alone >= REFUSALS_THAT_BLAME_THE_PAGE
