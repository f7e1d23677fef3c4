"""A pipe that ties processes to the one that started them: when its end closes, they end too.

A process that is killed cannot tidy up behind itself, but the system closes its files. Linux'
PR_SET_PDEATHSIG would not do: it is lost at fork, and django-q2 forks three generations.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from functools import partial


def hold(descriptor: int) -> None:
    """End this process group once the pipe's other end is closed; forked children do the same.

    Only for a process that leads a group of its own: everything in the group is killed.
    """
    os.register_at_fork(after_in_child=partial(_listen, descriptor))
    _listen(descriptor)


def _listen(descriptor: int) -> None:
    threading.Thread(target=_end_with, args=(descriptor,), name="lifeline", daemon=True).start()


def _end_with(descriptor: int) -> None:
    with contextlib.suppress(OSError):
        os.read(descriptor, 1)  # nothing is ever written: this returns when the pipe closes
    os.killpg(os.getpgrp(), signal.SIGKILL)
