"""How many actions a Play had in one week; always equal to a recount from its actions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from plays.models.play import Play


class WeekCount(models.Model):
    play = models.ForeignKey(Play, on_delete=models.CASCADE, related_name="week_counts")
    monday = models.DateField(_("week of"))  # in TIME_ZONE
    actions = models.PositiveIntegerField(_("actions"), default=0)

    class Meta:
        ordering = ["-monday", "play"]
        verbose_name = _("week counter")
        verbose_name_plural = _("week counters")
        constraints = [
            models.UniqueConstraint(fields=["play", "monday"], name="one_counter_per_play_and_week")
        ]
        indexes = [models.Index(fields=["monday", "play", "actions"], name="week_count_by_week")]

    def __str__(self) -> str:
        return f"{self.play} {self.monday}"
