"""Programs that tests start, and what the system knows of their processes (Linux' /proc)."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]


def running(*arguments, environment, output):
    """`manage.py` with `arguments`, as `started` has it."""
    command = [sys.executable, BASE / "manage.py", *arguments]
    return started(command, environment=environment, output=output)


@contextlib.contextmanager
def started(command, *, environment, output):
    """A program as the leader of a session; at the end it and its kin die."""
    with output.open("wb") as log:
        program = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    family = set()
    try:
        family = descendants(program.pid)
        yield program
    finally:
        family |= descendants(program.pid)
        for pid in (program.pid, *family):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        program.wait()


def descendants(pid):
    """The living children of a process, their children, and so on."""
    below = {}
    for folder in Path("/proc").glob("[0-9]*"):
        fields = _stat(int(folder.name))
        if fields and fields[0] != "Z":
            below.setdefault(int(fields[1]), set()).add(int(folder.name))
    found, queue = set(), [pid]
    while queue:
        children = below.get(queue.pop(), set())
        found |= children
        queue += children
    return found


def children(pid):
    return {child for child in descendants(pid) if int((_stat(child) or "00")[1]) == pid}


def is_alive(pid):
    """Whether the process is there and no mere zombie."""
    fields = _stat(pid)
    return bool(fields) and fields[0] != "Z"


def waits_for(pid):
    """The kernel function that a process sleeps in, e.g. anon_pipe_read; "" where it is gone."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/wchan").read_text()
    return ""


def _stat(pid):
    """The fields of proc(5) stat from the state on."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def wait_until(holds, *, seconds, what):
    """Look again and again; fail with `what` (or what it returns) when the time is over."""
    until = time.monotonic() + seconds
    while not (answer := holds()):
        if time.monotonic() > until:
            raise AssertionError(what() if callable(what) else what)
        time.sleep(0.1)
    return answer
