"""What can be wrong with a file of Plays, place by place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

WHOLE_LINE = ""


class BadValue(ValueError):
    """What is wrong with one value, in a sentence for people."""


@dataclass(frozen=True, kw_only=True)
class LineProblem:
    """What is wrong at one place of the file.

    `line` counts from 1, the headings' line included; `column` is the heading as the file has it,
    empty where the whole line is meant; `index` is the column's place, where one cell is meant.
    """

    line: int
    column: str = WHOLE_LINE
    message: str
    index: int | None = None

    def __str__(self) -> str:
        if self.column == WHOLE_LINE:
            return _("line %(line)s: %(message)s") % {"line": self.line, "message": self.message}
        return _("line %(line)s, %(column)s: %(message)s") % {
            "line": self.line,
            "column": self.column,
            "message": self.message,
        }


class ImportRefused(ValueError):
    """Nothing was imported; `problems` says why, in the order of the file."""

    def __init__(self, problems: Sequence[LineProblem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__("\n".join(map(str, self.problems)))


def refused(message: str, *, line: int = 1) -> ImportRefused:
    """A file that cannot be read at all."""
    return ImportRefused([LineProblem(line=line, message=message)])
