"""What the operations answer with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from plays.storage import EditError, Line, difference, table_texts, text_lines

DIFFERENCE_LINES = 60


@dataclass(frozen=True, kw_only=True)
class Found:
    """A page that a search found; `excerpt` is what people wrote there."""

    id: str
    title: str
    url: str
    excerpt: str


@dataclass(frozen=True, kw_only=True)
class FoundPages:
    """`next_cursor` asks for the next ones; "" where there are no more."""

    pages: tuple[Found, ...]
    next_cursor: str


@dataclass(frozen=True, kw_only=True)
class PageRead:
    """A page; body and version are from one read. `body` is storage format, `lines` its visible
    text, a line per paragraph or table row, `tables` the headings of each table.
    """

    id: str
    title: str
    url: str
    parent_id: str
    version: int
    body: str
    lines: tuple[str, ...]
    tables: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a write made of a page, or would make (`dry_run`).

    `changed` is False where the page said so already; `difference` has the lines that went (`-`)
    and came (`+`), `more_lines` how many were left out. `version` is the one that is there now.
    """

    page_id: str
    version: int
    changed: bool
    dry_run: bool
    difference: tuple[str, ...]
    more_lines: int = 0


@dataclass(frozen=True, kw_only=True)
class Created:
    """A new page; "there" is one that the same call made before. No id in a dry run."""

    page_id: str
    title: str
    url: str
    version: int
    how: Literal["made", "there", "would_be_made"]
    dry_run: bool
    difference: tuple[str, ...]
    more_lines: int = 0


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """A row as it reads: the text of its cells by heading (by field for our own tables)."""

    key: str
    cells: Mapping[str, str]
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Rows of one page's table; all from the same version."""

    page_id: str
    version: int
    key_column: str
    rows: tuple[TableRow, ...]
    total: int
    next_cursor: str


def changed_lines(before: str, after: str) -> tuple[tuple[str, ...], int]:
    """The visible lines that go and come, and how many more there are than are told."""
    lines = [
        f"{line.mark} {line.text}"
        for line in difference(lines_of(before), lines_of(after))
        if isinstance(line, Line) and line.mark
    ]
    return tuple(lines[:DIFFERENCE_LINES]), max(0, len(lines) - DIFFERENCE_LINES)


def lines_of(body: str) -> Sequence[str]:
    """A body's visible lines; its source, where it cannot be read as text."""
    try:
        return text_lines(body)
    except EditError:
        return body.split("\n")


def headings_of(body: str) -> tuple[tuple[str, ...], ...]:
    """The first row of each table; () where the page cannot be read as tables."""
    try:
        tables = table_texts(body)
    except EditError:
        return ()
    return tuple(table[0] for table in tables if table)
