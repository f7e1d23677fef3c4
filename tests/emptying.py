"""After a test that commits, the database is as `migrate` left it.

Django's flush empties every table, which PostgreSQL takes long for, and then makes permissions,
groups and schedules again. Here only what differs is put back.
"""

from collections.abc import Callable

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils import timezone
from django_q.models import Schedule


def remember() -> Callable[[], None]:
    """Returns what puts every table back to the rows that it has now."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    kept = {table: _rows(table) for table in _full(tables)}

    def put_back() -> None:
        with transaction.atomic():  # foreign keys are looked at when it ends
            for table in {*_full(tables), *kept}:
                rows = kept.get(table, [])
                if not rows or _rows(table) != rows:
                    _replace(table, rows)
            plan_from_now()

    return put_back


def plan_from_now() -> None:
    """Schedules are due from now on: as they were remembered they fall behind in a long run."""
    now = timezone.now()
    Schedule.objects.filter(next_run__lt=now).update(next_run=now)


def _full(tables: list[str]) -> list[str]:
    """Those with any row."""
    looks = (f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {_quoted(name)})" for name in tables)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(looks))
        return [name for (name,) in cursor.fetchall()]


def _rows(table: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {_quoted(table)} ORDER BY 1")
        return cursor.fetchall()


def _replace(table: str, rows: list[tuple[object, ...]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {_quoted(table)}")
        if rows:
            values = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {_quoted(table)} VALUES ({values})", rows)
            for statement in _numbered_on(table):
                cursor.execute(statement)


def _numbered_on(table: str) -> list[str]:
    """A test may have begun the ids again: the next row gets one that is free."""
    models = [model for model in apps.get_models(True) if model._meta.db_table == table]
    return connection.ops.sequence_reset_sql(no_style(), models)


def _quoted(table: str) -> str:
    return connection.ops.quote_name(table)
