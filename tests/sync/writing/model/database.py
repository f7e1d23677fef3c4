"""The whole database: emptied, copied and put back as an operator would, on any backend."""

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction

MODELS = [
    *apps.get_app_config("plays").get_models(include_auto_created=True),
    *apps.get_app_config("django_q").get_models(),
]


def empty():
    tables = [model._meta.db_table for model in MODELS]
    connection.ops.execute_sql_flush(
        connection.ops.sql_flush(no_style(), tables, reset_sequences=True, allow_cascade=True)
    )


def copy():
    """Every row of the product and its queue."""
    return [(model, list(model._base_manager.order_by("pk"))) for model in MODELS]


def put_back(rows):
    empty()
    with transaction.atomic():
        for model, there in rows:
            model._base_manager.bulk_create(there)
    sequences = connection.ops.sequence_reset_sql(no_style(), MODELS)
    with connection.cursor() as cursor:
        for statement in sequences:
            cursor.execute(statement)
