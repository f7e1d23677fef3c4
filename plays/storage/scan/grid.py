"""A table's rows with merged cells resolved to columns, as HTML lays them out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from plays.storage.scan.page import Node
from plays.storage.scan.runs import TAG_END
from plays.storage.scan.visible import CELLS, ONE_TEXT
from plays.storage.text import fold_all

_GROUPS = ("thead", "tbody", "tfoot")
_ROW_START, _ROW_END = re.compile(rb"<tr(?=[\s/>])"), re.compile(rb"</tr\s*>\s*")
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


class GridRow:
    """A row: its number in the table from 1, its group, its cells.

    `hanging` are the cells that reach below this row, should another follow in its group. A row
    in no reach of merged cells is laid out only as far as it is asked for.
    """

    __slots__ = ("_around", "_cells", "_seen", "group", "hanging", "number", "start")

    def __init__(self, around: Node, start: int, number: int, group: str) -> None:
        self._around = around
        self.start = start
        self.number = number
        self.group = group
        self.hanging: Sequence[GridCell] = ()
        self._cells: list[GridCell] | None = None
        self._seen: GridCell | None = None

    @property
    def node(self) -> Node:
        return self._around.child(self.start)

    @property
    def is_unmerged(self) -> bool:
        """Whether no merged cell is in the row or reaches into it."""
        return self._cells is None or all(cell.is_plain for cell in self._cells)

    @property
    def cells(self) -> list[GridCell]:
        if self._cells is None:
            self.lay_out([])
        return self._cells or []

    def lay_out(self, reaching: _Reaching) -> _Reaching:
        """Lay out the cells below those that reach down; what reaches down from here."""
        self._cells, reaching = _laid_out(self.node, reaching)
        self.hanging = [cell for cell, _ in reaching]
        return reaching

    def at(self, column: int) -> GridCell | None:
        """The cell that covers a column; None when the row is shorter than that."""
        if self._cells is None and (self._seen is None or self._seen.column != column):
            self._seen = self._unmerged_at(column)
        if self._cells is None:
            return self._seen
        if column < len(self._cells) and self._cells[column].covers(column):
            return self._cells[column]
        return next((cell for cell in self._cells if cell.covers(column)), None)

    def _unmerged_at(self, column: int) -> GridCell | None:
        elements = self.node.first(column + 1)
        if len(elements) > column and all(one.name in CELLS for one in elements):
            return GridCell(elements[column], column)
        return next((cell for cell in self.cells if cell.covers(column)), None)

    @property
    def width(self) -> int:
        return max((cell.beyond for cell in self.cells), default=0)


# Cells from above and how many rows they still take.
_Reaching = list[tuple[GridCell, int]]


def grid_rows(table: Node) -> list[GridRow]:
    """The rows of a table itself, never those of a table inside one of its cells."""
    rows: list[GridRow] = []
    markup = table.page.markup
    has_merged = _has_merged(markup, table.start, table.end)
    for group, around, starts in _groups(table):
        first = len(rows) + 1
        rows += [GridRow(around, start, n, group) for n, start in enumerate(starts, first)]
        if has_merged:
            _lay_out(rows[first - 1 :], markup, around.end)
    return rows


def _lay_out(rows: Sequence[GridRow], markup: bytes, end: int) -> None:
    """Lay out those rows of a group that merged cells are in or reach into."""
    reaching: _Reaching = []
    ends = (*(row.start for row in rows[1:]), end)
    for row, behind in zip(rows, ends, strict=False):
        if reaching or _has_merged(markup, row.start, behind):
            reaching = row.lay_out(reaching)


def column_texts(
    table: Node, rows: Iterable[GridRow], column: int
) -> dict[GridRow, tuple[str, bool]]:
    """What the rows' cells say in a column, where that is seen at once: one text in a cell of its
    own; and whether it is bare, or in one paragraph.
    """
    page = table.page
    match = _column_pattern(column).match
    seen = {
        row: found for row in rows if row.is_unmerged and (found := match(page.markup, row.start))
    }
    texts = fold_all(page.texts([found.span(2) for found in seen.values()]))
    return {
        row: (text, not found[1] or (found[3] == b"</p>" and found[1].count(b"<") == 1))
        for (row, found), text in zip(seen.items(), texts, strict=True)
    }


@lru_cache(maxsize=64)
def _column_pattern(column: int) -> re.Pattern[bytes]:
    start = rb"<t[dh]" + TAG_END
    end = rb"</t[dh]\s*>\s*"
    other = start + rb"[^<]*+(?:<(?!/?t[adhr])[^<]*+)*+" + end
    row = rb"<tr%b\s*" % TAG_END
    return re.compile(rb"%b(?:%b){%d}%b%b%b" % (row, other, column, start, ONE_TEXT, end))


def _has_merged(markup: bytes, start: int, end: int) -> bool:
    """Whether there may be merged cells between two offsets."""
    return any(markup.find(name, start, end) >= 0 for name in (b"colspan", b"rowspan"))


def _groups(table: Node) -> Iterator[tuple[str, Node, list[int]]]:
    """Row groups in page order, each with what is around its rows and where these start; rows
    without a group are one of their own, named tbody.
    """
    loose: list[int] = []
    for child in table.elements():
        if child.name in _GROUPS and loose:
            yield "tbody", table, loose
            loose = []
        if child.name in _GROUPS:
            yield child.name, child, _row_starts(child)
        elif child.name == "tr":
            loose.append(child.start)
    if loose:
        yield "tbody", table, loose


def _row_starts(group: Node) -> list[int]:
    """Where the rows of a group start: known at once where nothing stands between its rows."""
    markup, inner, close = group.page.markup, group.inner, group.close
    starts = [tag.start() for tag in _ROW_START.finditer(markup, inner, close)]
    ends = [tag.end() for tag in _ROW_END.finditer(markup, inner, close)]
    if starts and not markup[inner : starts[0]].strip() and [*starts[1:], close] == ends:
        return starts
    return [row.start for row in group.elements() if row.name == "tr"]


def _laid_out(row: Node, reaching: _Reaching) -> tuple[list[GridCell], _Reaching]:
    """A row's cells by column, given the cells from above and how many rows they still take."""
    cells = [cell for cell, _ in reaching]
    below = [(cell, rows - 1) for cell, rows in reaching if rows > 1]
    column = 0
    for element in row.elements():
        if element.name not in CELLS:
            continue
        column = _free_column(column, reaching)
        cell = GridCell(element, column, _colspan(element), _rowspan(element))
        cells.append(cell)
        if cell.height > 1:
            below.append((_as_from_above(cell), cell.height - 1))
        column = cell.beyond
    cells.sort(key=lambda cell: cell.column)
    return cells, below


def _free_column(column: int, reaching: _Reaching) -> int:
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
