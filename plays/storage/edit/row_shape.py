"""New rows in the manner of a table's last one: its cell tags, paragraphs and row numbers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from plays.storage.edit.changeset import Spot, behind, end_inside
from plays.storage.errors import MergedCells
from plays.storage.layout.found import FoundTable
from plays.storage.layout.model import Insert
from plays.storage.scan.grid import GridCell, GridRow, is_numbering
from plays.storage.scan.page import Node
from plays.storage.scan.visible import visible_text
from plays.storage.text import escape_text
from plays.storage.values import Cell, Text

# What a cell shares with its neighbours above; ids, spans and highlights are its own.
_SHARED_ATTRIBUTES = ("align", "valign")
_ROW_NUMBER = re.compile(r"[0-9]{1,9}")
_NOTHING = Text("")
_ALIGNMENT = re.compile(r"text-align:\s*(left|center|right);?")


@dataclass(frozen=True, kw_only=True)
class CellShape:
    """A cell of new rows: its start tag, and its paragraph's, if it has one."""

    element: str = "td"
    attributes: str = ""
    paragraph: str | None = "<p>"
    is_numbering: bool = False

    def render(self, content: str) -> str:
        opening, closing, empty = self.tags
        return opening + content + closing if content else empty

    @cached_property
    def tags(self) -> tuple[str, str, str]:
        """What opens the cell, what closes it, and the cell when it is empty."""
        opening, closing = f"<{self.element}{self.attributes}>", f"</{self.element}>"
        if self.paragraph is None:
            return opening, closing, opening + closing
        empty = self.paragraph.removesuffix(">") + " />"
        return opening + self.paragraph, "</p>" + closing, opening + empty + closing


@dataclass(frozen=True, kw_only=True)
class RowShape:
    """How rows are added to a table: where, and which cells by column.

    `numbered` are the columns that count the rows, `number` is the last row's. `is_covered`
    says that a merged cell reaches into the first new row, so that the next may look different.
    """

    spot: Spot
    cells: tuple[tuple[int, CellShape], ...]
    numbered: frozenset[int]
    number: int | None
    is_covered: bool

    def rows(self, table: FoundTable, rows: Sequence[Mapping[str, Cell]]) -> list[str]:
        """New rows by their cells; where one has none its column counts the rows, or is empty."""
        names = {table.column(name): name for name in table.columns}
        template, columns = [], []
        for column, shape in self.cells:
            texts = self._texts(table, names.get(column), column, rows)
            opening, closing, empty = (tag.replace("%", "%%") for tag in shape.tags)
            if texts and all(texts):
                template.append(f"{opening}%s{closing}")
                columns.append(texts)
            elif any(texts):
                template.append("%s")
                columns.append(list(map(shape.render, texts)))
            else:
                template.append(empty)
        row = f"<tr>{''.join(template)}</tr>"
        return [row % cells for cells in zip(*columns, strict=True)]

    def _texts(
        self, table: FoundTable, name: str | None, column: int, rows: Sequence[Mapping[str, Cell]]
    ) -> Sequence[str]:
        """What each row says in a column."""
        if name is not None:
            return table.written(name, [row.get(name, _NOTHING) for row in rows])
        if self.number is None or column not in self.numbered:
            return ()
        return list(map(str, range(self.number + 1, self.number + 1 + len(rows))))


def row_shape(table: FoundTable) -> RowShape:
    """The shape of rows to come: below the table's last row (above its total rows), or on top.

    Raises MergedCells when a cell of ours reaches into the place of the first new row.
    """
    is_on_top = table.insert is Insert.TOP and bool(table.below)
    above = _heading_above(table) if is_on_top else table.last_row
    covered = above.hanging if above is not None else []
    _check_uncovered(table, above, covered)
    shapes = list(enumerate(_cell_shapes(table)))
    ours = {heading.column for headings in table.columns.values() for heading in headings}
    return RowShape(
        spot=_top_spot(table) if is_on_top else _row_spot(table, above),
        cells=tuple((c, shape) for c, shape in shapes if not _covers(covered, c)),
        numbered=frozenset(c for c, shape in shapes if shape.is_numbering and c not in ours),
        number=None if is_on_top else _last_number(table, ours),
        is_covered=bool(covered),
    )


def _check_uncovered(table: FoundTable, above: GridRow | None, covered: Sequence[GridCell]) -> None:
    for name, headings in table.columns.items():
        if above is not None and _covers(covered, headings[0].column):
            message = f"A merged cell reaches below the table's last row in the column {name}."
            raise MergedCells(message, [table.place_of(above)])


def _covers(cells: Iterable[GridCell], column: int) -> bool:
    return any(cell.covers(column) for cell in cells)


def _heading_above(table: FoundTable) -> GridRow | None:
    """The row above the first one below the headings, as far as cells can reach down from it."""
    first = table.below[0]
    above = table.all_rows[first.number - 2]
    return above if above.group == first.group else None


def _top_spot(table: FoundTable) -> Spot:
    start = table.below[0].node.start
    return Spot(start, start)


def _row_spot(table: FoundTable, last: GridRow | None) -> Spot:
    if last is not None:
        return behind(last.node)
    groups = {group.name: group for group in table.node.elements()}
    if "tbody" in groups:
        return end_inside(table.page, groups["tbody"])
    end = groups["thead"].end
    return Spot(end, end, "<tbody>", "</tbody>")


def _last_number(table: FoundTable, ours: Collection[int]) -> int | None:
    """The number that people see in the last row; 0 when there is no row yet."""
    if not table.rows:
        return 0
    for cell in table.rows[-1].cells:
        if is_numbering(cell.node) and cell.column not in ours:
            text = visible_text(cell.node)
            return int(text) if _ROW_NUMBER.fullmatch(text) else None
    return None


def _cell_shapes(table: FoundTable) -> list[CellShape]:
    model = _model_row(table)
    if model is None:
        paragraph = "<p>" if not table.rows or _has_paragraphs(table.rows[-1]) else None
        headings = map(table.header.at, range(table.header.width))
        return [_shape_under(heading, paragraph) for heading in headings]
    has_paragraphs = _has_paragraphs(model)
    return [shape_like(cell.node, has_paragraphs=has_paragraphs) for cell in model.cells]


def _model_row(table: FoundTable) -> GridRow | None:
    """The nearest row without merged cells that reaches as far as the headings."""
    rows = table.rows if table.insert is Insert.TOP else reversed(table.rows)
    for row in rows:
        if row.width >= table.header.width and all(cell.is_plain for cell in row.cells):
            return row
    return None


def _has_paragraphs(row: GridRow) -> bool:
    return any(_paragraph(cell.node) is not None for cell in row.cells)


def _shape_under(heading: GridCell | None, paragraph: str | None) -> CellShape:
    """The shape of a cell where no row shows one."""
    if heading is None or not is_numbering(heading.node):
        return CellShape(paragraph=paragraph)
    numbered = ' class="numberingColumn"'
    return CellShape(attributes=numbered, paragraph=paragraph, is_numbering=True)


def shape_like(cell: Node, *, has_paragraphs: bool) -> CellShape:
    """The shape of a cell under `cell`: never its ids, spans or highlight."""
    kept = {name: cell.attributes.get(name, "") for name in _SHARED_ATTRIBUTES}
    classes = cell.attributes.get("class", "").split()
    kept["class"] = " ".join(name for name in classes if not name.startswith("highlight"))
    return CellShape(
        element=cell.name,
        attributes="".join(f' {n}="{escape_text(value)}"' for n, value in kept.items() if value),
        paragraph=_paragraph_like(_paragraph(cell)) if has_paragraphs else None,
        is_numbering=is_numbering(cell),
    )


def _paragraph(cell: Node) -> Node | None:
    """A cell's first paragraph, also inside the old editor's wrapper."""
    wrapped = (
        inner for child in cell.elements() if child.name == "div" for inner in child.elements()
    )
    return next((node for node in (*cell.elements(), *wrapped) if node.name == "p"), None)


def _paragraph_like(paragraph: Node | None) -> str:
    """A paragraph's start tag with its alignment, which is a column's, and nothing else."""
    style = paragraph.attributes.get("style", "") if paragraph is not None else ""
    alignment = _ALIGNMENT.fullmatch(style.strip())
    return f'<p style="text-align: {alignment[1]};">' if alignment else "<p>"
