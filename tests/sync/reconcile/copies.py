"""A database's copy and the return to it, without its server: the same on SQLite and PostgreSQL."""

from __future__ import annotations

from django.apps import apps
from django.core import serializers
from django.core.management.color import no_style
from django.db import connection, transaction


def _models():
    return list(apps.get_app_config("plays").get_models())


def copied() -> str:
    rows = [row for model in _models() for row in model._base_manager.order_by("pk")]
    return serializers.serialize("json", rows)


def restore(copy: str) -> None:
    """The database is what it was when the copy was made."""
    lose()
    with transaction.atomic():
        for row in serializers.deserialize("json", copy):
            row.save()
        with connection.cursor() as cursor:
            for sql in connection.ops.sequence_reset_sql(no_style(), _models()):
                cursor.execute(sql)


def lose() -> None:
    """The database is new and empty; people's accounts are not what these tests are about."""
    with transaction.atomic():
        for model in _models():
            rows = model._base_manager.all()
            rows._raw_delete(rows.db)
