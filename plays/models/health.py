"""Signs of how the installation is: heartbeats, a write to try, how large the database is."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """When a worker last did something; what its watchdog goes by."""

    worker = models.CharField(max_length=100, unique=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.worker} {self.beat_at:%H:%M:%S}"


class WriteProbe(models.Model):
    """One row that is written to see whether the database takes writes."""

    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"


class DatabaseSize(models.Model):
    """One row per day: what the growth is told from."""

    day = models.DateField(unique=True)
    size = models.BigIntegerField()

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} {self.size}"


class RowCount(models.Model):
    """How many rows a table has up to the primary key `up_to`, of which hardly any is ever deleted.

    Counted once a day, which also takes out the few that are gone. `newest` was the newest row
    then: the next count is up to that one, when everybody who was writing has long ended.
    """

    table = models.CharField(max_length=63, unique=True)
    up_to = models.BigIntegerField(default=0)
    count = models.BigIntegerField(default=0)
    newest = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.table} {self.count}"


def rows_of(model: type[models.Model]) -> int:
    """How many rows a table with a `RowCount` has now: those since then are counted. Two queries,
    neither of which reads all rows.
    """
    noted = RowCount.objects.filter(table=model._meta.db_table).first() or RowCount()
    newer: int = model._default_manager.filter(pk__gt=noted.up_to).order_by().count()
    return noted.count + newer
