"""A Play's goals in one quarter; one without its own takes those of the last one before it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from plays.models.play import Play
from plays.models.quarterly import QuarterlyQuerySet
from plays.rules.quarter import Quarter
from plays.rules.status import Goals


class QuarterGoalQuerySet(QuarterlyQuerySet["QuarterGoal"]):
    pass


class QuarterGoal(models.Model):
    play = models.ForeignKey(Play, on_delete=models.CASCADE, related_name="quarter_goals")
    year = models.PositiveSmallIntegerField(_("year"))
    quarter = models.PositiveSmallIntegerField(_("quarter"))
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
                condition=models.Q(quarter__gte=1, quarter__lte=4), name="goal_quarter_is_1_to_4"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.play} {self.of_quarter}"

    @property
    def of_quarter(self) -> Quarter:
        return Quarter(self.year, self.quarter)

    @property
    def goals(self) -> Goals:
        return Goals(activity=self.activity, signal=self.signal, brief=self.brief, s2=self.s2)
