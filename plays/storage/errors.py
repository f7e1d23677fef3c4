"""What can be wrong with a page or an edit, named for what happened; it refuses nothing itself.

EditError                an edit that cannot be made as asked; nothing of it was written
├── NotStorage           the page itself is not well-formed storage format
├── LayoutQuestion       only a person can say how the page's tables are meant
│   ├── AmbiguousTable   several tables fit the shape
│   │   └── AmbiguousPart  a new row fits none of the table's parts, or several
│   ├── KeyColumnMissing a table has our headings but none for the key
│   ├── TableUnsure      a table holds our rows, but too few of its headings are known
│   └── TableGone        the page has no table although one was written before
├── AmbiguousColumn      two columns of the table have the same heading
├── MissingColumn        the table lacks a column that the edit must write
├── DuplicateRow         two rows have the key
├── MergedCells          a cell we need is merged with others, or not there at all
├── Foreign              what stands under our key tells of another event
│   ├── ForeignRow       … a row
│   └── ForeignEntry     … an entry of a live doc
├── HoldsContent         a cell to write holds a table or a macro that would go
├── SkeletonBroken       edits took a table, row, cell, macro or layout from the page
├── EmptyKey             the edit's key has no visible character
└── UnsafeUrl            the edit's link is neither http(s) nor mailto
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_WORD_START = re.compile(r"(?<!^)(?=[A-Z])")


@dataclass(frozen=True, kw_only=True)
class Place:
    """A spot on a page, as a person finds it.

    `line` and `column` count from 1 in the page's source, `offset` from 0, all in characters.
    `table` and `row` count from 1; a table's first row is row 1, headings included.
    """

    line: int = 1
    column: int = 1
    offset: int = 0
    table: int | None = None
    row: int | None = None

    def __str__(self) -> str:
        words = [f"line {self.line}, column {self.column}"]
        if self.table is not None:
            words.append(f"table {self.table}")
        if self.row is not None:
            words.append(f"row {self.row}")
        return ", ".join(words)


# How much of somebody's record an error shows, in characters.
_SHOWN = 120


class EditError(Exception):
    """An edit that cannot be made as asked; nothing of it was written.

    `message` says what is wrong, `places` where: each spot that takes part in the problem, in
    page order. `place` is the first; a fault of the edit itself points at the page's start.
    `code` names the kind and `params` are what its sentence speaks of, for other languages.
    """

    def __init__(self, message: str, places: Iterable[Place] = (), **params: Any) -> None:
        self.message = message
        self.places = tuple(places) or (Place(),)
        self.params = params
        super().__init__(message)

    @property
    def code(self) -> str:
        return _WORD_START.sub("_", type(self).__name__).lower()

    @property
    def place(self) -> Place:
        return self.places[0]

    def __str__(self) -> str:
        return f"{self.message} ({'; '.join(map(str, self.places))})"


class NotStorage(EditError):
    """The page is not a well-formed fragment of Confluence's storage format."""


class LayoutQuestion(EditError):
    """Only a person can say how the page's tables are meant; nothing is written until then."""


class AmbiguousTable(LayoutQuestion):
    """Several tables on the page have the headings we look for; `places` are the tables.

    `params`: `tables`, the headings of ours that each has.
    """


class AmbiguousPart(AmbiguousTable):
    """A new row could go to several tables with the same headings, or fits none of them.

    `params`: `key`, `group` (the words looked for), `parts` (the tables' own words).
    """


class KeyColumnMissing(LayoutQuestion):
    """A table has most of our headings but none for the key.

    `params`: `field` and `label` of the key, `found` and `total` headings, `proposals`: the
    headings that may be meant, the likeliest first.
    """


class TableUnsure(LayoutQuestion):
    """A table holds our rows, but too little of it is known to write there.

    `params`: `label` of the key, `headings` of the table.
    """


class TableGone(LayoutQuestion):
    """The page has no table for the rows although one was written before.

    `params`: `title` of the table.
    """


class AmbiguousColumn(EditError):
    """Two columns of the table have a heading of ours; `names` are the columns we meant."""

    def __init__(self, message: str, places: Iterable[Place], names: Iterable[str]) -> None:
        self.names = tuple(names)
        super().__init__(message, places, names=self.names)


class MissingColumn(EditError):
    """The table has no column for something we must write; `names` are the columns."""

    def __init__(self, message: str, places: Iterable[Place], names: Iterable[str]) -> None:
        self.names = tuple(names)
        super().__init__(message, places, names=self.names)


class DuplicateRow(EditError):
    """More than one row has the key; `places` are the rows."""


class MergedCells(EditError):
    """The row has no cell of its own where we must read its key or write."""


class Foreign(EditError):
    """What stands under our key tells of another event: it is somebody's record, and stays.

    `key` is the key, `found` how what stands there begins, `was_written` whether our database
    knows that it wrote something under the key.
    """

    _thing = ""

    def __init__(self, key: str, told: str, place: Place, *, was_written: bool) -> None:
        self.key = key
        self.found = told[:_SHOWN]
        self.was_written = was_written
        message = f"The {self._thing} {key} on the page tells of something else: {self.found}"
        super().__init__(message, [place])


class ForeignRow(Foreign):
    """A row with our key tells of another event."""

    _thing = "row"


class ForeignEntry(Foreign):
    """An entry with our key tells of another event."""

    _thing = "entry"


class HoldsContent(EditError):
    """A cell that we must write holds a table, a macro or tasks; our text would remove them."""


class SkeletonBroken(EditError):
    """The page after the edits lacks a table, row, cell, macro or layout that it had."""


class EmptyKey(EditError):
    """A row or an entry without a visible key could never be found again."""


class UnsafeUrl(EditError):
    """A link that is neither http(s) nor mailto is never written as a link."""
