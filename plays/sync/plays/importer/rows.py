"""Every value of a file checked, all problems of the file found at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from plays.rules.play_names import PlayNames, new_play_id
from plays.rules.problems import FieldProblem
from plays.rules.quarter import Quarter
from plays.storage.text import header_name
from plays.storage.totals import is_total
from plays.sync.naming import play_names
from plays.sync.plays.goals import quarter_of
from plays.sync.plays.importer.choices import NOTHING_CHOSEN, Choices
from plays.sync.plays.importer.columns import (
    KEY,
    KNOWN_HEADINGS,
    LEAVE,
    LISTS,
    QUARTER,
    Column,
    check,
)
from plays.sync.plays.importer.matching import How, Matched, doubled, has_key, match_columns
from plays.sync.plays.importer.memory import remembered
from plays.sync.sheets.problems import BadValue, ImportRefused, LineProblem
from plays.sync.sheets.reading import Line, Table, read_table


@dataclass(frozen=True, kw_only=True)
class PlayRow:
    """One line as the file says it: clean values by column name, only those to be set.

    `play_id` is the Play's own id, `said` how the file names it. `quarter` is whose the goals are:
    the running one where the file does not say. `indices` are the columns' places by their name.
    """

    line: int
    play_id: str
    said: str
    quarter: Quarter
    values: Mapping[str, Any]
    indices: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class PlayFile:
    """A file as it is understood. With `problems` nothing of it is imported."""

    table: Table
    columns: tuple[Matched, ...]
    rows: tuple[PlayRow, ...] = ()
    problems: tuple[LineProblem, ...] = ()
    totals: tuple[int, ...] = ()
    choices: Choices = NOTHING_CHOSEN

    @property
    def must_be_matched(self) -> bool:
        """Whether a person has to say first which column is which."""
        return (
            any(one.is_open for one in self.columns)
            or bool(doubled(self.columns))
            or not has_key(self.columns)
        )


def read_file(content: bytes | str, choices: Choices = NOTHING_CHOSEN) -> PlayFile:
    """Read and check a CSV or JSON file of Plays. Raises `ImportRefused` with every problem."""
    file = look_at(content, choices)
    if file.problems:
        raise ImportRefused(file.problems)
    return file


def look_at(content: bytes | str, choices: Choices = NOTHING_CHOSEN) -> PlayFile:
    """As `read_file`, with the problems told in what is returned. Raises `ImportRefused` for what
    cannot be read at all. Three queries.
    """
    table = read_table(content, known=KNOWN_HEADINGS, lists=LISTS)
    columns = match_columns(table, chosen=choices.columns, remembered=remembered(table.headings))
    file = PlayFile(table=table, columns=columns, choices=choices)
    if file.must_be_matched:
        return _with(file, problems=_column_problems(file))
    reader = _Reader(file, play_names())
    rows = [row for line in table.lines if (row := reader.row(line))]
    problems = reader.problems + _doubles(rows, columns)
    return _with(file, problems=problems, rows=rows, totals=reader.totals)


def _with(
    file: PlayFile,
    *,
    problems: Iterable[LineProblem],
    rows: Iterable[PlayRow] = (),
    totals: Iterable[int] = (),
) -> PlayFile:
    return PlayFile(
        table=file.table,
        columns=file.columns,
        choices=file.choices,
        rows=tuple(rows),
        problems=tuple(problems),
        totals=tuple(totals),
    )


def _column_problems(file: PlayFile) -> Iterator[LineProblem]:
    number = file.table.number
    for one in file.columns:
        if one.is_open and one.heading:
            yield LineProblem(
                line=number, column=one.heading, message=_("is unknown"), index=one.index
            )
        elif one.is_open:
            message = _("column %(number)s has no heading") % {"number": one.index + 1}
            yield LineProblem(line=number, message=message, index=one.index)
    for one in doubled(file.columns):
        yield LineProblem(
            line=number, column=one.heading, message=_("stands there twice"), index=one.index
        )
    if not has_key(file.columns):
        yield LineProblem(line=number, column=_("Play ID"), message=_("is missing"))


class _Reader:
    """Reads line by line; gathers the problems and the lines that only sum up others."""

    def __init__(self, file: PlayFile, names: PlayNames) -> None:
        self.problems: list[LineProblem] = []
        self.totals: list[int] = []
        self._table, self._choices, self._names = file.table, file.choices, names
        self._columns = {one.index: one.column for one in file.columns if one.column}
        self._indices = {column.name: index for index, column in self._columns.items()}
        self._running = quarter_of(timezone.now())
        key = self._indices[KEY]
        self._said = {line.cells.get(key, "").strip() for line in file.table.lines}

    def row(self, line: Line) -> PlayRow | None:
        """None where the line is none of a Play, left out, or does not tell which Play it means."""
        if line.number in self._choices.lines or self._repeats_headings(line):
            return None
        if self._is_total(line):
            self.totals.append(line.number)
            return None
        values = dict(self._values(line))
        said = values.pop(KEY, None)
        if said is None:
            return None
        play_id = self._play_id(said, line)
        if play_id is None:
            return None
        return PlayRow(
            line=line.number,
            play_id=play_id,
            said=said,
            quarter=values.pop(QUARTER, self._running),
            values=values,
            indices=self._indices,
        )

    def _values(self, line: Line) -> Iterator[tuple[str, Any]]:
        for index, column in self._columns.items():
            cell = (line.number, index)
            text = self._choices.mended.get(cell, line.cells.get(index))
            if cell in self._choices.cells or (text is None and column.name != KEY):
                continue
            value = self._checked(column, text or "", line.number, index)
            if value is not LEAVE:
                yield column.name, value

    def _checked(self, column: Column, text: str, line: int, index: int) -> Any:
        """The clean value; `LEAVE` where it has a problem, which is noted."""
        try:
            return check(column, text)
        except BadValue as problem:
            self._tell(line, index, str(problem))
            return LEAVE

    def _play_id(self, said: str, line: Line) -> str | None:
        """The id of the Play that is named so; a name that is nobody's becomes a new Play's."""
        found = self._names.find(said)
        by_front = found not in (None, said, self._names.aliases.get(said))
        if found and not (by_front and found in self._said):
            return found
        try:
            return new_play_id(said)
        except FieldProblem as problem:
            self._tell(line.number, self._indices[KEY], problem.at(KEY).told(_))
            return None

    def _tell(self, line: int, index: int, message: str) -> None:
        heading = self._table.headings[index] or _("Play ID")
        self.problems.append(LineProblem(line=line, column=heading, message=message, index=index))

    def _is_total(self, line: Line) -> bool:
        texts = (line.cells[index].strip() for index in sorted(line.cells))
        first = next((text for text in texts if text), "")
        return is_total(first) or is_total(line.cells.get(self._indices[KEY], "").strip())

    def _repeats_headings(self, line: Line) -> bool:
        """Files of several tables have the headings before each."""
        filled = {i: text for i, text in line.cells.items() if text.strip()}
        return len(filled) > 1 and all(
            header_name(text) == header_name(self._table.headings[i]) for i, text in filled.items()
        )


def _doubles(rows: Iterable[PlayRow], columns: Iterable[Matched]) -> list[LineProblem]:
    """Lines that say again, or otherwise, what an earlier one says of the same Play; ids that
    differ only in case count as one.
    """
    key = next(one for one in columns if one.column and one.column.name == KEY)
    first: dict[tuple[str, Quarter], PlayRow] = {}
    problems = []
    for row in rows:
        earlier = first.setdefault((row.play_id.casefold(), row.quarter), row)
        if earlier is not row:
            message = _("%(play)s stands on line %(line)s already") % {
                "play": earlier.play_id,
                "line": earlier.line,
            }
            problems.append(
                LineProblem(line=row.line, column=key.heading, message=message, index=key.index)
            )
    return problems


def notes_on(file: PlayFile) -> Iterator[str]:
    """What was read past, or read as something else than it says, for people."""
    left = {how: [one.key for one in file.columns if one.how is how] for how in How}
    if left[How.COUNTED]:
        columns = ", ".join(left[How.COUNTED])
        yield _("Left out, as the product counts and judges it itself: %(columns)s") % {
            "columns": columns
        }
    if left[How.NUMBERING]:
        yield _("Left out, as running numbers say nothing of a Play: %(columns)s") % {
            "columns": ", ".join(left[How.NUMBERING])
        }
    chosen = [one.key for one in file.columns if one.is_left_out and one.how in SAID_BY_PEOPLE]
    if chosen:
        yield _("Left out, as you chose: %(columns)s") % {"columns": ", ".join(chosen)}
    if file.table.above:
        yield _("Above the headings, and left out: %(text)s") % {"text": file.table.above[:200]}
    if file.table.cut:
        yield _(
            "Line %(line)s, the last one, breaks off before its last cells: perhaps the file was "
            "cut off, and lines are missing."
        ) % {"line": file.table.cut}
    if file.totals:
        lines = ", ".join(map(str, file.totals))
        yield _("No Plays, as they sum up others: line %(lines)s") % {"lines": lines}
    if file.choices.lines:
        lines = ", ".join(map(str, sorted(file.choices.lines)))
        yield _("Lines left out, as you chose: %(lines)s") % {"lines": lines}
    others = {row.said: row.play_id for row in file.rows if row.said != row.play_id}
    for said, play_id in others.items():
        yield _("%(said)s is the Play %(play)s.") % {"said": said, "play": play_id}


SAID_BY_PEOPLE = (How.CHOSEN, How.REMEMBERED)
