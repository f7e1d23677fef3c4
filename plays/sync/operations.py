"""The seed system's eight operations on Confluence, under their names, made safe.

Confluence's REST API has no rows and no append, so `db_…` work on the table of a page (its own
databases have no row API: RFC-23, community.developer.atlassian.com) and `append_to_page` is a
read and a write. Each write keeps every byte that it was not asked to change, never overwrites
what somebody saved in between, and is not made twice after a lost answer.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from plays.confluence import (
    Confluence,
    ConfluenceError,
    Page,
    SearchHit,
    Version,
    VersionConflict,
)
from plays.rules.pages import ACTION_LOG, PLAY_DB
from plays.storage import (
    Cell,
    Column,
    InsertRow,
    Link,
    Number,
    Row,
    TableShape,
    Text,
    UpsertRow,
    apply_edits,
    markdown_to_storage,
    read_rows,
    safe_url,
)
from plays.sync.site import pages
from plays.sync.site.diagnosis import reported

SAVES_OF_OTHERS = 5


class NotMade(RuntimeError):
    """The page changed so often that the edit could not be made."""


@reported
def search_pages(client: Confluence, query: str, *, limit: int = 25) -> list[SearchHit]:
    """Pages whose title or text is like `query`, for suggestions."""
    return client.search_pages(query, limit=limit)


@reported
def get_page(client: Confluence, page_id: str) -> Page:
    """A page with its storage text and version."""
    return client.get_page(page_id)


@reported
def create_page(client: Confluence, *, title: str, body_md: str, parent_id: str) -> Page:
    """A new page of Markdown below `parent_id`.

    Doing it again after a lost answer finds the page that was made. Raises a `TitleHeld` where
    another page had the title before.
    """
    body = markdown_to_storage(body_md)
    made = pages.ensure(client, title, body=body, parent_id=parent_id, adopts=lambda _: False)
    return client.get_page(made.page.id)


@reported
def update_page(client: Confluence, page_id: str, *, body_md: str, version: int) -> Version:
    """Replace the page, from Markdown, if it is still at `version`. Raises VersionConflict."""
    read = client.get_page(page_id)
    if read.version.number != version:
        raise VersionConflict(f"the page is at version {read.version.number}, not {version}")
    return client.update_page(
        page_id, title=read.title, body=markdown_to_storage(body_md), version=version + 1
    )


@reported
def append_to_page(client: Confluence, page_id: str, *, append_md: str) -> Version:
    """Markdown at the page's end, once."""
    added = markdown_to_storage(append_md)
    return _edit(client, page_id, lambda body: body + added)


@reported
def db_query(
    client: Confluence,
    page_id: str,
    *,
    table: TableShape | None = None,
    where: Mapping[str, str] | None = None,
) -> list[Row]:
    """The rows of a page's table whose cells say what `where` says.

    `table` may be left out for the Play DB's and the Action Log's own tables.
    """
    body = client.get_page(page_id).body
    shapes = [table] if table else [PLAY_DB, ACTION_LOG]
    rows = [row for shape in shapes for row in read_rows(body, shape)]
    wanted = (where or {}).items()
    return [row for row in rows if all(row.cells.get(name) == value for name, value in wanted)]


@reported
def db_upsert_row(
    client: Confluence,
    page_id: str,
    *,
    row_id: str,
    data: Mapping[str, Any],
    table: TableShape | None = None,
    key: str = "play_id",
) -> Version:
    """One row called `row_id` in column `key` with these cells; other cells stay as they are."""
    edit = UpsertRow(table=table or _shape(key, data), key=row_id, cells=_cells(data, key))
    return _edit(client, page_id, lambda body: _applied(body, edit))


@reported
def db_insert_row(
    client: Confluence,
    page_id: str,
    *,
    data: Mapping[str, Any],
    table: TableShape | None = None,
    key: str = "log_id",
) -> Version:
    """A row with these cells; one with the same `key` is left as it is."""
    shape = table or _shape(key, data)
    edit = InsertRow(table=shape, key=str(data[key]), cells=_cells(data, key))
    return _edit(client, page_id, lambda body: _applied(body, edit))


def _applied(body: str, edit: UpsertRow | InsertRow) -> str:
    applied = apply_edits(body, [edit])
    if problem := applied.outcomes[0].problem:
        raise problem
    return applied.body


def _edit(client: Confluence, page_id: str, change: Callable[[str], str]) -> Version:
    """Make a change to the page as it is; again on what others have saved in between."""
    token = uuid.uuid4().hex[:12]
    unsure = False
    for _ in range(SAVES_OF_OTHERS):
        read = client.get_page(page_id)
        if unsure and (landed := _landed(client, page_id, token)):
            return landed
        body = change(read.body)
        if body == read.body:
            return read.version
        try:
            saved = client.update_page(
                page_id,
                title=read.title,
                body=body,
                version=read.version.number + 1,
                message=f"Play sync · {token}",
            )
            if saved.number == read.version.number + 1:
                return saved  # a page that was in the trash is only taken out of it
        except ConfluenceError as error:
            if not (error.outcome_unknown or isinstance(error, VersionConflict)):
                raise
            unsure = unsure or error.outcome_unknown
    raise NotMade(f"page {page_id} was changed {SAVES_OF_OTHERS} times while it was edited")


def _landed(client: Confluence, page_id: str, token: str) -> Version | None:
    """The version that a write with an unknown outcome made after all."""
    return next((v for v in client.versions(page_id) if token in v.message), None)


def _shape(key: str, data: Mapping[str, Any]) -> TableShape:
    """Our own tables where the columns are theirs; else a table with just these columns."""
    names = {key, *data}
    for known in (PLAY_DB, ACTION_LOG):
        if known.key == key and names <= {column.name for column in known.columns}:
            return known
    others = [name for name in data if name != key]
    return TableShape(key=key, columns=tuple(Column(name=name) for name in (key, *others)))


def _cells(data: Mapping[str, Any], key: str) -> dict[str, Cell]:
    return {name: _cell(value) for name, value in data.items() if name != key}


def _cell(value: Any) -> Cell:
    if isinstance(value, int) and not isinstance(value, bool):
        return Number(value)
    text = "" if value is None else str(value)
    return Link(text, text) if safe_url(text) else Text(text)
