"""How long processors work, whatever else the machine does meanwhile."""

from __future__ import annotations

import os
import time
from pathlib import Path


def work_seconds() -> float:
    """Seconds that this process has worked and, on PostgreSQL, that its server has worked for it.

    SQLite works in this process. The server must be on this machine, with /proc.
    """
    return time.process_time() + _server_seconds()


def _server_seconds() -> float:
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    connection.ensure_connection()
    backend = connection.connection.info.backend_pid
    own, server = _stat(backend), _stat(int(_stat(backend)[1]))
    # utime and stime of the backend; cutime and cstime of its server, for helpers that have ended.
    ticks = sum(map(int, own[11:13])) + sum(map(int, server[13:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat behind the program's name: state, parent, … (proc(5))."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
