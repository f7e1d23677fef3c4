"""Row edits of one part of a table: what differs is noted, new rows are put together last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from plays.storage.edit.cells import fill
from plays.storage.edit.changeset import Changeset, Splice, Stale
from plays.storage.edit.render import render
from plays.storage.edit.row_shape import RowShape, row_shape
from plays.storage.errors import EmptyKey, ForeignRow
from plays.storage.layout.forms.cell import CellSeen
from plays.storage.layout.found import FoundTable
from plays.storage.layout.model import Insert
from plays.storage.scan.grid import GridRow
from plays.storage.scan.page import Node, scan
from plays.storage.text import clean, key_text
from plays.storage.values import Cell, Code, Link, Text
from plays.storage.whose import Fact, Identity, is_foreign


class PartChanges:
    """The pending rows and cells of one table. Pending cells are kept in their column's form.

    `needs_all`: a cell without a column is a MissingColumn; else it is left out.
    """

    def __init__(self, changeset: Changeset, table: FoundTable, *, needs_all: bool) -> None:
        self.changeset = changeset
        self.table = table
        self.needs_all = needs_all
        self._new_rows: dict[str, dict[str, Cell]] = {}
        self._new_cells: dict[Node, Cell] = {}
        self._shape: RowShape | None = None
        self._kept: dict[tuple[str, ...], tuple[str, ...]] = {}

    def add(self, name: str, written_key: str, cells: Mapping[str, Cell]) -> None:
        """A new row, to be known by `name` in `revise`."""
        cells = {self.table.shape.key: Text(clean(written_key)), **self._with_column(cells)}
        if self._shape is None:
            self.changeset.check_unchanged(self.table.node)  # new rows take after the last one
            self._shape = row_shape(self.table)
            self.changeset.mark(self.table.node)
        elif self._shape.is_covered:
            raise Stale
        self.changeset.show(self.table.shown(n, cell) for n, cell in cells.items())
        self._new_rows[name] = cells

    def revise(self, name: str, cells: Mapping[str, Cell], stamp: Mapping[str, Cell]) -> bool:
        """Change a row that is itself new; whether anything differs."""
        row = self._new_rows[name]
        there = {n: self.table.shown(n, cell) for n, cell in row.items()}
        wanted = {
            n: c
            for n, c in self._with_column(cells).items()
            if not self._will_say(there.get(n), n, c)
        }
        if not wanted:
            return False
        stamp = self._with_column(stamp)
        wanted |= {n: c for n, c in stamp.items() if not self._will_say(there.get(n), n, c)}
        shown = [self.table.shown(n, cell) for n, cell in wanted.items()]
        _check_rewritable(map(there.get, wanted))
        if not all(map(render, shown)):
            raise Stale  # a cell made empty keeps its paragraph's tags, an empty new one has none
        self.changeset.show(shown)
        row.update(wanted)
        return True

    def rewrite(self, row: GridRow, cells: Mapping[str, Cell], stamp: Mapping[str, Cell]) -> bool:
        """Change a row of the page; whether anything differs."""
        wanted = {n: c for n, c in self._with_column(cells).items() if not self._is_true(row, n, c)}
        if not wanted:
            return False
        stamp = self._with_column(stamp)
        wanted |= {n: c for n, c in stamp.items() if not self._is_true(row, n, c)}
        nodes = {name: self.table.own_cell(row, name) for name in wanted}
        _check_rewritable(self._new_cells.get(node) for node in nodes.values())
        for node in nodes.values():
            self.changeset.check_replaceable(node)
        for name, node in nodes.items():
            shown = self.table.shown(name, wanted[name], node)
            self._new_cells[node] = shown
            self.changeset.replace(node, fill(self.table.page, node, shown))
            self.changeset.show([shown])
        return True

    def check_ours(
        self, row: GridRow, key: str, cells: Mapping[str, Cell], identity: Identity
    ) -> None:
        """Raise ForeignRow where a row of the page tells of another event than these cells."""
        told = {
            name: self._fact(row, name, cells[name], identity)
            for name in identity.fields.keys() & cells.keys()
        }
        if is_foreign(told.values(), was_written=identity.was_written):
            found = " · ".join(filter(None, (self._text(row, name) for name in cells)))
            place = self.table.place_of(row)
            raise ForeignRow(key, found, place, was_written=identity.was_written)

    def _fact(self, row: GridRow, name: str, wanted: Cell, identity: Identity) -> Fact:
        if name not in self.table.columns:
            return Fact.SILENT
        cell = self.table.cell(row, name)
        if cell is None or CellSeen(cell.node).is_empty or CellSeen(cell.node).is_placeholder:
            return Fact.SILENT
        same = (wanted, *map(Text, identity.fields[name]))
        is_same = any(self.table.says(cell.node, name, one) for one in same)
        return Fact.SAME if is_same else Fact.OTHER

    def _text(self, row: GridRow, name: str) -> str:
        cell = self.table.cell(row, name) if name in self.table.columns else None
        return self.table.text(cell.node) if cell is not None else ""

    def splices(self) -> Iterator[Splice]:
        """The new rows."""
        if self._shape is None:
            return
        texts = self._shape.rows(self.table, list(self._new_rows.values()))
        if self.table.insert is Insert.TOP:
            texts.reverse()
        yield self._shape.spot.filled("".join(texts))

    def _with_column(self, cells: Mapping[str, Cell]) -> Mapping[str, Cell]:
        """The cells that have a column of their own in the table."""
        names = tuple(cells)
        kept = self._kept.get(names)
        if kept is None:
            absent = () if self.needs_all else self.table.missing(names)
            kept = tuple(name for name in names if name not in absent)
            self.table.require(kept)
            self._kept[names] = kept
        return cells if kept == names else {name: cells[name] for name in kept}

    def _is_true(self, row: GridRow, name: str, wanted: Cell) -> bool:
        cell = self.table.cell(row, name)
        if cell is None:
            return not render(wanted)
        if cell.node in self._new_cells:
            return self._will_say(self._new_cells[cell.node], name, wanted)
        return self.table.says(cell.node, name, wanted)

    def _will_say(self, pending: Cell | None, name: str, wanted: Cell) -> bool:
        """Whether a cell that is yet to be written will say `wanted`."""
        if pending == wanted:
            return True
        there = scan(render(pending) if pending is not None else "").root
        return self.table.says(there, name, wanted)


def checked_key(key: str) -> str:
    """A key as it will read on the page. Raises EmptyKey when nothing of it can be seen."""
    text = key_text(key)
    if not text:
        raise EmptyKey(f"The key {key!r} has no visible character.")
    return text


def _check_rewritable(pending: Iterator[Cell | None]) -> None:
    """Raise Stale before a link or code is written over, as the changeset has it for shown."""
    if any(isinstance(cell, Link | Code) for cell in pending):
        raise Stale
