"""What is on a page, doubles included: for comparing, where reading to edit refuses them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from plays.storage.layout.model import Guidance
from plays.storage.read.tables import Row, found_tables, read_row
from plays.storage.scan.entry_lines import EntryLines, Telling, behind_key, without_decoration
from plays.storage.scan.lines import lines_of
from plays.storage.scan.page import scan
from plays.storage.shapes import TableShape
from plays.storage.text import key_text


def all_rows(body: str, table: TableShape, guidance: Guidance | None = None) -> list[Row]:
    """Every row that has a key of its own, in page order, also where a key stands there twice.

    Total rows are left out; none when no table is ours. Raises NotStorage, LayoutQuestion,
    AmbiguousColumn and MergedCells.
    """
    rows = []
    for found in found_tables(body, table, guidance):
        found.require({table.key, *found.columns})
        keyed = ((found.key_of(row), row) for row in found.rows)
        rows += [read_row(found, key, row) for key, row in keyed if key]
    return rows


def inventory(body: str, table: TableShape, guidance: Guidance | None = None) -> set[str]:
    """The keys that have a row of their own; far cheaper than reading the rows.

    Raises NotStorage, LayoutQuestion, AmbiguousColumn and MergedCells.
    """
    keys: set[str] = set()
    for found in found_tables(body, table, guidance):
        found.require([table.key])
        keys |= {found.key_of(row) for row in found.rows}
    return keys - {""}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line that begins with a key: what it says, with what stands beside or below it."""

    key: str
    text: str


def read_entries(body: str, keys: re.Pattern[str]) -> list[Entry]:
    """Every line that begins with one of these keys, in page order, doubles included.

    Raises NotStorage.
    """
    found = []
    for line in lines_of(scan(body)):
        key = keys.match(without_decoration(line.text))
        if key is not None:
            found.append(Entry(key=key[0], text=line.context))
    return found


def entry_counts(body: str, owed: Mapping[str, Telling | None]) -> Counter[str]:
    """How often the entry of each key in `owed` stands on the page.

    Where no line tells of the entry's event, one line that says anything behind the key counts:
    somebody has reworded it. Raises NotStorage.
    """
    lines = EntryLines((line.text, line.context) for line in lines_of(scan(body)))
    times: Counter[str] = Counter()
    for key, tells in owed.items():
        found = lines.beginning_with(key_text(key))
        if tells is not None:
            said = [behind_key(text, key) for text in found]
            found = list(filter(tells.is_told_by, said))
            found = found or [text for text in said if without_decoration(text)][:1]
        if found:
            times[key] = len(found)
    return times
