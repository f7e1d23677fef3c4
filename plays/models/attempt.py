"""One try at writing one page; rows are added and closed, never changed afterwards."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q
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


class SyncAttemptQuerySet(models.QuerySet["SyncAttempt"]):
    def of(self, job: SyncJob) -> SyncAttemptQuerySet:
        """The tries that carried a job."""
        spans = AttemptSpan.objects.filter(job=job).values_list("page", "first", "last")
        fits = (Q(page=page, pk__range=(first, last)) for page, first, last in spans)
        return self.filter(reduce(or_, fits, Q(pk__in=[])))


class SyncAttempt(models.Model):
    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="attempts")
    job_count = models.PositiveIntegerField(_("jobs"), default=0)
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

    objects = SyncAttemptQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        verbose_name = _("try")
        verbose_name_plural = _("tries")
        indexes = [
            models.Index(fields=["page", "-started_at"], name="attempt_page_newest"),
            models.Index(fields=["started_at"], name="attempt_started"),
        ]

    def __str__(self) -> str:
        return f"{self.page} {self.started_at:%Y-%m-%d %H:%M:%S} {self.outcome}"


class AttemptSpan(models.Model):
    """Tries of a page in a row that carried a job: `tries` of them, from `first` to `last`.

    A page is tried again and again with all that it is owed. A row for each job of each try would
    be a million in a day on which a page with a thousand edits is away; so a span grows instead.
    Its ends are primary keys of tries that may have been deleted since.
    """

    job = models.ForeignKey(SyncJob, on_delete=models.CASCADE, related_name="spans")
    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="+")
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    tries = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["page", "last"], name="span_page_last")]

    def __str__(self) -> str:
        return f"{self.job} {self.first}–{self.last}"
