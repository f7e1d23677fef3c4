"""A Play's ToDo page: that it was asked for, and what it says when it is read back."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from plays.models.play import Play


class TodoRequestQuerySet(models.QuerySet["TodoRequest"]):
    def waiting(self) -> TodoRequestQuerySet:
        """Not given up: it will be made by itself."""
        return self.filter(given_up_at__isnull=True)

    def due(self, now: datetime) -> TodoRequestQuerySet:
        return self.waiting().filter(run_after__lte=now)


class TodoRequest(models.Model):
    """A ToDo page that somebody asked for and that is not made yet; gone once it is."""

    play = models.OneToOneField(Play, on_delete=models.CASCADE, related_name="todo_request")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.TextField(_("why"), blank=True)
    asked_at = models.DateTimeField(_("asked"))
    run_after = models.DateTimeField(_("not before"))
    failures = models.PositiveIntegerField(_("failures"), default=0)
    given_up_at = models.DateTimeField(_("given up"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=100, blank=True)
    message = models.TextField(_("message"), blank=True)

    objects = TodoRequestQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = _("request for a ToDo page")
        verbose_name_plural = _("requests for ToDo pages")

    def __str__(self) -> str:
        return f"{self.play} {self.error}".strip()


class TodoReading(models.Model):
    """The last look at a Play's ToDo page: how many tasks there are, and how many are done."""

    play = models.OneToOneField(Play, on_delete=models.CASCADE, related_name="todo_reading")
    total = models.PositiveIntegerField(_("tasks"), default=0)
    done = models.PositiveIntegerField(_("done"), default=0)
    read_at = models.DateTimeField(_("read"))
    error = models.CharField(_("error"), max_length=100, blank=True)
    message = models.TextField(_("message"), blank=True)

    class Meta:
        verbose_name = _("ToDo progress")
        verbose_name_plural = _("ToDo progress")

    def __str__(self) -> str:
        return f"{self.play} {self.done}/{self.total}"


class TodoTask(models.Model):
    """One task of a Play's ToDo page, as it was at the last reading."""

    play = models.ForeignKey(Play, on_delete=models.CASCADE, related_name="todo_tasks")
    position = models.PositiveIntegerField(_("position"))
    task_id = models.CharField(_("task id"), max_length=50, blank=True)
    text = models.TextField(_("text"))
    is_done = models.BooleanField(_("done"), default=False)
    assignee = models.CharField(_("assignee"), max_length=200, blank=True)
    assignee_id = models.CharField(_("assignee's account"), max_length=200, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)

    class Meta:
        ordering = ["play", "position"]
        verbose_name = _("ToDo task")
        verbose_name_plural = _("ToDo tasks")
        constraints = [
            models.UniqueConstraint(fields=["play", "position"], name="one_task_a_position")
        ]

    def __str__(self) -> str:
        return self.text[:80]
