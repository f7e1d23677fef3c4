"""Which act of a person took a job last, so that the act can tell how it ended."""

from __future__ import annotations

from collections.abc import Iterable

from plays.models import AuditEntry
from plays.sync.jobs.transitions import mark


class Taken(int):
    """How many jobs an act took; `entry` is the act in the audit trail, None where it took none."""

    entry: AuditEntry | None

    def __new__(cls, count: int, entry: AuditEntry | None = None) -> Taken:
        made = super().__new__(cls, count)
        made.entry = entry
        return made


def take(jobs: Iterable[int], entry: AuditEntry) -> Taken:
    """Note that `entry` took these jobs (primary keys, locked by the caller)."""
    return Taken(mark(jobs, act=entry), entry)
