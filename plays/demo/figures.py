"""How far the product is, read from its own figures."""

from __future__ import annotations

import re
from dataclasses import dataclass

_JOBS = re.compile(r'^syncadmin_jobs\{stage="(\w+)"\} (\d+)\.0$', re.MULTILINE)
_RUNNING = re.compile(r"^syncadmin_tries_running (\d+)\.0$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Jobs by how far they are, and tries that are under way."""

    synced: int
    waiting: int
    failed: int
    running: int

    @property
    def is_settled(self) -> bool:
        """Whether nothing will change any more by itself."""
        return self.waiting == 0 and self.running == 0


def read_progress(exposition: str) -> Progress:
    """From Prometheus' text format."""
    jobs = {stage: int(count) for stage, count in _JOBS.findall(exposition)}
    running = _RUNNING.search(exposition)
    return Progress(
        synced=jobs["synced"],
        waiting=jobs["pending"] + jobs["retrying"] + jobs["unmapped"],
        failed=jobs["failed"] + jobs["canceled"],
        running=int(running[1]) if running else 0,
    )
