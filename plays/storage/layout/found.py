"""A table that was recognised, as it is on the scanned page: its columns, rows and keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from plays.storage.edit.render import render
from plays.storage.errors import AmbiguousColumn, DuplicateRow, MergedCells, MissingColumn, Place
from plays.storage.layout.forms import says, shown, written
from plays.storage.layout.keys import (
    has_markup,
    is_simple,
    known_key,
    leading_key,
    leading_name,
    listed_key,
    row_names,
)
from plays.storage.layout.model import PLAIN, Form, Insert, Known
from plays.storage.scan.grid import GridCell, GridRow, column_texts
from plays.storage.scan.page import Node, Page
from plays.storage.scan.visible import visible_text
from plays.storage.shapes import TableShape
from plays.storage.text import casefold_all
from plays.storage.totals import is_total, may_hold_total
from plays.storage.values import Cell


class FoundTable:
    """A table that fits a shape; one part of a layout.

    `columns` has, for each column of ours that is used, its heading's cells (one, unless the
    heading stands twice); `people` the same for columns that people keep; `rows` are the rows
    below the headings, footers, repeated headings and total rows left out.
    """

    def __init__(
        self,
        page: Page,
        shape: TableShape,
        node: Node,
        number: int,
        *,
        all_rows: Sequence[GridRow],
        header: GridRow,
        columns: Mapping[str, list[GridCell]],
        people: Mapping[str, list[GridCell]],
        forms: Mapping[str, Form],
        known: Known,
        insert: Insert,
    ) -> None:
        self.page = page
        self.shape = shape
        self.node = node
        self.number = number
        self.all_rows = all_rows
        self.header = header
        self.columns = columns
        self.people = people
        self.forms = forms
        self.known = known
        self.insert = insert
        self._texts: dict[Node, str] = {}

    @property
    def place(self) -> Place:
        return self.page.place(self.node.start, table=self.number)

    def place_of(self, row: GridRow) -> Place:
        return self.page.place(row.node.start, table=self.number, row=row.number)

    def missing(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(name for name in names if name not in self.columns)

    def require(self, names: Iterable[str]) -> None:
        """Raise MissingColumn, AmbiguousColumn or MergedCells unless each has its own column."""
        names = tuple(names)
        if absent := self.missing(names):
            message = f"The table has no column for {', '.join(absent)}."
            raise MissingColumn(message, [self.place], absent)
        if twice := tuple(name for name in names if len(self.columns[name]) > 1):
            message = f"Two columns of the table are headed {', '.join(twice)}."
            raise AmbiguousColumn(message, [self.place_of(self.header)], twice)
        if wide := [name for name in names if self.columns[name][0].width > 1]:
            message = f"The heading of {', '.join(wide)} is merged over several columns."
            raise MergedCells(message, [self.place_of(self.header)])

    def column(self, name: str) -> int:
        """The grid column of a required name."""
        return self.columns[name][0].column

    def cell(self, row: GridRow, name: str) -> GridCell | None:
        """The cell that a row shows in a column."""
        return row.at(self.column(name))

    def own_cell(self, row: GridRow, name: str) -> Node:
        """The cell to write to. Raises MergedCells when the row has none for itself."""
        cell = self.cell(row, name)
        if cell is None or not cell.is_plain:
            message = (
                f"The row has no cell in the column {name}."
                if cell is None
                else f"The row has only a merged cell in the column {name}."
            )
            raise MergedCells(message, [self.place_of(row)])
        return cell.node

    def says(self, cell: Node, name: str, value: Cell) -> bool:
        """Whether a cell of a column says a value in whatever form."""
        return says(self.shape.by_name[name], cell, value, self.form(name))

    def shown(self, name: str, value: Cell, before: Node | None = None) -> Cell:
        """A value in the column's form; `before` is the cell that it replaces."""
        return shown(self.shape.by_name[name], value, self.form(name), before)

    def written(self, name: str, values: Sequence[Cell]) -> list[str]:
        """Values as the column writes them; as they are where no field has the name."""
        column = self.shape.by_name.get(name)
        return written(column, values, self.form(name)) if column else list(map(render, values))

    def form(self, name: str) -> Form:
        return self.forms.get(name, PLAIN)

    @cached_property
    def below(self) -> list[GridRow]:
        """Every row below the headings that is neither a footer nor the headings again."""
        return [row for row, _ in self._keyed_below]

    @cached_property
    def _keyed_below(self) -> list[tuple[GridRow, str]]:
        """The rows below the headings, each with its text in the key column."""
        below = self.all_rows[self.header.number :]
        if self.shape.key not in self.columns:
            return [(row, "") for row in below if row.group == "tbody"]
        again, said = self._key_heading, self._seen_keys
        return [
            (row, text)
            for row in below
            if row.group == "tbody"
            and (
                (text := said[row][0] if row in said else self.key_text(row)) != again
                or not self._is_header(row)
            )
        ]

    @cached_property
    def rows(self) -> list[GridRow]:
        keyed = self._keyed_below
        if may_hold_total("\n".join(text for _, text in keyed)):
            return [row for row, _ in keyed if not self._is_total(row)]
        return [row for row, text in keyed if text or not self._is_total(row)]

    @cached_property
    def last_row(self) -> GridRow | None:
        """The row below which new ones go: the last one above the total rows, the headings' too;
        None where the table is empty.
        """
        above = [row for row in self.all_rows if row.group == "tbody"]
        while above and above[-1].number > self.header.number and self._is_total(above[-1]):
            above.pop()
        return above[-1] if above else None

    def text(self, node: Node) -> str:
        """A cell's visible text, looked at once."""
        if node not in self._texts:
            self._texts[node] = visible_text(node)
        return self._texts[node]

    @cached_property
    def _seen_keys(self) -> dict[GridRow, tuple[str, bool]]:
        """The key cells that are read at once, and whether each is without markup."""
        return column_texts(self.node, self.all_rows, self.column(self.shape.key))

    @cached_property
    def _key_heading(self) -> str:
        return self.text(self.columns[self.shape.key][0].node)

    def key_text(self, row: GridRow) -> str:
        """What a row says in the key column; "" where it has no cell there."""
        if (seen := self._seen_keys.get(row)) is not None:
            return seen[0]
        cell = self.cell(row, self.shape.key)
        return self.text(cell.node) if cell is not None else ""

    def row_of(self, key: str) -> GridRow | None:
        """The row with this key (as it is given). Raises DuplicateRow or MergedCells."""
        return self.row_called(self.known.name_of(key), key)

    def row_called(self, name: str, key: str) -> GridRow | None:
        """`row_of` for a key and the name that the database has for it."""
        rows = self._rows_called(name)
        for row in rows:
            self.own_cell(row, self.shape.key)
        if len(rows) > 1:
            raise duplicate(key, [self.place_of(row) for row in rows])
        return rows[0] if rows else None

    def rows_named(self, key: str) -> list[GridRow]:
        """The rows that go by a key, by one of its aliases, or lead to one of its pages.

        The surest name counts: a cell that is the key, whatever its case; else one in which the
        key stands out; else one that begins with it.
        """
        return self._rows_called(self.known.name_of(key))

    def _rows_called(self, name: str) -> list[GridRow]:
        """`rows_named` for the name that the database has for a key."""
        folded = name.casefold()
        if (alone := self._alone_by_name) is not None:
            return [alone[folded]] if folded in alone else []
        just_so, in_any_case, standing_out, leading = self._index
        if name in just_so:
            return just_so[name]
        return in_any_case.get(folded) or standing_out.get(folded) or leading.get(folded) or []

    def keyed_rows(self) -> Iterator[tuple[str, GridRow]]:
        """Each key and its row, in page order. Raises DuplicateRow or MergedCells.

        Rows without a key, total rows and rows merged across into a divider are not ours.
        """
        for key, rows in self._index[0].items():
            if self._is_total(rows[0]) or not any(map(self._has_key_cell, rows)):
                continue
            row = self.row_of(key)
            if row is not None:
                yield self.key_of(row), row

    def key_of(self, row: GridRow) -> str:
        """A row's key: the database's name for it, else what the cell says; "" where a merged
        cell or none is there.
        """
        if (name := self._plain_names.get(row)) is not None:
            return listed_key(self.known, name) or name
        cell = self.cell(row, self.shape.key)
        if cell is None or not cell.is_plain:
            return ""
        text = self.text(cell.node)
        key = known_key(self.known, cell.node, text)
        if key is None and (key := leading_key(self.known, text)) is not None:
            key = key if self.rows_named(key)[:1] == [row] else None
        return key or text

    @cached_property
    def _alone_by_name(self) -> dict[str, GridRow] | None:
        """Each row by its name without case, where each has one name only and none shares it."""
        self.require([self.shape.key])
        plain = self._plain_names
        rows = [row for row in self.below if row in plain]
        alone = dict(zip(casefold_all([plain[row] for row in rows]), rows, strict=True))
        return alone if len(alone) == len(self.below) else None

    @cached_property
    def _index(self) -> tuple[dict[str, list[GridRow]], ...]:
        """The rows, in page order, by what they are called: just so, in any case, by a name that
        stands out in the key cell, by one that it begins with.
        """
        self.require([self.shape.key])
        index: tuple[dict[str, list[GridRow]], ...] = ({}, {}, {}, {})
        names: dict[Node, tuple[set[str], ...]] = {}
        plain = self._plain_names
        for row in self.below:
            if (name := plain.get(row)) is not None:
                index[0].setdefault(name, []).append(row)
                index[1].setdefault(name.casefold(), []).append(row)
                continue
            cell = self.cell(row, self.shape.key)
            if cell is None:
                continue
            if cell.node not in names:
                names[cell.node] = self._names(cell.node, is_across=cell.width > 1)
            for rows, called in zip(index, names[cell.node], strict=True):
                for name in called:
                    rows.setdefault(name, []).append(row)
        return index

    @cached_property
    def _plain_names(self) -> dict[GridRow, str]:
        """The only name of each row whose key cell is a name that we know, or nothing but one."""
        seen, key_of = self._seen_keys, self.known.key_of
        all_folded = casefold_all([text for text, _ in seen.values()])
        names: dict[GridRow, str] = {}
        for (row, (text, is_bare)), folded in zip(seen.items(), all_folded, strict=True):
            if folded not in key_of and is_bare and is_simple(text):
                names[row] = text
            elif text and (key := listed_key(self.known, text)) is not None:
                is_written_so = key == text and text.isascii() and text.isprintable()
                names[row] = text if is_written_so else self.known.name_of(key)
        return names

    def _names(self, cell: Node, *, is_across: bool) -> tuple[set[str], ...]:
        """A key cell's names for each rank of the index; one across columns has its text alone."""
        text = self.text(cell)
        key = known_key(self.known, cell, text) if not is_across else None
        if key is not None:
            name = self.known.name_of(key)
            return {name}, {name.casefold()}, set(), set()
        whole = {text} - {""}
        folded = {text.casefold()} - {""}
        if is_across or (is_simple(text) and not has_markup(cell)):
            return whole, folded, set(), set()
        others = {name.casefold() for name in row_names(cell, text)} - {"", *folded}
        leading = leading_name(text)
        if leading is None:
            return whole, folded, others, set()
        name = self.known.name_of(leading_key(self.known, text) or leading)
        return whole, folded, others, {name.casefold()}

    def _has_key_cell(self, row: GridRow) -> bool:
        cell = self.cell(row, self.shape.key)
        return cell is not None and cell.width == 1

    def _is_total(self, row: GridRow) -> bool:
        """Whether a row sums up others: its key, or its first text where it has no key."""
        if self.shape.key not in self.columns:
            return False
        if text := self.key_text(row):
            return is_total(text)
        return is_total(next(filter(None, (self.text(cell.node) for cell in row.cells)), ""))

    def _is_header(self, row: GridRow) -> bool:
        """Whether a row with the key's heading repeats the headings, as long tables do."""
        return self.cell(row, self.shape.key) is not None and all(
            cell.node.name == "th" for cell in row.cells
        )


def duplicate(key: str, places: Sequence[Place]) -> DuplicateRow:
    """The error of a key that several rows have."""
    return DuplicateRow(f"{len(places)} rows have the key {key}.", places, key=key)
