"""What a page has no place for yet: a table with one row, a further column at a table's right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from plays.storage.edit.changeset import Splice, end_inside, section_end
from plays.storage.edit.render import render
from plays.storage.edit.row_shape import CellShape, shape_like
from plays.storage.errors import MergedCells
from plays.storage.layout.found import FoundTable
from plays.storage.scan.grid import GridRow
from plays.storage.scan.page import Node, Page
from plays.storage.scan.sections import Section, whole_page
from plays.storage.scan.visible import HEADINGS, has_paragraph, visible_text
from plays.storage.shapes import TableShape
from plays.storage.text import clean, header_name, markup_of
from plays.storage.values import Cell

# Wide enough for a log id or a date on one line.
_WIDTH = 120


def table_splice(page: Page, shape: TableShape, cells: Mapping[str, Cell]) -> Splice:
    """The splice that puts a table with one row at the end of the page."""
    section = whole_page(page)
    heading = _heading(section, shape.title)
    return section_end(page, section).filled(heading + _table(shape, cells))


def _heading(section: Section, title: str) -> str:
    """The heading above the table, unless the page ends with it already."""
    last = section.last_element()
    if not clean(title) or (last is not None and _is_heading(last, title)):
        return ""
    return f"<h2>{markup_of(title)}</h2>"


def _is_heading(node: Node, title: str) -> bool:
    return node.name in HEADINGS and header_name(visible_text(node)) == header_name(title)


def _table(shape: TableShape, cells: Mapping[str, Cell]) -> str:
    widths = [column.width or _WIDTH for column in shape.columns]
    columns = "".join(f'<col style="width: {width}.0px;" />' for width in widths)
    heading = CellShape(element="th")
    headings = "".join(heading.render(markup_of(c.heading)) for c in shape.columns)
    contents = (render(cells[name]) if name in cells else "" for name in shape.names)
    row = "".join(map(CellShape().render, contents))
    return (
        f"<table><colgroup>{columns}</colgroup><thead><tr>{headings}</tr></thead>"
        f"<tbody><tr>{row}</tr></tbody></table>"
    )


def column_splices(table: FoundTable, heading: str) -> Iterator[Splice]:
    """The splices that give each row one more cell, and the columns' widths one more.

    Rows that are shorter than the table are filled up. Raises MergedCells where a row lies under
    cells that reach down at the table's right, as the new cell would then stand in their place.
    """
    width = max(row.width for row in table.all_rows)
    for group in table.node.elements():
        if group.name == "colgroup":
            yield _behind_the_last(table, group, f'<col style="width: {_WIDTH}.0px;" />')
    for row in table.all_rows:
        if row.cells and row.cells[-1].from_above and row.width >= width and not _own(row):
            message = "A row consists of merged cells only."
            raise MergedCells(message, [table.place_of(row)])
        yield _behind_the_last(table, row.node, _cells(table, row, width, heading))


def _cells(table: FoundTable, row: GridRow, width: int, heading: str) -> str:
    own = _own(row)
    shape = shape_like(own[-1], has_paragraphs=any(map(has_paragraph, own))) if own else CellShape()
    filled = "".join(shape.render("") for _ in range(width - row.width))
    content = markup_of(heading) if row is table.header else ""
    if content and own and _is_bold_cell(own[-1]):
        content = f"<strong>{content}</strong>"
    return filled + shape.render(content)


def _own(row: GridRow) -> list[Node]:
    """The cells that begin in a row."""
    return [cell.node for cell in row.cells if not cell.from_above]


def _is_bold_cell(cell: Node) -> bool:
    return cell.name == "td" and any(node.name in ("strong", "b") for node in cell.descendants())


def _behind_the_last(table: FoundTable, node: Node, text: str) -> Splice:
    elements = node.elements()
    if not elements:
        return end_inside(table.page, node).filled(text)
    return Splice(elements[-1].end, elements[-1].end, text)
