"""Programs that run as processes of their own, are killed and stopped, and are started again."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.processes.running import descendants, is_alive

LOOK_SECONDS = 0.05


class TooLate(Exception):
    """Something that must happen did not happen in time; says what was waited for."""


class Program:
    """One program and the processes below it; what it says goes to a log file.

    `command` and `environment` are asked for at each start, so that the next one may differ.
    """

    def __init__(
        self,
        name: str,
        command: Callable[[], list[str]],
        *,
        environment: Callable[[], dict[str, str]],
        folder: Callable[[], Path],
        log: Path,
    ) -> None:
        self.name, self.log = name, log
        self._command, self._environment, self._folder = command, environment, folder
        self._process: subprocess.Popen[bytes] | None = None
        self.should_run = False

    def start(self) -> None:
        """Begin, where it does not run; it is to be kept running from now on."""
        self.should_run = True
        if self.is_up:
            return
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command(),
                cwd=self._folder(),
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def is_up(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def pids(self) -> list[int]:
        """Its processes that live, the first one first."""
        if self._process is None or not self.is_up:
            return []
        return [self._process.pid, *sorted(descendants(self._process.pid))]

    def kill(self) -> None:
        """Kill all of it at once; it is not to run any more."""
        self.should_run = False
        family = self.pids()
        for pid in family:
            if is_alive(pid):
                send(pid, signal.SIGKILL)
        if self._process is not None:
            self._process.wait()
        wait_until(lambda: not any(map(is_alive, family)), seconds=10, what=f"{self.name} to die")


def send(pid: int, number: signal.Signals) -> bool:
    """Send a signal; False where the process is gone."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
        return True
    return False


def wait_until(holds: Callable[[], object], *, seconds: float, what: str) -> None:
    """Look again and again. Raises TooLate."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            raise TooLate(f"{what}: not within {seconds:.0f} s")
        time.sleep(LOOK_SECONDS)


@contextlib.contextmanager
def ended_at_last(programs: list[Program]) -> Iterator[None]:
    """Whatever happens in the block, no process of `programs` is left."""
    try:
        yield
    finally:
        for program in programs:
            program.kill()
