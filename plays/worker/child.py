"""A child process that leads its own group, so that all it started can be ended with it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

LOOK_SECONDS = 0.05


class Child:
    """A program in a session of its own; Ctrl-C in the terminal does not reach it.

    `{lifeline}` in its command is replaced by the descriptor that it should `lifeline.hold`.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        output: IO[bytes] | None = None,
        descriptors: Sequence[int] = (),
    ) -> None:
        lifeline, self._lifeline = os.pipe()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own programs
                [part.replace("{lifeline}", str(lifeline)) for part in command],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=[lifeline, *descriptors],
                start_new_session=True,
            )
        finally:
            os.close(lifeline)

    @property
    def pid(self) -> int:
        return self._process.pid

    def exit_code(self) -> int | None:
        """None while it runs; minus the signal's number where one ended it."""
        return self._process.poll()

    def stop(self, *, grace: float, at_once: Callable[[], bool] = lambda: False) -> bool:
        """Ask it to end, wait for `grace` seconds or until `at_once`, then kill its whole group.

        Returns whether it ended by itself.
        """
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        deadline = time.monotonic() + grace
        while self.exit_code() is None and time.monotonic() < deadline and not at_once():
            time.sleep(LOOK_SECONDS)
        was_well = self.exit_code() is not None
        self._kill_group()
        return was_well

    def _kill_group(self) -> None:
        # macOS answers EPERM for a group in which only a process not yet reaped is left.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._lifeline)
