"""What a Play's ToDo page says when it is read back."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from plays.models.play import Play


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
