"""A table where the page has none yet: headings, column widths, one row."""

from __future__ import annotations

from collections.abc import Mapping

from plays.storage.edit.changeset import Splice
from plays.storage.edit.render import render
from plays.storage.edit.row_shape import CellShape
from plays.storage.scan.page import Node, Page
from plays.storage.scan.sections import Section, section_end, whole_page
from plays.storage.scan.visible import HEADINGS, visible_text
from plays.storage.shapes import TableShape
from plays.storage.text import clean, header_name, markup_of
from plays.storage.values import Cell

# Wide enough for a log id or a date on one line.
_DEFAULT_WIDTH = 120


def table_splice(page: Page, shape: TableShape, cells: Mapping[str, Cell]) -> Splice:
    """The splice that puts a table with one row at the end of the page."""
    section = whole_page(page)
    heading = _heading(section, shape.title)
    return section_end(page, section).filled(heading + _table(shape, cells))


def _heading(section: Section, title: str) -> str:
    """The heading above the table, unless the page ends with it already."""
    last = section.last_element(lambda node: node.name == "p" and not node.children)
    if not clean(title) or (last is not None and _is_heading(last, title)):
        return ""
    return f"<h2>{markup_of(title)}</h2>"


def _is_heading(node: Node, title: str) -> bool:
    return node.name in HEADINGS and header_name(visible_text(node)) == header_name(title)


def _table(shape: TableShape, cells: Mapping[str, Cell]) -> str:
    widths = [column.width or _DEFAULT_WIDTH for column in shape.columns]
    columns = "".join(f'<col style="width: {width}.0px;" />' for width in widths)
    heading = CellShape(element="th")
    headings = "".join(heading.render(markup_of(c.heading)) for c in shape.columns)
    contents = (render(cells[name]) if name in cells else "" for name in shape.names)
    row = "".join(map(CellShape().render, contents))
    return (
        f"<table><colgroup>{columns}</colgroup><thead><tr>{headings}</tr></thead>"
        f"<tbody><tr>{row}</tr></tbody></table>"
    )
