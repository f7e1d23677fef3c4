"""Wall clocks that can be set wrong while a program runs: clock.c, loaded into it.

libfaketime would do, but what it leaves of the monotonic clock breaks Python's `time.sleep`.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("clock.c")


class Clocks:
    """A clock for each program, by its name; `can_step` is False where there is no C compiler."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._library = folder, folder / "clock.so"
        compiler = shutil.which("cc") or shutil.which("gcc")
        self.can_step = compiler is not None
        if compiler:
            built = ["-O2", "-shared", "-fPIC", "-o", self._library, SOURCE, "-ldl"]
            subprocess.run([compiler, *built], check=True)

    def set(self, program: str, offset: int) -> None:
        """Let a program's clock be off by so many seconds from now on."""
        file = self._file(program)
        file.touch()
        with file.open("r+b") as opened:  # in place: the program has mapped it
            opened.write(offset.to_bytes(8, "little", signed=True))

    def environment(self, program: str) -> dict[str, str]:
        """What a program needs at its start to go by its own clock."""
        if not self.can_step:
            return {}
        self.set(program, 0)
        return {"LD_PRELOAD": str(self._library), "CLOCK_OFFSET_FILE": str(self._file(program))}

    def _file(self, program: str) -> Path:
        return self._folder / f"{program.replace(' ', '-')}.clock"
