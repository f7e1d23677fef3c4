"""The lines of a file that cannot be taken, cell by cell, to be mended where they stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from plays.sync.plays.importer.rows import PlayFile
from plays.sync.sheets.problems import LineProblem

MOST_LINES = 50


@dataclass(frozen=True, kw_only=True)
class MendCell:
    """A cell of a column that is read; `why` says what is wrong with it, if anything."""

    index: int
    heading: str
    text: str
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class MendLine:
    """`why` is what is wrong with the whole line."""

    number: int
    cells: list[MendCell]
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Mending:
    """The first lines with a problem, and how many more there are."""

    headings: list[str]
    lines: list[MendLine]
    more: int


def mending_of(file: PlayFile, problems: Iterable[LineProblem]) -> Mending | None:
    """None where no problem is of a line."""
    by_line: dict[int, list[LineProblem]] = {}
    for problem in problems:
        by_line.setdefault(problem.line, []).append(problem)
    by_number = {line.number: line for line in file.table.lines}
    numbers = sorted(by_number.keys() & by_line.keys())
    if not numbers:
        return None
    read = [one for one in file.columns if one.column]
    return Mending(
        headings=[one.heading or one.key for one in read],
        lines=[_line(file, number, by_line[number]) for number in numbers[:MOST_LINES]],
        more=max(0, len(numbers) - MOST_LINES),
    )


def _line(file: PlayFile, number: int, problems: Iterable[LineProblem]) -> MendLine:
    line = next(each for each in file.table.lines if each.number == number)
    why = {problem.index: problem.message for problem in problems}
    mended = file.choices.mended
    return MendLine(
        number=number,
        why=why.get(None, ""),
        cells=[
            MendCell(
                index=one.index,
                heading=one.heading or one.key,
                text=mended.get((number, one.index), line.cells.get(one.index, "")),
                why=why.get(one.index, ""),
            )
            for one in file.columns
            if one.column
        ],
    )
