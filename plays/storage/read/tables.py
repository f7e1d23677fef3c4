"""Questions to a page: its rows, its entries, and which tables an edit would use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from plays.storage.errors import Place
from plays.storage.read.content import Content, read_content
from plays.storage.scan.grid import GridRow
from plays.storage.scan.page import scan
from plays.storage.scan.tables import FoundTable, find_tables, sole_table
from plays.storage.scan.visible import links, visible_text
from plays.storage.shapes import TableShape


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row as it reads. `cells` are ours, by column name; `others` people's, by heading.

    `links` has the addresses in a cell, by the same names, for cells that have any; `contents`
    has people's cells as they can be read with names and titles that the page does not know.
    """

    key: str
    cells: Mapping[str, str]
    others: Mapping[str, str]
    links: Mapping[str, tuple[str, ...]]
    place: Place
    contents: Mapping[str, Content] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class TableDescription:
    """A table that fits a shape: the headings found for its columns, and what is missing.

    `others` are people's headings, `rows` the number of rows below the headings.
    """

    place: Place
    found: Mapping[str, str]
    missing: tuple[str, ...]
    others: tuple[str, ...]
    rows: int


def read_rows(body: str, table: TableShape) -> list[Row]:
    """The rows that have a key, in page order; none when no table fits.

    Raises NotStorage, AmbiguousTable, AmbiguousColumn, MergedCells and DuplicateRow, as editing
    those rows would.
    """
    page = scan(body)
    found = sole_table(page, table)
    if found is None:
        return []
    found.require(found.columns)
    return [read_row(found, key, row) for key, row in found.keyed_rows()]


def describe_tables(body: str, table: TableShape) -> tuple[TableDescription, ...]:
    """Every table that fits: an edit wants exactly one, or none to make its own.

    Raises NotStorage.
    """
    return tuple(_describe(found) for found in find_tables(scan(body), table))


def read_row(table: FoundTable, key: str, row: GridRow) -> Row:
    """One row of a found table, as it reads."""
    cells: dict[str, str] = {}
    others: dict[str, str] = {}
    addresses: dict[str, tuple[str, ...]] = {}
    contents: dict[str, Content] = {}
    for heading in table.header.cells:
        text = visible_text(heading.node)
        name = table.shape.name_for(text)
        cell = row.at(heading.column)
        if cell is None or not text:
            continue
        if name is None:
            contents.setdefault(text, read_content(cell.node))
        (cells if name else others).setdefault(name or text, visible_text(cell.node))
        urls = tuple(link.url for link in links(cell.node) if link.url is not None)
        if urls:
            addresses.setdefault(name or text, urls)
    place = table.place_of(row)
    return Row(key=key, cells=cells, others=others, links=addresses, contents=contents, place=place)


def _describe(table: FoundTable) -> TableDescription:
    found: dict[str, str] = {}
    others = []
    for text in (visible_text(cell.node) for cell in table.header.cells):
        name = table.shape.name_for(text)
        if name is not None:
            found.setdefault(name, text)
        elif text:
            others.append(text)
    return TableDescription(
        place=table.place,
        found=found,
        missing=table.missing(table.shape.names),
        others=tuple(others),
        rows=len(table.rows),
    )
