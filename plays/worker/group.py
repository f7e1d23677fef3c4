"""The processes of a cluster, as the system sees them: who is gone, who was stopped for good.

Source: proc(5), /proc/[pid]/stat: state Z is a zombie; T is stopped by a signal (SIGSTOP), and a
debugger's is t. Where there is no /proc nobody counts as stopped.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterable
from pathlib import Path


class ProcessGroup:
    """A process group. One that was stopped holds on to its claims and locks: it is killed once
    it has been so for `limit` seconds."""

    def __init__(self, group: int, *, limit: float) -> None:
        self._group, self._limit = group, limit
        self._stopped_since: dict[int, float] = {}

    def kill_stopped(self, *, now: float) -> list[int]:
        """Returns the ids of those killed now."""
        stopped = [pid for pid, state in _states_in(self._group) if state == "T"]
        self._stopped_since = {pid: self._stopped_since.get(pid, now) for pid in stopped}
        killed = [pid for pid, at in self._stopped_since.items() if now - at > self._limit]
        for pid in killed:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return killed


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return _stat(Path(f"/proc/{pid}/stat"))[:1] == ["Z"]


def _states_in(group: int) -> Iterable[tuple[int, str]]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        state, _, its_group, *_ = _stat(path) or ("", "", "0")
        if int(its_group) == group:
            yield int(path.parent.name), state


def _stat(path: Path) -> list[str]:
    """The fields from the state on; the command before it may hold spaces."""
    try:
        return path.read_text().rpartition(")")[2].split()
    except OSError:
        return []
