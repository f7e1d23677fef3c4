"""The seed system's eight tools, under their names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mcp.server import MCPServer

from plays.mcp.tools import ADDS, READS, REPLACES, UNTRUSTED, add, cursor_after, span
from plays.sync import operations
from plays.sync.operations import Created, FoundPages, Rows, Written
from plays.sync.site.connection import connect

LINES = 200


@dataclass(frozen=True, kw_only=True)
class FoundAnswer:
    pages: FoundPages
    notice: str = UNTRUSTED


@dataclass(frozen=True, kw_only=True)
class PageAnswer:
    """`lines` are the page's visible text; `tables` the headings of each of its tables."""

    page_id: str
    title: str
    url: str
    parent_id: str
    version: int
    lines: tuple[str, ...]
    total_lines: int
    next_cursor: str
    tables: tuple[tuple[str, ...], ...]
    notice: str = UNTRUSTED


@dataclass(frozen=True, kw_only=True)
class RowsAnswer:
    found: Rows
    notice: str = UNTRUSTED


def add_to(server: MCPServer[Any]) -> None:
    """Add the eight."""
    for reading in (search_pages, get_page, db_query):
        add(server, reading, READS)
    for adding in (create_page, append_to_page, db_insert_row):
        add(server, adding, ADDS)
    for replacing in (update_page, db_upsert_row):
        add(server, replacing, REPLACES)


def search_pages(query: str, limit: int = 10, cursor: str = "") -> FoundAnswer:
    """Find pages whose title or text is like `query`.

    Not verified: the search index lags behind saves and knows no archived pages; get_page tells
    what a page says now.
    """
    return FoundAnswer(pages=operations.search_pages(connect(), query, limit=limit, cursor=cursor))


def get_page(page_id: str, cursor: str = "") -> PageAnswer:
    """Read a page: version, visible text by line (200 at a time), headings of its tables.

    Not verified: macros show as their name only; text and version are of this moment.
    """
    page = operations.get_page(connect(), page_id)
    start, end = span(LINES, cursor, most=LINES)
    return PageAnswer(
        page_id=page.id,
        title=page.title,
        url=page.url,
        parent_id=page.parent_id,
        version=page.version,
        lines=page.lines[start:end],
        total_lines=len(page.lines),
        next_cursor=cursor_after(end, len(page.lines)),
        tables=page.tables,
    )


def create_page(title: str, body_md: str, parent_id: str, dry_run: bool = False) -> Created:
    """Make a page of Markdown below `parent_id`; the same call again finds the page it made.

    Not verified: whether a page of another title says the same; a title is taken once per space.
    """
    return operations.create_page(
        connect(), title=title, body_md=body_md, parent_id=parent_id, dry_run=dry_run
    )


def update_page(page_id: str, body_md: str, version: int, dry_run: bool = False) -> Written:
    """Replace a whole page by Markdown, if it is still at `version` (from get_page).

    Everything else on the page goes; pages that the product writes, and macros, are refused.
    Not verified: whether people still need the text that goes; see it with dry_run.
    """
    return operations.update_page(
        connect(), page_id, body_md=body_md, version=version, dry_run=dry_run
    )


def append_to_page(page_id: str, append_md: str, key: str, dry_run: bool = False) -> Written:
    """Add Markdown at a page's end, once per `key`: call again with the same key after any error.

    All other bytes of the page stay. Not verified: whether the page says the same elsewhere.
    """
    if not key.strip():
        raise operations.BadArgument("key is empty: name this append, so that it is made once.")
    return operations.append_to_page(
        connect(), page_id, append_md=append_md, key=key, dry_run=dry_run
    )


def db_query(
    database_id: str,
    where: dict[str, str] | None = None,
    limit: int = 50,
    cursor: str = "",
    key_column: str = "",
) -> RowsAnswer:
    """Rows of the table on a page: `database_id` is a page id, `play_db` or `action_log`.

    `where` is heading to text; with `key_column` it also picks the table on a page with several.
    Not verified: cells are what people see; a date or number is not interpreted.
    """
    found = operations.db_query(
        connect(), database_id, where=where, key_column=key_column, limit=limit, cursor=cursor
    )
    return RowsAnswer(found=found)


def db_upsert_row(
    database_id: str,
    row_id: str,
    data: dict[str, str | int | float | None],
    key_column: str = "",
    dry_run: bool = False,
) -> Written:
    """Make one row's cells say `data` (heading to value); add the row where there is none.

    Other cells and rows keep every byte. `key_column` names the column of `row_id`, else it is
    the first. Not verified: whether values make sense; on play_db the weekly sync writes its own.
    """
    return operations.db_upsert_row(
        connect(), database_id, row_id=row_id, data=data, key_column=key_column, dry_run=dry_run
    )


def db_insert_row(
    database_id: str,
    data: dict[str, str | int | float | None],
    row_id: str = "",
    key_column: str = "",
    dry_run: bool = False,
) -> Written:
    """Add a row unless one of its name is there; that one stays as it is (`changed` is false).

    The name is `row_id`, else the key column's value in `data`. For what was done for a Play use
    record_event, which gives log ids. Not verified: whether a row of another name says the same.
    """
    return operations.db_insert_row(
        connect(), database_id, data=data, row_id=row_id, key_column=key_column, dry_run=dry_run
    )
