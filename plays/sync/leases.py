"""Leases: rows that one process holds for a while, and that a dead one loses."""

from __future__ import annotations

import os
import socket
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection
from django.db.models import QuerySet
from django.utils import timezone

Sleep = Callable[[float], None]
SECONDS_BETWEEN_ENDS = 1.0
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def lease_token() -> str:
    """A new token that names this process and this lease."""
    return f"{_machine()} {os.getpid()} {_start_of(os.getpid())} {uuid.uuid4().hex}"


def end(free: Callable[[], object], *, until: datetime, sleep: Sleep = time.sleep) -> None:
    """Give a lease back by `free`; while the database does not answer, again and again `until` the
    lease ends by itself.

    A process that lives on without having given it back could not be told from one at work.
    """
    while True:
        try:
            free()
        except DatabaseError:
            if timezone.now() > until:
                raise
            connection.close()
            sleep(SECONDS_BETWEEN_ENDS)
        else:
            return


def free_dead(held: QuerySet[Any], *, now: datetime) -> int:
    """End the leases among `held` whose process, one of this machine, is gone. Returns how many.

    Without this the rows of a killed process would wait for their lease to run out.
    """
    freed = 0
    for pk, token in held.values_list("pk", "lease_token"):
        if _is_dead(token):
            freed += held.model.objects.filter(pk=pk, lease_token=token).update(lease_until=now)
    return freed


def _is_dead(token: str) -> bool:
    """Whether the lease's process is surely gone; False where that cannot be told."""
    try:
        machine, pid, start, _ = token.split(" ")
    except ValueError:
        return False
    if machine != _machine() or not start or not Path("/proc/self/stat").exists():
        return False
    return _start_of(int(pid)) != start


def _machine() -> str:
    """Names the set of processes that our process ids belong to (a container has its own).

    A host's name may be another's too, and the first namespace has the same number on all: what
    tells two machines apart is the id of their boot (random(4), /proc/sys/kernel/random/boot_id).
    """
    try:
        namespace = str(Path("/proc/self/ns/pid").readlink())
        boot = BOOT_ID.read_text().strip()
    except OSError:
        namespace = boot = "-"
    return f"{socket.gethostname()[:64]}/{namespace}/{boot}".replace(" ", "_")


def _start_of(pid: int) -> str:
    """When a process began, in clock ticks since boot; empty where there is no such process.

    Source: proc(5), /proc/[pid]/stat field 22; the command in field 2 may hold spaces.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    state, *fields = stat.rpartition(")")[2].split()
    return "" if state == "Z" else fields[18]
