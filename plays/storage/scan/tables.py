"""Which table on a page is meant, which column is which, which row has a key.

A table is found by its headings, never by its position.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from plays.storage.errors import (
    AmbiguousColumn,
    AmbiguousTable,
    DuplicateRow,
    MergedCells,
    MissingColumn,
    Place,
)
from plays.storage.scan.grid import GridCell, GridRow, grid_rows
from plays.storage.scan.page import Node, Page
from plays.storage.scan.visible import visible_text
from plays.storage.shapes import TableShape


class FoundTable:
    """A table that fits a shape, as it is on the scanned page.

    `columns` has, for each column of ours that the table has, its heading's cells (one, unless
    the heading stands twice); `rows` are the rows below the headings, footers left out.
    """

    def __init__(self, page: Page, shape: TableShape, node: Node, number: int, grid: _Grid) -> None:
        self.page = page
        self.shape = shape
        self.node = node
        self.number = number
        self.header = grid.header
        self.columns = grid.columns
        self.all_rows = grid.rows
        below = grid.rows[grid.header.number :]
        self.rows = [row for row in below if row.group == "tbody" and not self._is_header(row)]

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
            what = "no cell" if cell is None else "only a merged cell"
            raise MergedCells(f"The row has {what} in the column {name}.", [self.place_of(row)])
        return cell.node

    def row_of(self, key: str) -> GridRow | None:
        """The row with this key (folded). Raises DuplicateRow or MergedCells."""
        rows = self._rows_by_key.get(key, [])
        for row in rows:
            self.own_cell(row, self.shape.key)
        if len(rows) > 1:
            message = f"{len(rows)} rows have the key {key}."
            raise DuplicateRow(message, [self.place_of(row) for row in rows])
        return rows[0] if rows else None

    def keyed_rows(self) -> Iterator[tuple[str, GridRow]]:
        """Each key and its row, in page order. Raises DuplicateRow or MergedCells.

        Rows without a key and rows merged across into a divider are not ours.
        """
        for key, rows in self._rows_by_key.items():
            row = self.row_of(key) if any(self._has_key_cell(row) for row in rows) else None
            if row is not None:
                yield key, row

    @cached_property
    def _rows_by_key(self) -> dict[str, list[GridRow]]:
        self.require([self.shape.key])
        rows: dict[str, list[GridRow]] = {}
        texts: dict[Node, str] = {}
        for row in self.rows:
            cell = self.cell(row, self.shape.key)
            if cell is None:
                continue
            if cell.node not in texts:
                texts[cell.node] = visible_text(cell.node)
            if text := texts[cell.node]:
                rows.setdefault(text, []).append(row)
        return rows

    def _has_key_cell(self, row: GridRow) -> bool:
        cell = self.cell(row, self.shape.key)
        return cell is not None and cell.width == 1

    def _is_header(self, row: GridRow) -> bool:
        """Whether a row below repeats the headings, as long tables do."""
        column = self.columns[self.shape.key][0].column
        key = row.at(column)
        return (
            all(cell.node.name == "th" for cell in row.cells)
            and key is not None
            and self.shape.name_for(visible_text(key.node)) == self.shape.key
        )


class _Grid:
    """A table's rows and the row among them that names its columns."""

    def __init__(self, rows: list[GridRow], header: GridRow, columns: dict[str, list[GridCell]]):
        self.rows = rows
        self.header = header
        self.columns = columns


def find_tables(page: Page, shape: TableShape) -> list[FoundTable]:
    """Every table whose headings have the shape's key and at least one more of its columns."""
    found = []
    for number, node in enumerate(_tables(page), 1):
        grid = _fitted(grid_rows(node), shape)
        if grid is not None:
            found.append(FoundTable(page, shape, node, number, grid))
    return found


def sole_table(page: Page, shape: TableShape) -> FoundTable | None:
    """The table that fits, or None. Raises AmbiguousTable when several do."""
    found = find_tables(page, shape)
    if len(found) > 1:
        message = f"{len(found)} tables on the page have these headings."
        raise AmbiguousTable(message, [table.place for table in found])
    return found[0] if found else None


def _tables(page: Page) -> Iterator[Node]:
    return (node for node in page.nodes if node.name == "table" and not node.is_hidden)


def _fitted(rows: list[GridRow], shape: TableShape) -> _Grid | None:
    """The heading row that names most columns of the shape, if one names enough."""
    best: _Grid | None = None
    for row in _heading_rows(rows):
        columns = _columns(row, shape)
        if best is None or len(columns) > len(best.columns):
            best = _Grid(rows, row, columns)
    if best is not None:
        fits = shape.key in best.columns and len(best.columns) > 1
        return best if fits else None
    return _fitted_by_plain_row(rows, shape)


def _heading_rows(rows: list[GridRow]) -> Iterator[GridRow]:
    for row in rows:
        if row.group != "thead" and not _is_all_headings(row):
            return
        yield row


def _is_all_headings(row: GridRow) -> bool:
    names = {cell.node.name for cell in row.cells if not is_numbering(cell.node)}
    return names == {"th"}


def _fitted_by_plain_row(rows: list[GridRow], shape: TableShape) -> _Grid | None:
    """A first row of plain cells names the columns only if it names all of ours."""
    if not rows:
        return None
    columns = _columns(rows[0], shape)
    return _Grid(rows, rows[0], columns) if len(columns) == len(shape.columns) else None


def _columns(row: GridRow, shape: TableShape) -> dict[str, list[GridCell]]:
    columns: dict[str, list[GridCell]] = {}
    for cell in row.cells:
        name = shape.name_for(visible_text(cell.node))
        if name is not None:
            columns.setdefault(name, []).append(cell)
    return columns


def is_numbering(cell: Node) -> bool:
    """Whether a cell holds its row's number, which the editor counts."""
    return "numberingColumn" in cell.attributes.get("class", "").split()
