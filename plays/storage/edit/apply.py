"""Edits to a page: text in, text and outcomes out; all bytes no edit is about stay the page's own.

The page is scanned once, every edit planned on that scan, and all splices made together. Only an
edit that depends on a pending one (a row of a table that is yet to be made) costs a new scan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import chain

from plays.storage.edit.changeset import Changeset, Stale, spliced
from plays.storage.edit.edits import (
    AddColumn,
    Applied,
    Edit,
    InsertEntry,
    InsertLink,
    InsertRow,
    Outcome,
    UpsertRow,
)
from plays.storage.edit.entries import EntryChanges
from plays.storage.edit.links import LinkChanges
from plays.storage.edit.new_table import table_splice
from plays.storage.edit.rows import checked_key
from plays.storage.edit.tables import TableChanges
from plays.storage.errors import EditError
from plays.storage.layout.model import STRICT, Guidance, Layout
from plays.storage.layout.recognise import find, gone
from plays.storage.scan.page import scan
from plays.storage.shapes import TableShape
from plays.storage.text import clean
from plays.storage.values import Text


def apply_edits(
    body: str, edits: Sequence[Edit], guidance: Mapping[TableShape, Guidance] | None = None
) -> Applied:
    """Make each edit, in order; the result is as if they were made one after the other.

    The table of a row edit is recognised on the page, with what `guidance` has for its shape;
    without any, every cell needs its column and a table may be made (`STRICT`).

    An edit that cannot be made changes nothing, has its EditError as outcome and does not stop
    the rest. Making the same edits again changes nothing. Raises NotStorage when the page
    itself cannot be read.
    """
    session = _Session(body, guidance or {}, edits)
    outcomes = tuple(session.outcome(edit) for edit in edits)
    return Applied(body=session.body(), outcomes=outcomes, layouts=session.layouts)


_TABLE_EDITS = (UpsertRow, InsertRow, AddColumn)
_CHANGED, _TRUE_ALREADY = Outcome(changed=True), Outcome(changed=False)


class _Session:
    """One page on its way from edit to edit."""

    def __init__(
        self, body: str, guidance: Mapping[TableShape, Guidance], edits: Sequence[Edit]
    ) -> None:
        self.guidance = guidance
        self.edits = edits
        self.layouts: dict[TableShape, Layout] = {}
        self._open(body)

    def outcome(self, edit: Edit) -> Outcome:
        try:
            return _CHANGED if self._make(edit) else _TRUE_ALREADY
        except EditError as problem:
            return Outcome(changed=False, problem=problem)

    def body(self) -> str:
        """The page with all pending changes made."""
        tables = (table.splices() for table in self.tables.values())
        return spliced(self.changeset.page.raw, chain(self.changeset.splices(), *tables))

    def _open(self, body: str) -> None:
        self.changeset = Changeset(scan(body))
        self.tables: dict[TableShape, TableChanges] = {}
        self.entries = EntryChanges(self.changeset, self.edits)
        self.links = LinkChanges(self.changeset)
        self.target: TableShape | None = None

    def _make(self, edit: Edit) -> bool:
        try:
            return self._plan(edit)
        except Stale:
            self._open(self.body())
            return self._plan(edit)

    def _plan(self, edit: Edit) -> bool:
        target = edit.table if isinstance(edit, _TABLE_EDITS) else None
        if self.changeset.is_closed or (self.changeset.hides_something and target != self.target):
            raise Stale
        self.target = target
        match edit:
            case UpsertRow() | InsertRow():
                return self._plan_row(edit)
            case AddColumn():
                return self._plan_column(edit)
            case InsertEntry():
                if self.changeset.has_replaced or self.links.has_new:
                    raise Stale  # a changed cell or a new bullet may begin with the key
                return self.entries.insert(edit)
            case InsertLink():
                return self.links.insert(edit)

    def _plan_row(self, edit: UpsertRow | InsertRow) -> bool:
        table = self._table(edit.table)
        if table is None:
            return self._make_table(edit)
        changed = table.insert(edit) if isinstance(edit, InsertRow) else table.upsert(edit)
        if changed:
            self.entries.note_row(edit)
        return changed

    def _plan_column(self, edit: AddColumn) -> bool:
        table = self._table(edit.table)
        if table is None:
            raise gone(edit.table)
        return table.add_column(edit)

    def _table(self, shape: TableShape) -> TableChanges | None:
        if (known := self.tables.get(shape)) is not None:
            return known
        guidance = self._guidance(shape)
        found = find(self.changeset.page, shape, guidance)
        if found is None:
            return None
        self.layouts.setdefault(shape, found.layout)
        table = self.tables[shape] = TableChanges(self.changeset, found, guidance)
        return table

    def _guidance(self, shape: TableShape) -> Guidance:
        return self.guidance.get(shape, STRICT)

    def _make_table(self, edit: UpsertRow | InsertRow) -> bool:
        checked_key(edit.key)
        if not self._guidance(edit.table).makes_tables:
            raise gone(edit.table)
        if not self.changeset.is_empty:
            raise Stale
        stamp = edit.stamp if isinstance(edit, UpsertRow) else {}
        cells = {edit.table.key: Text(clean(edit.key)), **edit.cells, **stamp}
        splice = table_splice(self.changeset.page, edit.table, cells)
        self._open(spliced(self.changeset.page.raw, [splice]))
        with suppress(EditError):  # asked again, and told, by the next row
            self._table(edit.table)  # how it was made is how it was found first
        return True
