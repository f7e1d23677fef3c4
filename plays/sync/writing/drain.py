"""Draining: writing every due page in this process, without a cluster."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min
from django.utils import timezone

from plays.models import Site, SyncJob
from plays.sync import clocks
from plays.sync.intake.receiving import accept_everything_now_known
from plays.sync.jobs.due import bring_forward
from plays.sync.jobs.wakeups import due_pages
from plays.sync.site.availability import open_now, probe_if_stopped
from plays.sync.writing.claims import take_back_dead
from plays.sync.writing.writer import write_page

SHORT_WAIT = timedelta(seconds=0.2)
LONGEST_WAIT = timedelta(seconds=5)


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """How many jobs are left: due, waiting for a later time, for a mapping, for the end of a
    pause that a person ordered, or for a person."""

    due: int
    later: int
    paused: int
    unmapped: int
    failed: int

    @property
    def pending(self) -> int:
        return self.due + self.later


def backlog(*, now: datetime | None = None) -> Backlog:
    now = now or timezone.now()
    left = SyncJob.waiting_counts(now)
    due = left.due if Site.current().is_open(now) else 0
    return Backlog(
        due=due,
        later=left.later + left.due - due,
        paused=left.paused,
        unmapped=left.unmapped,
        failed=SyncJob.objects.failed().count(),
    )


def drain(
    *,
    wait: bool = False,
    at_once: bool = False,
    on_progress: Callable[[Backlog], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
) -> Backlog:
    """Write until nothing is due; returns what is left.

    `at_once` first brings forward what waits for a later time, a paused site too. `wait` goes on
    until nothing waits for a later time; both together bring forward only once.
    """
    clocks.void_impossible_times()
    accept_everything_now_known()
    if at_once:
        open_now()
        bring_forward()
    while True:
        probe_if_stopped()
        take_back_dead()
        wrote = _write_due(on_progress)
        left = backlog()
        on_progress(left)
        if not wrote and (not left.pending or not (wait or left.due)):
            return left
        if not wrote:
            sleep(_pause_before_next_look().total_seconds())


def _write_due(on_progress: Callable[[Backlog], None]) -> bool:
    wrote = False
    for page_pk in due_pages(timezone.now()):
        wrote = write_page(page_pk) > 0 or wrote
        on_progress(backlog())
    return wrote


def _pause_before_next_look() -> timedelta:
    """Until the next job or the site is ready, as far as that is known."""
    now = timezone.now()
    later = SyncJob.objects.pending().mapped().filter(run_after__gt=now)
    first: datetime | None = later.aggregate(first=Min("run_after"))["first"]
    ahead = [m - now for m in (first, Site.current().pause_end(now)) if m]
    return max(SHORT_WAIT, min([LONGEST_WAIT, *ahead]))
