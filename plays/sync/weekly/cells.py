"""Which cells of a table do not say what they should, by the rules that edits go by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from plays.models import Play
from plays.models.weekly import FindingKind
from plays.storage import (
    AmbiguousColumn,
    LayoutQuestion,
    Row,
    UpsertRow,
    apply_edits,
)
from plays.sync.layouts.guidance import Guidances
from plays.sync.weekly.differences import Difference
from plays.sync.weekly.page_reads import PageRead
from plays.sync.writing.kept import text_of

Rows = Mapping[str, Row]


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """A cell of ours that does not say what it should."""

    key: str
    column: str
    found: str
    expected: str

    def difference(self, seen: PageRead, play: Play) -> Difference:
        return Difference(
            kind=FindingKind.CHANGED,
            page=seen.page,
            play=play,
            key=self.key,
            column=self.column,
            found=self.found,
            expected=self.expected,
        )

    def stands_in(self, rows: Rows) -> bool:
        """Whether the cell reads there as it was found."""
        return self.key in rows and rows[self.key].cells.get(self.column, "") == self.found


def by_key(rows: Iterable[Row]) -> dict[str, Row]:
    """Rows by their key, the first of each; one key stands there twice only by mistake."""
    found: dict[str, Row] = {}
    for row in rows:
        found.setdefault(row.key, row)
    return found


def wrong_cells(seen: PageRead, edits: Sequence[UpsertRow], rows: Rows) -> list[Wrong]:
    """The cells of `rows` (those of the page) that `edits` would change; none without a column.

    Raises LayoutQuestion and AmbiguousColumn; a row that cannot be edited is passed over.
    """
    body, guidance = seen.read.body, seen.guidance
    there = [edit for edit in edits if edit.key in rows]
    differing = _changing(body, [_only(edit, edit.cells) for edit in there], guidance)
    single = [_only(edit, [name]) for edit in differing for name in edit.cells]
    return [_wrong(edit, rows[edit.key]) for edit in _changing(body, single, guidance)]


def lacks(key: str) -> Callable[[Iterable[str]], bool]:
    return lambda keys: key not in keys


def _changing(body: str, edits: Sequence[UpsertRow], guidance: Guidances) -> list[UpsertRow]:
    outcomes = apply_edits(body, edits, guidance).outcomes
    for outcome in outcomes:
        if isinstance(outcome.problem, LayoutQuestion | AmbiguousColumn):
            raise outcome.problem
    return [edit for edit, outcome in zip(edits, outcomes, strict=True) if outcome.changed]


def _only(edit: UpsertRow, names: Iterable[str]) -> UpsertRow:
    """The edit of these cells alone, without a time of change."""
    return replace(edit, cells={name: edit.cells[name] for name in names}, stamp={})


def _wrong(edit: UpsertRow, row: Row) -> Wrong:
    (name,) = edit.cells
    return Wrong(
        key=edit.key,
        column=name,
        found=row.cells.get(name, ""),
        expected=text_of(edit.cells[name]),
    )
