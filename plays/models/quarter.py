"""What is a quarter's: a Play's counters in it, and the goals that they are held against."""

from __future__ import annotations

from typing import Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plays.models.play import Play
from plays.rules.quarter import Quarter
from plays.rules.status import Counts, Goals

# What people call a counter.
COUNTERS = {
    "activity": _("Activities"),
    "signal": _("Signals"),
    "brief": _("Briefs"),
    "s2": _("S2"),
    "s3": _("S3"),
}

Row = TypeVar("Row", bound=models.Model)


class QuarterlyQuerySet(models.QuerySet[Row]):
    def of(self, quarter: Quarter) -> Self:
        return self.filter(year=quarter.year, quarter=quarter.number)

    def up_to(self, quarter: Quarter) -> Self:
        """Of `quarter` and those before it."""
        return self.filter(
            Q(year__lt=quarter.year) | Q(year=quarter.year, quarter__lte=quarter.number)
        )


class Quarterly(models.Model):
    year = models.PositiveSmallIntegerField(_("year"))
    quarter = models.PositiveSmallIntegerField(_("quarter"))

    class Meta:
        abstract = True

    @property
    def of_quarter(self) -> Quarter:
        return Quarter(self.year, self.quarter)


class QuarterCountQuerySet(QuarterlyQuerySet["QuarterCount"]):
    pass


class QuarterCount(Quarterly):
    """Always equal to a recount from the Play's actions."""

    play = models.ForeignKey(Play, on_delete=models.CASCADE, related_name="quarter_counts")
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
                condition=Q(quarter__gte=1, quarter__lte=4), name="quarter_is_1_to_4"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.play} {self.of_quarter}"

    @property
    def counts(self) -> Counts:
        return Counts(
            activity=self.activity, signal=self.signal, brief=self.brief, s2=self.s2, s3=self.s3
        )


class QuarterGoalQuerySet(QuarterlyQuerySet["QuarterGoal"]):
    pass


class QuarterGoal(Quarterly):
    """A quarter without goals of its own takes those of the last one before it that has some."""

    play = models.ForeignKey(Play, on_delete=models.CASCADE, related_name="quarter_goals")
    activity = models.PositiveIntegerField(_("activity goal"), default=0)
    signal = models.PositiveIntegerField(_("signal goal"), default=0)
    brief = models.PositiveIntegerField(_("brief goal"), default=0)
    s2 = models.PositiveIntegerField(_("S2 goal"), default=0)
    # As the team wrote it, e.g. "A→S0≤1d / S0→S1≤7d"; `rules.lead_time` reads the days out of it.
    lead_time = models.CharField(_("lead time target"), max_length=300, blank=True)

    objects = QuarterGoalQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-quarter", "play"]
        verbose_name = _("quarter goal")
        verbose_name_plural = _("quarter goals")
        constraints = [
            models.UniqueConstraint(
                fields=["play", "year", "quarter"], name="one_goal_per_play_and_quarter"
            ),
            models.CheckConstraint(
                condition=Q(quarter__gte=1, quarter__lte=4), name="goal_quarter_is_1_to_4"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.play} {self.of_quarter}"

    @property
    def goals(self) -> Goals:
        return Goals(activity=self.activity, signal=self.signal, brief=self.brief, s2=self.s2)
