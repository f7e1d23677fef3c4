"""A database's copy and the return to it, without its server: the same on SQLite and PostgreSQL."""

from __future__ import annotations

from django.apps import apps
from django.core import serializers
from django.core.management import call_command
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
    with connection.constraint_checks_disabled(), transaction.atomic():
        for row in serializers.deserialize("json", copy):
            row.save()
        with connection.cursor() as cursor:
            for sql in connection.ops.sequence_reset_sql(no_style(), _models()):
                cursor.execute(sql)


def lose() -> None:
    """The database is new and empty."""
    call_command("flush", interactive=False, inhibit_post_migrate=True, verbosity=0)
