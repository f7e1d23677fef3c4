"""Rows of a page's table: found, made true, added; by the headings that people gave it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from plays import confluence
from plays.confluence import Confluence
from plays.rules.status import Status
from plays.storage import (
    Cell,
    Column,
    EditError,
    InsertRow,
    Kind,
    Link,
    Moment,
    Number,
    Text,
    UpsertRow,
    apply_edits,
    check_skeleton,
    read_rows,
    safe_url,
)
from plays.storage import Status as Lozenge
from plays.storage.text import fold
from plays.sync.operations import saving
from plays.sync.operations.databases import Database, Table, database_called, table_for
from plays.sync.operations.pages import offset_of
from plays.sync.operations.refusals import BadArgument, NoKey
from plays.sync.operations.results import Rows, TableRow, Written
from plays.sync.site.diagnosis import reported

MOST_ROWS = 200
_STAMP = "last_updated"


@reported
def db_query(
    client: Confluence,
    database_id: str,
    *,
    where: Mapping[str, Any] | None = None,
    key_column: str = "",
    limit: int = 50,
    cursor: str = "",
) -> Rows:
    """The rows whose cells say what `where` says, by heading.

    `database_id` is a page id, `play_db` or `action_log`. Raises a `Refusal` where no table, or
    more than one, is meant.
    """
    limit, start = min(max(1, limit), MOST_ROWS), offset_of(cursor)
    database = database_called(database_id)
    seen = saving.read(client, database.page_id)
    table = table_for(database, seen.body, where or {}, key_column=key_column)
    wanted = {table.names[name]: fold(str(value)) for name, value in (where or {}).items()}
    rows = [
        row
        for row in _rows(seen.body, table)
        if all(fold(row.cells.get(name, "")) == value for name, value in wanted.items())
    ]
    return Rows(
        page_id=seen.id,
        version=seen.version.number,
        key_column=table.shape.key,
        rows=tuple(rows[start : start + limit]),
        total=len(rows),
        next_cursor=str(start + limit) if len(rows) > start + limit else "",
    )


@reported
def db_upsert_row(
    client: Confluence,
    database_id: str,
    *,
    row_id: str,
    data: Mapping[str, Any],
    key_column: str = "",
    dry_run: bool = False,
) -> Written:
    """One row called `row_id` has these cells; its other cells and all other rows stay."""
    return _write(client, database_id, data, row_id, key_column, dry_run=dry_run, is_insert=False)


@reported
def db_insert_row(
    client: Confluence,
    database_id: str,
    *,
    data: Mapping[str, Any],
    row_id: str = "",
    key_column: str = "",
    dry_run: bool = False,
) -> Written:
    """There is a row called `row_id`, or by the key in `data`; one that is there is left alone."""
    return _write(client, database_id, data, row_id, key_column, dry_run=dry_run, is_insert=True)


def _write(
    client: Confluence,
    database_id: str,
    data: Mapping[str, Any],
    row_id: str,
    key_column: str,
    *,
    dry_run: bool,
    is_insert: bool,
) -> Written:
    database = database_called(database_id)

    def change(seen: confluence.Page) -> str:
        body = _changed(database, seen.body, data, row_id, key_column, is_insert=is_insert)
        check_skeleton(seen.body, body)
        return body

    return saving.edit(client, database.page_id, change, dry_run=dry_run)


def _changed(
    database: Database,
    body: str,
    data: Mapping[str, Any],
    row_id: str,
    key_column: str,
    *,
    is_insert: bool,
) -> str:
    """The body with the row as it should be. Our own columns and people's may be named at once."""
    own = database.shape
    ours = {n: v for n, v in data.items() if own and own.name_for(n) in own.names}
    others = {n: v for n, v in data.items() if n not in ours}
    if not (ours and others):
        return _with_row(database, body, data, row_id, key_column, is_insert=is_insert)
    key = row_id or _key_in(table_for(database, body, ours), ours)
    made = _with_row(database, body, ours, key, key_column, is_insert=is_insert)
    if made == body and is_insert:
        return body
    return _with_row(database, made, others, key, key_column, is_insert=False)


def _with_row(
    database: Database,
    body: str,
    data: Mapping[str, Any],
    row_id: str,
    key_column: str,
    *,
    is_insert: bool,
) -> str:
    table = table_for(database, body, data, key_column=key_column, row_id=row_id)
    key = row_id or _key_in(table, data)
    cells = {table.names[name]: value for name, value in data.items()}
    said = cells.pop(table.shape.key, None)
    if said is not None and fold(str(said)) != fold(key):
        raise BadArgument(f"{table.shape.key} is the row's name, {key}; it cannot become {said}.")
    made = {name: _cell(table.shape.by_name[name], value) for name, value in cells.items()}
    edit: InsertRow | UpsertRow
    if is_insert:
        edit = InsertRow(table=table.shape, key=key, cells=made)
    else:
        stamp = {_STAMP: made.pop(_STAMP)} if len(made) > 1 and _STAMP in made else {}
        edit = UpsertRow(table=table.shape, key=key, cells=made, stamp=stamp)
    applied = apply_edits(body, [edit], {table.shape: table.guidance})
    if problem := applied.outcomes[0].problem:
        raise problem
    return applied.body


def _key_in(table: Table, data: Mapping[str, Any]) -> str:
    """The row's name as the data has it. Raises NoKey."""
    key = next((str(v) for n, v in data.items() if table.names[n] == table.shape.key), "")
    if not fold(key):
        raise NoKey(f"the row has no name: {table.shape.key} is missing.")
    return key


def _rows(body: str, table: Table) -> list[TableRow]:
    """Each row as it reads; where a row cannot be told by its key, as the cells stand."""
    try:
        return [
            TableRow(key=row.key, cells={**row.others, **row.cells}, links=row.links)
            for row in read_rows(body, table.shape, table.guidance)
        ]
    except EditError:
        if not table.grids:
            raise
    found = []
    for grid in table.grids:
        for row in grid[1:]:
            cells = {head: text for head, text in zip(grid[0], row, strict=False) if head}
            if any(row) and row != grid[0]:
                found.append(TableRow(key=cells.get(table.shape.key, ""), cells=cells))
    return found


def _cell(column: Column, value: Any) -> Cell:
    """A value as its column takes it. Raises BadArgument for what is no single value."""
    if isinstance(value, dict | list | tuple):
        raise BadArgument(f"{column.heading} takes one value, not a list or an object.")
    if isinstance(value, int) and not isinstance(value, bool):
        return Number(value)
    text = "" if value is None else str(value)
    if column.kind is Kind.STATUS and text.strip().upper() in {s.value for s in Status}:
        status = Status(text.strip().upper())
        return Lozenge(status.value, status.colour)
    if column.kind is Kind.COUNT and text.strip().isdecimal():
        return Number(int(text))
    if column.kind is Kind.MOMENT and (at := _moment(text)):
        return at
    return Link(text, text) if safe_url(text) else Text(text)


def _moment(text: str) -> Moment | None:
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if timezone.is_aware(at):
        at = timezone.localtime(at, timezone.get_default_timezone()).replace(tzinfo=None)
    return Moment(at.replace(second=0, microsecond=0))
