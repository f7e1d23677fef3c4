"""What a column of people's files means, as a person once said; remembered by the file's source."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ColumnMatch(models.Model):
    # Which files it is said of: those with the same headings, whatever their order.
    source = models.CharField(max_length=64)
    heading = models.CharField(_("heading"), max_length=300)
    column = models.CharField(_("column"), max_length=50, blank=True)  # empty: left out
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["source", "heading"]
        verbose_name = _("matched column")
        verbose_name_plural = _("matched columns")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "heading"], name="one_match_per_source_and_heading"
            )
        ]

    def __str__(self) -> str:
        return f"{self.heading} → {self.column or '–'}"
