"""A Play's counters in one quarter; always equal to a recount from its actions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from plays.models.play import Play
from plays.models.quarterly import QuarterlyQuerySet
from plays.rules.status import Counts

# What people call a counter.
COUNTERS = {
    "activity": _("Activities"),
    "signal": _("Signals"),
    "brief": _("Briefs"),
    "s2": _("S2"),
    "s3": _("S3"),
}


class QuarterCountQuerySet(QuarterlyQuerySet["QuarterCount"]):
    pass


class QuarterCount(models.Model):
    play = models.ForeignKey(Play, on_delete=models.CASCADE, related_name="quarter_counts")
    year = models.PositiveSmallIntegerField(_("year"))
    quarter = models.PositiveSmallIntegerField(_("quarter"))
    activity = models.PositiveIntegerField(_("activities"), default=0)
    signal = models.PositiveIntegerField(_("signals"), default=0)
    brief = models.PositiveIntegerField(_("briefs"), default=0)
    s2 = models.PositiveIntegerField(_("S2"), default=0)
    s3 = models.PositiveIntegerField(_("S3"), default=0)
    last_action_at = models.DateTimeField(_("last action"), null=True, blank=True)

    objects = QuarterCountQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-quarter", "play"]
        verbose_name = _("quarter counter")
        verbose_name_plural = _("quarter counters")
        constraints = [
            models.UniqueConstraint(
                fields=["play", "year", "quarter"], name="one_counter_a_play_and_quarter"
            ),
            models.CheckConstraint(
                condition=models.Q(quarter__gte=1, quarter__lte=4), name="quarter_is_1_to_4"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.play} {self.year}Q{self.quarter}"

    @property
    def counts(self) -> Counts:
        return Counts(
            activity=self.activity, signal=self.signal, brief=self.brief, s2=self.s2, s3=self.s3
        )
