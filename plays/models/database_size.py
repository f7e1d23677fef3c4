"""How large the database was, one row a day: what its growth is told from."""

from __future__ import annotations

from django.db import models


class DatabaseSize(models.Model):
    day = models.DateField(unique=True)
    size = models.BigIntegerField()

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} {self.size}"
