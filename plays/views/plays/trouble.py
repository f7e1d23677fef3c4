"""What is wrong with a Play's pages just now: edits that failed, and cells that people changed."""

from __future__ import annotations

from dataclasses import dataclass

from plays.models import Finding, Play, SyncJob, WeeklySync
from plays.models.weekly import ACKNOWLEDGEABLE, WeeklyState
from plays.rules.job_search import term
from plays.sync.jobs.failures import Cause, causes

MOST_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """`search` finds the failed jobs; `differing` are findings of the last weekly run that nobody
    has answered.
    """

    failed: list[Cause]
    search: str
    differing: list[Finding]

    @property
    def jobs(self) -> int:
        return sum(cause.jobs for cause in self.failed)


def trouble_of(play: Play) -> Trouble:
    """Five queries at most."""
    last = WeeklySync.objects.filter(state=WeeklyState.DONE).order_by("-slot").first()
    found = Finding.objects.filter(weekly=last, play=play, kind__in=ACKNOWLEDGEABLE, answer="")
    return Trouble(
        failed=causes(SyncJob.objects.filter(play=play)),
        search=term("play", play.play_id),
        differing=list(found.select_related("page")[:MOST_SHOWN]) if last else [],
    )
