"""The task that a cluster gives itself every few seconds.

That it comes through shows that the cluster works, and needs no database. Where there is something
to do it is a sweep; where there is nothing, one question now and then.
"""

from __future__ import annotations

import time
from multiprocessing.sharedctypes import RawValue
from typing import Any

from django.conf import settings

from plays import tasks
from plays.sync.waiting import is_anything

TASK = f"{__name__}.ring"
QUIET = (TASK, "plays.tasks.sweep")

# Of all processes of the cluster, which are forked from this one. Without a lock: one that is
# killed while it holds it would stop the others.
_rests_until = RawValue("d", 0.0)
_is_awake = RawValue("b", 1)


def ring() -> int:
    """Sweep if there was a task since the last time, or if anything waits; else rest a while.

    Returns how many pages were woken for.
    """
    if time.monotonic() < _rests_until.value:
        return 0
    if _is_awake.value or is_anything():
        _is_awake.value = 0  # not after it: what the sweep wakes for is followed by another
        return tasks.sweep()
    _rests_until.value = time.monotonic() + settings.WORKER_REST_SECONDS
    return 0


def wake(task: dict[str, Any], **_: Any) -> None:
    """A task begins: what comes of it is looked at soon."""
    if task["func"] not in QUIET:
        _is_awake.value, _rests_until.value = 1, 0.0
