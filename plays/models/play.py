"""A Play: a repeatable way of finding opportunities, mirrored from the Play DB."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from plays.rules import fields
from plays.rules.problems import Code, FieldProblem, Problem
from plays.rules.status import Status

# What people call a status.
STATUS_WORDS = {
    Status.GREEN: _("On track"),
    Status.YELLOW: _("At risk"),
    Status.RED: _("Behind"),
}
STATUS_CHOICES = [(status.value, status.name.title()) for status in Status]
OVERRIDE_FIELDS = ["override_status", "override_reason", "override_by", "override_until"]


class PlayQuerySet(models.QuerySet["Play"]):
    def active(self) -> PlayQuerySet:
        return self.filter(is_active=True)

    def begun_by(self, at: datetime) -> PlayQuerySet:
        """For which something was done by then, or which a weekly sync had judged."""
        from plays.models.action import Action
        from plays.models.weekly import WeeklyResult

        own = models.OuterRef("pk")
        done = Action.objects.filter(play=own, occurred_at__lte=at)
        judged = WeeklyResult.objects.filter(play=own, weekly__slot__lte=at)
        return self.filter(models.Exists(done) | models.Exists(judged))

    def due_before(self, day: date) -> PlayQuerySet:
        return self.filter(due_date__lt=day)


class Play(models.Model):
    play_id = models.CharField(_("play id"), max_length=100, unique=True)
    name = models.CharField(_("name"), max_length=300, blank=True)
    owner = models.CharField(_("owner"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=100, blank=True)
    channel = models.CharField(_("channel"), max_length=100, blank=True)
    priority = models.CharField(_("priority"), max_length=100, blank=True)
    cycle = models.CharField(_("cycle"), max_length=100, blank=True)
    next_action = models.TextField(_("next action"), blank=True)
    due_date = models.DateField(_("due date"), null=True, blank=True)
    blocker = models.TextField(_("blocker"), blank=True)
    notes = models.TextField(_("notes"), blank=True)
    is_active = models.BooleanField(pgettext_lazy("Play", "active"), default=True)
    # What the Play DB page said of people's columns when it was last read: the base of a merge.
    page_values = models.JSONField(default=dict, blank=True, editable=False)
    # Where the team keeps the status by hand, what the page said of it when it was last read.
    team_status = models.CharField(
        _("status that the team keeps"),
        max_length=1,
        blank=True,
        editable=False,
        choices=STATUS_CHOICES,
    )
    override_status = models.CharField(
        _("status set by a person"),
        max_length=1,
        blank=True,
        choices=STATUS_CHOICES,
    )
    override_reason = models.TextField(_("why it was set"), blank=True)
    override_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("set by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    override_until = models.DateTimeField(_("set until"), null=True, blank=True)

    objects = PlayQuerySet.as_manager()

    class Meta:
        ordering = ["play_id"]
        verbose_name = _("Play")
        verbose_name_plural = _("Plays")
        constraints = [
            models.CheckConstraint(
                condition=Q(override_status="")
                | (~Q(override_reason="") & Q(override_until__isnull=False)),
                name="play_override_has_reason_and_end",
            )
        ]

    def __str__(self) -> str:
        return self.play_id

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("plays:play", args=[self.play_id])

    def clean(self) -> None:
        """Raises ValidationError where a page would show this Play's row as another's."""
        if not self.play_id:
            return
        try:
            self.play_id = fields.play_id(self.play_id)
        except FieldProblem:
            raise ValidationError(
                {"play_id": _("must not contain characters that nobody can see")}
            ) from None

    def override_at(self, now: datetime) -> Status | None:
        """The status a person set, while it lasts."""
        if self.override_status and self.override_until and now < self.override_until:
            return Status(self.override_status)
        return None


class PlayAlias(models.Model):
    """A short id by which events, files and pages may name a Play."""

    play = models.ForeignKey(
        Play, verbose_name=_("Play"), on_delete=models.CASCADE, related_name="aliases"
    )
    name = models.CharField(_("alias"), max_length=100, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raises ValidationError where the name is a Play's id, or looks like another one."""
        if not self.name:
            return
        try:
            self.name = fields.play_id(self.name)
        except FieldProblem as problem:
            raise ValidationError({"name": problem.at("name").told(gettext)}) from None
        if owner := Play.objects.filter(play_id=self.name).first():
            taken = Problem(code=Code.NAME_TAKEN, params={"name": self.name, "play": owner.play_id})
            raise ValidationError({"name": taken.told(gettext)})
