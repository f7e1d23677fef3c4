"""When a worker last did something; what its watchdog goes by."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    worker = models.CharField(max_length=100, unique=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.worker} {self.beat_at:%H:%M:%S}"
