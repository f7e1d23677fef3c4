"""No worker answers: since when, and how much waits for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from plays.models import SyncJob
from plays.models.counting import Count, count_of
from plays.sync import heartbeats


@dataclass(frozen=True, kw_only=True)
class Silence:
    """`since`: the last sign of life, None where there never was one; `waiting`: edits, as far as
    they are counted.
    """

    since: datetime | None
    waiting: Count


def silence(now: datetime) -> Silence | None:
    """None while a worker is at work. One query, and one more where none is."""
    last = heartbeats.newest(now=now)
    if heartbeats.is_fresh(last, now=now):
        return None
    return Silence(since=last, waiting=count_of(SyncJob.objects.pending().mapped()))
