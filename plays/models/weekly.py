"""The weekly sync: its schedule, each run's slot, how far it is, and what it found."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from plays.models.page import Leased, Page
from plays.models.play import Play
from plays.models.week import QuarterSoFar


class WeeklyTrigger(models.TextChoices):
    SCHEDULE = "schedule", _("schedule")
    PERSON = "person", _("a person")
    COMMAND = "command", _("command line")


class WeeklyState(models.TextChoices):
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class WeeklySync(Leased):
    """One run. `slot` is the scheduled time it stands for, or when a person asked for it."""

    slot = models.DateTimeField(_("slot"), unique=True)
    trigger = models.CharField(_("started by"), max_length=10, choices=WeeklyTrigger.choices)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(
        _("state"), max_length=10, choices=WeeklyState.choices, default=WeeklyState.RUNNING
    )
    is_late = models.BooleanField(_("late"), default=False)
    step = models.CharField(_("step"), max_length=40, blank=True)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), default=0)
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=100, blank=True)
    message = models.TextField(_("message"), blank=True)

    class Meta:
        ordering = ["-slot"]
        verbose_name = _("weekly sync")
        verbose_name_plural = _("weekly syncs")

    def __str__(self) -> str:
        return f"{self.slot:%Y-%m-%d %H:%M}"


class WeeklyResult(QuarterSoFar):
    """What a run calculated for one Play."""

    weekly = models.ForeignKey(WeeklySync, on_delete=models.CASCADE, related_name="results")
    play = models.ForeignKey(Play, on_delete=models.CASCADE, related_name="weekly_results")
    status = models.CharField(_("status"), max_length=1)
    was_repaired = models.BooleanField(_("counters repaired"), default=False)
    repaired_from = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["play"]
        verbose_name = _("weekly result")
        verbose_name_plural = _("weekly results")
        constraints = [
            models.UniqueConstraint(fields=["weekly", "play"], name="one_result_a_run_and_play")
        ]

    def __str__(self) -> str:
        return f"{self.weekly} {self.play}"


class FindingKind(models.TextChoices):
    MISSING = "missing", _("missing, owed again")
    CHANGED = "changed", _("changed by somebody")
    DUPLICATE = "duplicate", _("there more than once")
    FOREIGN = "foreign", _("tells of another event")
    UNKNOWN = "unknown", _("not in the database")
    UNREADABLE = "unreadable", _("page could not be compared")
    NOT_TAKEN = "not_taken", _("cell could not be taken over")
    NO_PLAY = "no_play", _("no Play's row, left alone")
    NO_COLUMN = "no_column", _("no column for it, left out")


# Nothing is wrong on the page: people's own cells and rows, and what it has no column for.
TOLD_ONLY = (FindingKind.NOT_TAKEN, FindingKind.NO_PLAY, FindingKind.NO_COLUMN)


# What may stay as it is for a time, where somebody knows why.
ACKNOWLEDGEABLE = (
    FindingKind.CHANGED,
    FindingKind.DUPLICATE,
    FindingKind.FOREIGN,
    FindingKind.UNKNOWN,
    FindingKind.UNREADABLE,
)


class Answer(models.TextChoices):
    """What becomes of a cell of ours that people changed."""

    OURS = "ours", _("ours")
    THEIRS = "theirs", _("theirs")


class Finding(models.Model):
    """Where a page and the database differ; `by` and `at` as far as the page's history tells."""

    weekly = models.ForeignKey(WeeklySync, on_delete=models.CASCADE, related_name="findings")
    kind = models.CharField(_("kind"), max_length=12, choices=FindingKind.choices)
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="findings")
    play = models.ForeignKey(Play, null=True, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(_("row or entry"), max_length=100, blank=True)
    column = models.CharField(_("column"), max_length=100, blank=True)
    found = models.TextField(_("on the page"), blank=True)
    expected = models.TextField(_("should be"), blank=True)
    by = models.CharField(_("changed by"), max_length=200, blank=True)
    at = models.DateTimeField(_("changed at"), null=True, blank=True)
    message = models.TextField(_("message"), blank=True)
    answer = models.CharField(_("answer"), max_length=6, choices=Answer.choices, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("answered by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("finding")
        verbose_name_plural = _("findings")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.key} {self.column}".strip()


class WeeklySchedule(models.Model):
    """What admins have changed, one row: a cron `line`, "" where that of the settings holds."""

    line = models.CharField(max_length=100, blank=True)
    paused_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.line or "SYNC_SCHEDULE"

    @classmethod
    def current(cls) -> WeeklySchedule:
        """The row as it is, without making one."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
