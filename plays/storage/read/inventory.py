"""What is on a page, doubles included: for comparing, where reading to edit refuses them."""

from __future__ import annotations

from collections import Counter

from plays.storage.edit.entries import code_elements
from plays.storage.read.tables import Row, read_row
from plays.storage.scan.page import scan
from plays.storage.scan.tables import sole_table
from plays.storage.scan.visible import visible_text
from plays.storage.shapes import TableShape


def survey_rows(body: str, table: TableShape) -> list[Row]:
    """Every row that has a key of its own, in page order, also where a key stands there twice.

    None when no table fits. Raises NotStorage, AmbiguousTable, AmbiguousColumn, MissingColumn and
    MergedCells.
    """
    found = sole_table(scan(body), table)
    if found is None:
        return []
    found.require({table.key, *found.columns})
    rows = []
    for row in found.rows:
        cell = found.cell(row, table.key)
        key = visible_text(cell.node) if cell is not None and cell.is_plain else ""
        if key:
            rows.append(read_row(found, key, row))
    return rows


def row_keys(body: str, table: TableShape) -> set[str]:
    """The keys that have a row of their own; far cheaper than reading the rows.

    Raises NotStorage, AmbiguousTable, AmbiguousColumn, MissingColumn and MergedCells.
    """
    found = sole_table(scan(body), table)
    if found is None:
        return set()
    found.require([table.key])
    cells = (found.cell(row, table.key) for row in found.rows)
    return {visible_text(cell.node) for cell in cells if cell is not None and cell.is_plain} - {""}


def entry_counts(body: str) -> Counter[str]:
    """How often each entry's key stands on the page, as the text of a code element.

    Raises NotStorage.
    """
    page = scan(body)
    times = Counter(visible_text(node) for node in page.nodes if node.name == "code")
    return Counter({key: max(1, times[key]) for key in code_elements(page)})
