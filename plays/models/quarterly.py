"""Questions to rows that are a quarter's: they have `year` and `quarter`."""

from __future__ import annotations

from typing import Self, TypeVar

from django.db import models
from django.db.models import Q

from plays.rules.quarter import Quarter

Row = TypeVar("Row", bound=models.Model)


class QuarterlyQuerySet(models.QuerySet[Row]):
    def of(self, quarter: Quarter) -> Self:
        return self.filter(year=quarter.year, quarter=quarter.number)

    def up_to(self, quarter: Quarter) -> Self:
        """Of `quarter` and those before it."""
        return self.filter(
            Q(year__lt=quarter.year) | Q(year=quarter.year, quarter__lte=quarter.number)
        )
