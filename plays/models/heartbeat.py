"""When a worker last did something; what its watchdog goes by."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    worker = models.CharField(max_length=100, unique=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.worker} {self.beat_at:%H:%M:%S}"


class WriteProbe(models.Model):
    """One row that is written to see whether the database takes writes."""

    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"
