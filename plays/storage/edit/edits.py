"""Edits: each says what the page should be, so making it twice is making it once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from plays.storage.errors import EditError
from plays.storage.layout.model import Layout
from plays.storage.scan.entry_lines import Telling
from plays.storage.shapes import TableShape
from plays.storage.values import Cell, Inline
from plays.storage.whose import Identity


@dataclass(frozen=True)
class UpsertRow:
    """One row with this key has these cells; the row's other cells are other people's.

    Cells are values by field, whatever form the column has: a Number with its goal, a Moment, a
    Status, a Link. `stamp` cells (a time of change) are written only when a cell of `cells`
    changes or the row is new: a stamp that differs is no change by itself. `groups` are words for
    what the row belongs to (a channel, a quarter): where the table is in several parts, a new row
    goes to the part that has one of them. `identity`: what tells whose a row with the key is; one
    of another event is somebody's record: ForeignRow.
    """

    table: TableShape
    key: str
    cells: Mapping[str, Cell]
    stamp: Mapping[str, Cell] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    identity: Identity | None = None

    def __post_init__(self) -> None:
        _check_names(self.table, (*self.cells, *self.stamp))
        if both := self.cells.keys() & self.stamp.keys():
            raise ValueError(f"{', '.join(sorted(both))} cannot be a cell and a stamp at once")


@dataclass(frozen=True)
class InsertRow:
    """There is a row with this key. One that exists already is left alone."""

    table: TableShape
    key: str
    cells: Mapping[str, Cell]
    groups: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_names(self.table, self.cells)


@dataclass(frozen=True)
class AddColumn:
    """The table has a column for the field `name`: where it has none, one is added at its right.

    In every part of the table; `heading` is what it is called, else the field's own label.
    """

    table: TableShape
    name: str
    heading: str = ""

    def __post_init__(self) -> None:
        if self.name not in self.table.by_name:
            raise ValueError(f"{self.name!r} is no column of the table")


@dataclass(frozen=True)
class InsertEntry:
    """There is an entry `<code>KEY</code> parts`. One that exists already is left alone.

    The key is written in front of `parts` by the editor; parts are joined by single spaces.
    An entry is on the page when a line (a paragraph, a bullet, a row, wherever people moved it)
    begins with the key, however it is formatted; where `tells` is given, the line must also tell
    of that event, and one that tells of another event is somebody's record: ForeignEntry. A new
    entry goes directly below the entry `after` (which tells `after_tells`) when that is on the
    page, else to the section under the first of `headings` that the page has, in the form and
    order in which people keep that, else to the page's end.
    """

    key: str
    parts: tuple[Inline, ...]
    after: str | None = None
    headings: tuple[str, ...] = ()
    tells: Telling | None = None
    after_tells: Telling | None = None


@dataclass(frozen=True)
class InsertLink:
    """There is a bullet that links to `url`. A link that exists already is left alone.

    Any link to the same page counts, however it is addressed: by the id in `url` or `page_id`, by
    the title `text` or one of `titles`; for what is no page, the same address. A new bullet goes
    to the last list under the first of `headings` that the page has, else to a new list at the
    end of that section or of the page (or to the list that the page ends with).
    """

    text: str
    url: str
    headings: tuple[str, ...] = ()
    page_id: str = ""
    titles: tuple[str, ...] = ()


Edit = UpsertRow | InsertRow | AddColumn | InsertEntry | InsertLink


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one edit: the page changed, or was true already, or there is a problem."""

    changed: bool
    problem: EditError | None = None


@dataclass(frozen=True, kw_only=True)
class Applied:
    """The page after the edits, and an outcome for each in the order given.

    `layouts` is how the tables of row edits were found on the page.
    """

    body: str
    outcomes: tuple[Outcome, ...]
    layouts: Mapping[TableShape, Layout] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        return any(outcome.changed for outcome in self.outcomes)


def _check_names(table: TableShape, names: Iterable[str]) -> None:
    """Raise ValueError for cells that the shape does not know: a slip in our own code."""
    for name in names:
        if name not in table.names:
            raise ValueError(f"{name!r} is no column of the table")
        if name == table.key:
            raise ValueError(f"{name!r} is the key: it is written from the edit's key")
