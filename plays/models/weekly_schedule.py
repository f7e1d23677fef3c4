"""What admins have changed of the weekly schedule; the settings hold where they have not."""

from __future__ import annotations

from django.db import models


class WeeklySchedule(models.Model):
    """One row. `line` is an admin's cron line, "" that of the settings."""

    line = models.CharField(max_length=100, blank=True)
    paused_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.line or "SYNC_SCHEDULE"

    @classmethod
    def current(cls) -> WeeklySchedule:
        """The row as it is, without making one."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
