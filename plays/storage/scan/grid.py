"""A table's rows with merged cells resolved to columns, as HTML lays them out."""

from __future__ import annotations

from dataclasses import dataclass, field

from plays.storage.scan.page import Node

_GROUPS = ("thead", "tbody", "tfoot")
# HTML's own limits for the two attributes.
_MAX_COLSPAN, _MAX_ROWSPAN = 1000, 65534


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell where it lies in one row; a cell merged downwards lies in several."""

    node: Node
    column: int
    width: int = 1
    height: int = 1
    from_above: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether the cell belongs to one column and one row alone."""
        return self.width == 1 and self.height == 1 and not self.from_above

    @property
    def beyond(self) -> int:
        """The first column to the right."""
        return self.column + self.width

    def covers(self, column: int) -> bool:
        return self.column <= column < self.beyond


@dataclass(slots=True, eq=False)
class GridRow:
    """A row: its element, its number in the table from 1, its group, its cells.

    `hanging` are the cells that reach below this row, should another follow in its group.
    """

    node: Node
    number: int
    group: str
    cells: list[GridCell]
    hanging: list[GridCell] = field(default_factory=list)

    def at(self, column: int) -> GridCell | None:
        """The cell that covers a column; None when the row is shorter than that."""
        if column < len(self.cells) and self.cells[column].covers(column):
            return self.cells[column]
        return next((cell for cell in self.cells if cell.covers(column)), None)

    @property
    def width(self) -> int:
        return max((cell.beyond for cell in self.cells), default=0)


def grid_rows(table: Node) -> list[GridRow]:
    """The rows of a table itself, never those of a table inside one of its cells."""
    rows: list[GridRow] = []
    for group, elements in _groups(table):
        reaching: list[tuple[GridCell, int]] = []
        for element in elements:
            row, reaching = _lay_out(element, reaching)
            rows.append(GridRow(element, len(rows) + 1, group, row, [c for c, _ in reaching]))
    return rows


def _groups(table: Node) -> list[tuple[str, list[Node]]]:
    """Row groups in page order; rows without a group are one of their own, named tbody."""
    groups: list[tuple[str, list[Node]]] = []
    is_loose = False
    for child in table.elements():
        if child.name in _GROUPS:
            groups.append((child.name, [row for row in child.elements() if row.name == "tr"]))
            is_loose = False
        elif child.name == "tr":
            if not is_loose:
                groups.append(("tbody", []))
            groups[-1][1].append(child)
            is_loose = True
    return groups


def _lay_out(
    row: Node, reaching: list[tuple[GridCell, int]]
) -> tuple[list[GridCell], list[tuple[GridCell, int]]]:
    """A row's cells by column, given the cells from above and how many rows they still take."""
    cells = [cell for cell, _ in reaching]
    below = [(cell, rows - 1) for cell, rows in reaching if rows > 1]
    column = 0
    for element in row.elements():
        if element.name not in ("th", "td"):
            continue
        column = _free_column(column, reaching)
        cell = GridCell(element, column, _colspan(element), _rowspan(element))
        cells.append(cell)
        if cell.height > 1:
            below.append((_as_from_above(cell), cell.height - 1))
        column = cell.beyond
    cells.sort(key=lambda cell: cell.column)
    return cells, below


def _free_column(column: int, reaching: list[tuple[GridCell, int]]) -> int:
    for cell, _ in sorted(reaching, key=lambda item: item[0].column):
        if cell.covers(column):
            column = cell.beyond
    return column


def _as_from_above(cell: GridCell) -> GridCell:
    return GridCell(cell.node, cell.column, cell.width, cell.height, from_above=True)


def _colspan(cell: Node) -> int:
    return min(max(_span(cell, "colspan"), 1), _MAX_COLSPAN)


def _rowspan(cell: Node) -> int:
    """How many rows a cell takes; 0 means all that follow in its group (HTML, rowspan)."""
    return min(_span(cell, "rowspan") or _MAX_ROWSPAN, _MAX_ROWSPAN)


def _span(cell: Node, attribute: str) -> int:
    value = cell.attributes.get(attribute, "1").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else 1


def is_numbering(cell: Node) -> bool:
    """Whether a cell holds its row's number, which the editor counts."""
    return "numberingColumn" in cell.attributes.get("class", "").split()
