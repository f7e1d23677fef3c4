"""Many rows inserted at once, in less than half the time that `bulk_create` takes.

Django looks up for each value how it goes to the database; here that is done once per column.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import chain
from operator import attrgetter, methodcaller
from typing import Any, TypeAlias

from django.db import connection, transaction
from django.db.models import CharField, Field, ForeignKey, IntegerField, JSONField, Model, TextField
from django.db.models.constants import OnConflict

from plays.sync.chunks import in_chunks

Fields: TypeAlias = "Sequence[Field[Any, Any]]"
_AS_THEY_ARE = (CharField, TextField, IntegerField, ForeignKey)


def insert(
    rows: Iterable[Model], *, unique: Sequence[str] = (), update: Sequence[str] = ()
) -> None:
    """As `bulk_create` of new rows of one model; they have their primary keys afterwards. Where
    there is one with the same `unique` columns, its `update` columns are written instead.

    Values must have their fields' own types, and fields none that is set on saving (`auto_now`).
    Raises what the database raises; nothing is inserted then.
    """
    with transaction.atomic(savepoint=False):
        for chunk in in_chunks(rows):
            _insert(chunk, unique, update)


def _insert(rows: Sequence[Model], unique: Sequence[str], update: Sequence[str]) -> None:
    meta, ops = rows[0]._meta, connection.ops
    fields = [each for each in meta.concrete_fields if not (each.generated or each.primary_key)]
    conflict = ops.on_conflict_suffix_sql(
        fields,
        OnConflict.UPDATE if unique else None,
        update,
        unique,
    )
    as_sql = _rows_on_postgres if connection.vendor == "postgresql" else _rows_on_sqlite
    values, parameters = as_sql(fields, rows)
    names = ", ".join(ops.quote_name(str(field.column)) for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {ops.quote_name(meta.db_table)} ({names}) {values} {conflict}"
            f" RETURNING {ops.quote_name(str(meta.pk.column))}",
            parameters,
        )
        for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = pk
            row._state.adding, row._state.db = False, connection.alias


def _rows_on_sqlite(fields: Fields, rows: Sequence[Model]) -> tuple[str, list[Any]]:
    row = f"({', '.join(['%s'] * len(fields))})"
    values = zip(*(_column(field, rows) for field in fields), strict=True)
    return f"VALUES {', '.join([row] * len(rows))}", list(chain.from_iterable(values))


def _column(field: Field[Any, Any], rows: Sequence[Model]) -> list[Any]:
    """The field of each row as the database takes it; equal values are prepared once."""
    values = list(map(attrgetter(field.attname), rows))
    if isinstance(field, _AS_THEY_ARE):
        return values
    if isinstance(field, JSONField):
        return [field.get_db_prep_save(value, connection) for value in values]
    prepared = {value: field.get_db_prep_save(value, connection) for value in set(values)}
    return [prepared[value] for value in values]


def _rows_on_postgres(fields: Fields, rows: Sequence[Model]) -> tuple[str, list[Any]]:
    """One parameter, as JSON: psycopg takes long for each of many, and for lists of texts."""
    # Types without their length: a cast would cut a longer text off, silently.
    types = [str(field.db_type(connection)).partition("(")[0] for field in fields]
    names = [f"c{number}" for number in range(len(fields))]
    told = ", ".join(map(" ".join, zip(names, types, strict=True)))
    values = attrgetter(*(field.attname for field in fields))
    text = json.dumps(
        [dict(zip(names, values(row), strict=True)) for row in rows],
        default=methodcaller("isoformat"),
    )
    return f"SELECT {', '.join(names)} FROM json_to_recordset(%s) AS rows({told})", [text]  # noqa: S608  # nosec B608
