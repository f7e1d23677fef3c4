"""One try at writing one page; rows are added and closed, never changed afterwards."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from plays.models.job import SyncJob
from plays.models.page import Page


class Outcome(models.TextChoices):
    RUNNING = "running", _("running")
    WRITTEN = "written", _("written")
    UNCHANGED = "unchanged", _("already right")
    LANDED = "landed", _("an earlier write had landed")
    CONTINUED = "continued", _("full: it goes on on a new page")
    CONFLICT = "conflict", _("somebody saved in between")
    ERROR = "error", _("error")
    INTERRUPTED = "interrupted", _("worker was stopped")


class SyncAttempt(models.Model):
    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="attempts")
    jobs: models.ManyToManyField[SyncJob, models.Model] = models.ManyToManyField(
        SyncJob, related_name="attempts"
    )
    started_at = models.DateTimeField(_("started"))
    duration_ms = models.PositiveIntegerField(_("duration, ms"), null=True, blank=True)
    calls = models.PositiveIntegerField(_("calls"), default=0)
    outcome = models.CharField(
        _("outcome"), max_length=20, choices=Outcome.choices, default=Outcome.RUNNING
    )
    http_status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=100, blank=True)
    message = models.TextField(_("message"), blank=True)
    request_id = models.CharField(_("request id"), max_length=200, blank=True)
    version_before = models.PositiveIntegerField(_("version before"), null=True, blank=True)
    version_after = models.PositiveIntegerField(_("version after"), null=True, blank=True)
    token = models.CharField(_("token in the version message"), max_length=40, blank=True)

    class Meta:
        ordering = ["-started_at", "-pk"]
        verbose_name = _("try")
        verbose_name_plural = _("tries")
        indexes = [models.Index(fields=["page", "-started_at"], name="attempt_page_newest")]

    def __str__(self) -> str:
        return f"{self.page} {self.started_at:%Y-%m-%d %H:%M:%S} {self.outcome}"
