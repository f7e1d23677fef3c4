"""What a cluster's processes say of their tasks, over a pipe to the worker that watches them."""

from __future__ import annotations

import enum
import os
from collections.abc import Iterator


class Progress(enum.Enum):
    """A task was begun or ended by a process, or has come all the way through the cluster."""

    BEGUN = "+"
    ENDED = "-"
    THROUGH = "."

    def line(self, pid: int) -> bytes:
        """Shorter than PIPE_BUF, so that lines of several processes never mix (pipe(7))."""
        return f"{self.value}{pid}\n".encode()


class Pipe:
    """The reading end; `writing_end` is for the child, and to be closed once the child has it."""

    def __init__(self) -> None:
        self._reading_end, self.writing_end = os.pipe()
        os.set_blocking(self._reading_end, False)
        self._rest = b""

    def read(self) -> Iterator[tuple[Progress, int]]:
        """What has been said since the last time, and by which process; never waits."""
        while data := self._data():
            *lines, self._rest = (self._rest + data).split(b"\n")
            for line in lines:
                yield Progress(chr(line[0])), int(line[1:])

    def _data(self) -> bytes:
        try:
            return os.read(self._reading_end, 65536)
        except BlockingIOError:
            return b""

    def close(self) -> None:
        os.close(self._reading_end)
