"""Signs of how the installation is: workers' heartbeats, a write to try, the database's size."""

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
    """One row a day: what the growth is told from."""

    day = models.DateField(unique=True)
    size = models.BigIntegerField()

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} {self.size}"
