"""What is a week's: how much a Play did in it, and how it stood at its end."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from plays.models.play import Play


class QuarterSoFar(models.Model):
    """The quarter's counters at a moment."""

    activity = models.PositiveIntegerField(default=0)
    signal = models.PositiveIntegerField(default=0)
    brief = models.PositiveIntegerField(default=0)
    s2 = models.PositiveIntegerField(default=0)
    s3 = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class WeekCount(models.Model):
    """How many actions a Play had; always equal to a recount from them."""

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


class WeekStatus(QuarterSoFar):
    """By the rules, from the actions' own times, at the week's last moment; no status: nothing had
    been done yet.
    """

    play = models.ForeignKey(Play, on_delete=models.CASCADE, related_name="week_statuses")
    monday = models.DateField(_("week of"))  # in TIME_ZONE
    status = models.CharField(_("status"), max_length=1, blank=True)

    class Meta:
        ordering = ["-monday", "play"]
        verbose_name = _("status by week")
        verbose_name_plural = _("statuses by week")
        constraints = [
            models.UniqueConstraint(fields=["play", "monday"], name="one_status_per_play_and_week")
        ]
        indexes = [models.Index(fields=["monday", "status", "play"], name="week_status_by_week")]

    def __str__(self) -> str:
        return f"{self.play} {self.monday}"
