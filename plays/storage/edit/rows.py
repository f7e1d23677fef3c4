"""Row edits of one table: what differs is noted in the draft, new rows are put together last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from plays.storage.edit.cells import fill, says
from plays.storage.edit.changeset import Draft, Splice, Stale
from plays.storage.edit.edits import InsertRow, UpsertRow
from plays.storage.edit.render import render
from plays.storage.edit.row_shape import RowShape, row_shape
from plays.storage.errors import EmptyKey
from plays.storage.scan.grid import GridRow
from plays.storage.scan.page import Node, scan
from plays.storage.scan.tables import FoundTable
from plays.storage.text import clean, key_text
from plays.storage.values import Cell, Code, Link, Text


class TableDraft:
    """The pending rows and cells of one table."""

    def __init__(self, draft: Draft, table: FoundTable) -> None:
        self.draft = draft
        self.table = table
        self._new_rows: dict[str, dict[str, Cell]] = {}
        self._new_cells: dict[Node, Cell] = {}
        self._shape: RowShape | None = None

    def insert(self, edit: InsertRow) -> bool:
        """Make sure of a row; whether that changes the page."""
        key = checked_key(edit.key)
        if key in self._new_rows or self.table.row_of(key) is not None:
            return False
        self.table.require(edit.cells)
        self._add(key, edit.key, edit.cells)
        return True

    def upsert(self, edit: UpsertRow) -> bool:
        """Make a row's cells true; whether that changes the page."""
        self.table.require(edit.cells)
        key = checked_key(edit.key)
        if key in self._new_rows:
            return self._revise(self._new_rows[key], edit)
        row = self.table.row_of(key)
        if row is not None:
            return self._rewrite(row, edit)
        self.table.require(edit.stamp)
        self._add(key, edit.key, {**edit.cells, **edit.stamp})
        return True

    def splices(self) -> Iterator[Splice]:
        """The new rows."""
        if self._shape is None:
            return
        texts = []
        for nth, cells in enumerate(self._new_rows.values(), 1):
            contents = {self.table.column(name): render(cell) for name, cell in cells.items()}
            texts.append(self._shape.render(contents, nth=nth))
        yield self._shape.spot.filled("".join(texts))

    def _add(self, key: str, written_key: str, cells: Mapping[str, Cell]) -> None:
        if self._shape is None:
            self.draft.check_unchanged(self.table.node)  # new rows take after the last one
            self._shape = row_shape(self.table)
            self.draft.mark(self.table.node)
        elif self._shape.is_covered:
            raise Stale
        self.draft.show(cells.values())
        self._new_rows[key] = {self.table.shape.key: Text(clean(written_key)), **cells}

    def _revise(self, cells: dict[str, Cell], edit: UpsertRow) -> bool:
        """Change a row that is itself new."""
        wanted = {n: cell for n, cell in edit.cells.items() if not _same(cells.get(n), cell)}
        if not wanted:
            return False
        self.table.require(edit.stamp)
        wanted |= {n: cell for n, cell in edit.stamp.items() if not _same(cells.get(n), cell)}
        _check_rewritable(cells.get(name) for name in wanted)
        if not all(map(render, wanted.values())):
            raise Stale  # a cell made empty keeps its paragraph's tags, an empty new one has none
        self.draft.show(wanted.values())
        cells.update(wanted)
        return True

    def _rewrite(self, row: GridRow, edit: UpsertRow) -> bool:
        wanted = {n: cell for n, cell in edit.cells.items() if not self._is_true(row, n, cell)}
        if not wanted:
            return False
        self.table.require(edit.stamp)
        wanted |= {n: cell for n, cell in edit.stamp.items() if not self._is_true(row, n, cell)}
        nodes = {name: self.table.own_cell(row, name) for name in wanted}
        _check_rewritable(self._new_cells.get(node) for node in nodes.values())
        for node in nodes.values():
            self.draft.check_replaceable(node)
        for name, node in nodes.items():
            self._new_cells[node] = wanted[name]
            self.draft.replace(node, fill(self.table.page, node, wanted[name]))
        self.draft.show(wanted.values())
        return True

    def _is_true(self, row: GridRow, name: str, wanted: Cell) -> bool:
        cell = self.table.cell(row, name)
        if cell is None:
            return not render(wanted)
        pending = self._new_cells.get(cell.node)
        return says(cell.node, wanted) if pending is None else _same(pending, wanted)


def checked_key(key: str) -> str:
    """A key as it will read on the page. Raises EmptyKey when nothing of it can be seen."""
    text = key_text(key)
    if not text:
        raise EmptyKey(f"The key {key!r} has no visible character.")
    return text


def _same(pending: Cell | None, wanted: Cell) -> bool:
    """Whether a cell that is yet to be written will say `wanted`."""
    if pending == wanted:
        return True
    return says(scan(render(pending) if pending is not None else "").root, wanted)


def _check_rewritable(pending: Iterator[Cell | None]) -> None:
    """Raise Stale before a link or code is written over, as the draft has it for shown."""
    if any(isinstance(cell, Link | Code) for cell in pending):
        raise Stale
