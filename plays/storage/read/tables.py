"""Questions to a page: its rows, its entries, and which tables an edit would use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from plays.storage.errors import Place
from plays.storage.layout.found import FoundTable, duplicate
from plays.storage.layout.labels import labelled_tables
from plays.storage.layout.model import STRICT, Guidance
from plays.storage.layout.recognise import find
from plays.storage.read.content import Content, read_content
from plays.storage.scan.grid import GridRow, grid_rows
from plays.storage.scan.page import scan
from plays.storage.scan.visible import links, visible_text
from plays.storage.shapes import TableShape


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row as it reads. `key` is the caller's own name for it where `Guidance.known` has one.

    `cells` are ours, by column name; `others` people's, by heading, and `people` those of them
    whose field is known, by its name. `links` has the addresses in a cell, by the names of
    `cells` and `others`, for cells that have any; `contents` has people's cells, by heading, as
    they can be read with names and titles that the page does not know.
    """

    key: str
    cells: Mapping[str, str]
    others: Mapping[str, str]
    links: Mapping[str, tuple[str, ...]]
    place: Place
    contents: Mapping[str, Content] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class TableDescription:
    """A table that is ours: the headings found for its columns, and what is missing.

    `others` are people's headings, `rows` the number of rows below the headings.
    """

    place: Place
    found: Mapping[str, str]
    missing: tuple[str, ...]
    others: tuple[str, ...]
    rows: int


def read_rows(body: str, table: TableShape, guidance: Guidance | None = None) -> list[Row]:
    """The rows that have a key, in page order; none when no table is ours.

    Raises NotStorage, LayoutQuestion, AmbiguousColumn, MergedCells and DuplicateRow, as editing
    those rows would.
    """
    rows: dict[str, Row] = {}
    for found in found_tables(body, table, guidance):
        found.require(found.columns)
        for key, row in found.keyed_rows():
            if key in rows:
                raise duplicate(key, [rows[key].place, found.place_of(row)])
            rows[key] = read_row(found, key, row)
    return list(rows.values())


def describe_tables(
    body: str, table: TableShape, guidance: Guidance | None = None
) -> tuple[TableDescription, ...]:
    """The tables that an edit would use; several are parts of one. Raises as `read_rows`."""
    return tuple(map(_describe, found_tables(body, table, guidance)))


def table_texts(body: str) -> list[list[tuple[str, ...]]]:
    """The visible text of every cell of every table that people see, by table, row and column; a
    merged cell's text in each place that it covers. Raises NotStorage.
    """
    return [
        [
            tuple(visible_text(cell.node) for cell in row.cells for _ in range(cell.width))
            for row in grid_rows(node)
        ]
        for node, _ in labelled_tables(scan(body))
    ]


def found_tables(body: str, table: TableShape, guidance: Guidance | None) -> tuple[FoundTable, ...]:
    """The tables of a page that are a shape's; () when none is. Raises LayoutQuestion."""
    found = find(scan(body), table, guidance or STRICT)
    return found.tables if found is not None else ()


def read_row(table: FoundTable, key: str, row: GridRow) -> Row:
    """One row of a found table, as it reads."""
    cells: dict[str, str] = {}
    others: dict[str, str] = {}
    people: dict[str, str] = {}
    addresses: dict[str, tuple[str, ...]] = {}
    contents: dict[str, Content] = {}
    for column, name, heading in _columns(table):
        cell = row.at(column)
        if cell is None:
            continue
        text = visible_text(cell.node)
        if name in table.columns:
            cells.setdefault(name, text)
        else:
            others.setdefault(heading, text)
            contents.setdefault(heading, read_content(cell.node))
            if name:
                people.setdefault(name, text)
        urls = tuple(link.url for link in links(cell.node) if link.url is not None)
        if urls:
            addresses.setdefault(name if name in table.columns else heading, urls)
    return Row(
        key=key,
        cells=cells,
        others=others,
        people=people,
        links=addresses,
        contents=contents,
        place=table.place_of(row),
    )


def _columns(table: FoundTable) -> Iterator[tuple[int, str, str]]:
    """Each column with a heading: where it is, our field or people's ("" for none), its heading."""
    names = {
        cell.column: name
        for matched in (table.people, table.columns)
        for name, cells in matched.items()
        for cell in cells
    }
    for cell in table.header.cells:
        heading = table.text(cell.node)
        if heading:
            yield cell.column, names.get(cell.column, ""), heading


def _describe(table: FoundTable) -> TableDescription:
    found: dict[str, str] = {}
    others = []
    for _, name, heading in _columns(table):
        if name in table.columns:
            found.setdefault(name, heading)
        else:
            others.append(heading)
    return TableDescription(
        place=table.place,
        found=found,
        missing=table.missing(table.shape.needed),
        others=tuple(others),
        rows=len(table.rows),
    )
