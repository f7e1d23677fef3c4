"""What the team has agreed on: how a status is made, its targets, its weekly report."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from plays.models.page import Page
from plays.rules.status import JUDGED, Basis, StatusRule

BASIS_CHOICES = [
    (Basis.PACE.value, _("the pace: the goal's share by today")),
    (Basis.GOAL.value, _("the whole goal of the quarter")),
]


def judged_counters() -> list[str]:
    return list(JUDGED)


class WeeklyReport(models.Model):
    """The weekly report of one week as a page; `error` is why it could not be written last."""

    monday = models.DateField(_("week of"), unique=True)
    page = models.ForeignKey(Page, null=True, on_delete=models.SET_NULL, related_name="+")
    tried_at = models.DateTimeField(_("tried"))
    written_at = models.DateTimeField(_("written"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=100, blank=True)
    message = models.TextField(_("message"), blank=True)

    class Meta:
        ordering = ["-monday"]
        verbose_name = _("weekly report")
        verbose_name_plural = _("weekly reports")

    def __str__(self) -> str:
        return f"{self.monday}"


class Team(models.Model):
    """One row. Targets that nobody has set are those of the settings.

    `weekly_targets` has for each counter the least and the most of a week, the most None where more
    is always better. `words_since`: from that day on owners are asked for their word each Friday.
    """

    counters = models.JSONField(_("counters"), default=judged_counters)
    basis = models.CharField(
        _("held against"),
        max_length=5,
        default=Basis.PACE,
        choices=BASIS_CHOICES,
    )
    green_from = models.PositiveSmallIntegerField(_("on track from"), default=80)
    yellow_from = models.PositiveSmallIntegerField(_("at risk from"), default=50)
    weekly_targets = models.JSONField(_("targets per week"), default=dict, blank=True)
    signal_to_brief_days = models.PositiveSmallIntegerField(
        _("days from signal to brief"), null=True, blank=True
    )
    brief_to_s2_days = models.PositiveSmallIntegerField(
        _("days from brief to S2"), null=True, blank=True
    )
    words_since = models.DateField(_("owners are asked since"), null=True, blank=True)
    report_parent = models.CharField(_("parent of the weekly report"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("team")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(green_from__gt=models.F("yellow_from"), yellow_from__gt=0),
                name="green_is_above_yellow",
            )
        ]

    def __str__(self) -> str:
        return "Team"

    @classmethod
    def current(cls) -> Team:
        """The row, or an unsaved one that says what holds without it."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @classmethod
    def lock(cls) -> Team:
        """The row, locked until the transaction ends."""
        cls.objects.get_or_create(pk=1)
        return cls.objects.select_for_update(no_key=True).get(pk=1)

    @property
    def rule(self) -> StatusRule:
        return StatusRule(
            counters=tuple(name for name in JUDGED if name in self.counters),
            basis=Basis(self.basis),
            green_from=self.green_from / 100,
            yellow_from=self.yellow_from / 100,
        )

    @rule.setter
    def rule(self, rule: StatusRule) -> None:
        self.counters, self.basis = list(rule.counters), rule.basis.value
        self.green_from = round(rule.green_from * 100)
        self.yellow_from = round(rule.yellow_from * 100)

    def target(self, counter: str) -> tuple[int, int | None]:
        """The least and the most that a week should bring."""
        bounds: Any = self.weekly_targets.get(counter) or settings.TEAM_WEEKLY_TARGETS[counter]
        least, most = bounds
        return int(least), most

    @property
    def lead_days(self) -> tuple[int, int]:
        """The days that the way from signal to brief may take, and that from brief to S2."""
        return (
            self.signal_to_brief_days or settings.TEAM_SIGNAL_TO_BRIEF_DAYS,
            self.brief_to_s2_days or settings.TEAM_BRIEF_TO_S2_DAYS,
        )
