"""Every value of a file checked, all problems of the file found at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from plays.storage.text import header_name
from plays.sync.plays.importer.columns import COLUMN_OF, LEAVE, RECKONED, Column, columns_of
from plays.sync.sheets.problems import BadValue, ImportRefused, LineProblem
from plays.sync.sheets.reading import Line, Table, read_table

KEY = "play_id"


@dataclass(frozen=True, kw_only=True)
class PlayRow:
    """One Play as the file says it: clean values by column name, only those to be set."""

    line: int
    play_id: str
    values: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class PlayFile:
    """A file without problems. `left_aside` are headings of columns that we reckon ourselves."""

    rows: tuple[PlayRow, ...]
    left_aside: tuple[str, ...]


def read_file(content: bytes | str) -> PlayFile:
    """Read and check a CSV or JSON file of Plays. Raises `ImportRefused` with every problem."""
    table = read_table(content, known=frozenset(COLUMN_OF) | RECKONED)
    columns = columns_of(table.headings)
    problems = _heading_problems(table, columns)
    if problems:
        raise ImportRefused(problems)
    rows = [row for line in table.lines if (row := _row(line, table, columns, problems))]
    problems += _doubles(rows, _heading_of_key(table, columns))
    if problems:
        raise ImportRefused(problems)
    left_aside = [h for h in table.headings if header_name(h) in RECKONED]
    return PlayFile(rows=tuple(rows), left_aside=tuple(left_aside))


def _heading_problems(table: Table, columns: Mapping[int, Column]) -> list[LineProblem]:
    problems = []
    for index, heading in enumerate(table.headings):
        folded = header_name(heading)
        if not folded and any(line.cells.get(index, "").strip() for line in table.lines):
            message = _("column %(number)s has no heading") % {"number": index + 1}
            problems.append(LineProblem(line=1, message=message))
        elif folded and index not in columns and folded not in RECKONED:
            problems.append(LineProblem(line=1, column=heading, message=_("is unknown")))
    names = [column.name for column in columns.values()]
    problems += [
        LineProblem(line=1, column=table.headings[i], message=_("stands there twice"))
        for i, column in columns.items()
        if names.count(column.name) > 1
    ]
    if KEY not in names:
        problems.append(LineProblem(line=1, column=KEY, message=_("is missing")))
    return problems


def _row(
    line: Line, table: Table, columns: Mapping[int, Column], problems: list[LineProblem]
) -> PlayRow | None:
    """The line's values without those that have a problem, which is added to `problems`.

    None where it is not told which Play is meant.
    """
    values: dict[str, Any] = {}
    for index, column in columns.items():
        text = line.cells.get(index)
        if text is None and column.name != KEY:
            continue
        try:
            values[column.name] = column.check(text or "")
        except BadValue as problem:
            heading = table.headings[index]
            problems.append(LineProblem(line=line.number, column=heading, message=str(problem)))
    if KEY not in values:
        return None
    play_id = values.pop(KEY)
    kept = {name: value for name, value in values.items() if value is not LEAVE}
    return PlayRow(line=line.number, play_id=play_id, values=kept)


def _doubles(rows: Iterable[PlayRow], heading: str) -> list[LineProblem]:
    """Lines whose Play stands on an earlier one; ids that differ only in case count as one."""
    first: dict[str, PlayRow] = {}
    problems = []
    for row in rows:
        earlier = first.setdefault(row.play_id.casefold(), row)
        if earlier is not row:
            message = _("%(play)s stands on line %(line)s already") % {
                "play": earlier.play_id,
                "line": earlier.line,
            }
            problems.append(LineProblem(line=row.line, column=heading, message=message))
    return problems


def _heading_of_key(table: Table, columns: Mapping[int, Column]) -> str:
    return next(table.headings[i] for i, column in columns.items() if column.name == KEY)
