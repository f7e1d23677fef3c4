"""One line of the action log: something that was done for a Play. Never edited."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _

from plays.models.event import Event
from plays.models.play import Play


class ActionType(models.TextChoices):
    ACTIVITY = "Activity", _("Activity")
    SIGNAL = "Signal", _("Signal")
    SCORECARD = "Scorecard", _("Scorecard")
    BRIEF = "Brief", _("Brief")
    S2 = "S2", _("S2")
    S3 = "S3", _("S3")


# The quarter's counter that an action adds one to, by what it is (`rules.planner.counter_of`).
COUNTED = {
    "activity": Q(action_type=ActionType.ACTIVITY),
    "signal": Q(action_type=ActionType.SIGNAL),
    "brief": Q(action_type=ActionType.BRIEF),
    "s2": Q(action_type=ActionType.S2, data__decision="GO"),
    "s3": Q(action_type=ActionType.S3),
}


class ActionQuerySet(models.QuerySet["Action"]):
    def within(self, start: datetime, end: datetime) -> ActionQuerySet:
        """Whose own time lies in [start, end)."""
        return self.filter(occurred_at__gte=start, occurred_at__lt=end)

    def subject(self, action_type: str, subject_id: str) -> ActionQuerySet:
        """What was recorded of one subject, e.g. of a brief by its id; newest first."""
        return self.filter(action_type=action_type, subject_id=subject_id).order_by("-pk")


class Action(models.Model):
    log_id = models.CharField(_("log id"), max_length=20, unique=True)
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="action")
    play = models.ForeignKey(Play, on_delete=models.PROTECT, related_name="actions")
    action_type = models.CharField(_("type"), max_length=10, choices=ActionType.choices)
    subject_id = models.CharField(_("subject"), max_length=200)
    title = models.CharField(_("title"), max_length=1000)
    url = models.CharField(_("link"), max_length=2000, blank=True)
    actor = models.CharField(_("owner"), max_length=200, blank=True)
    occurred_at = models.DateTimeField(_("time"))
    data = models.JSONField(_("details"), default=dict, blank=True)

    counter = models.GeneratedField(
        expression=Case(
            *(When(what, then=Value(name)) for name, what in COUNTED.items()), default=Value("")
        ),
        output_field=models.CharField(max_length=10),
        db_persist=True,
    )

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["-occurred_at", "-pk"]
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        indexes = [
            models.Index(fields=["action_type", "subject_id"], name="action_subject"),
            models.Index(fields=["play", "-occurred_at"], name="action_play_newest"),
            models.Index(fields=["-occurred_at", "-id"], name="action_newest_first"),
            models.Index(fields=["counter", "occurred_at", "play"], name="action_counter_time"),
        ]

    def __str__(self) -> str:
        return self.log_id


class LogNumber(models.Model):
    """The last number given to a log id in a year; its row's lock makes the next one unique."""

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)
    # The highest that was seen on a page: above `last`, the page was written by another database.
    seen = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"LOG-{self.year}-{self.last:05d}"
