"""What is known and accepted for a time: a cause of failures, a finding, a rejected event."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from plays.models.event import Event, EventQuerySet
from plays.models.job import SyncJob, SyncJobQuerySet
from plays.models.page import Page


class Subject(models.TextChoices):
    CAUSE = "cause", _("cause of failures")
    FINDING = "finding", _("finding")
    EVENT = "event", _("rejected event")


class AcknowledgementQuerySet(models.QuerySet["Acknowledgement"]):
    def active(self, now: datetime) -> AcknowledgementQuerySet:
        return self.filter(ended_at__isnull=True, until__gt=now)


class Acknowledgement(models.Model):
    """Somebody knows, says why it is all right, and until when: it raises no alarm so long, nor
    while there is less than twice as much of it as there was (`count`, failed jobs of a cause).

    A cause is an `error` of a `kind` of edit on a `page`; a finding is a `kind` at a `key` and
    `column` of a `page`, as long as the page says what was `found`; an event is itself.
    """

    subject = models.CharField(_("what"), max_length=7, choices=Subject.choices)
    event = models.ForeignKey(
        Event, null=True, on_delete=models.CASCADE, related_name="acknowledgements"
    )
    page = models.ForeignKey(
        Page, null=True, on_delete=models.CASCADE, related_name="acknowledgements"
    )
    error = models.CharField(_("error"), max_length=100, blank=True)
    kind = models.CharField(_("kind"), max_length=20, blank=True)
    key = models.CharField(_("row or entry"), max_length=100, blank=True)
    column = models.CharField(_("column"), max_length=100, blank=True)
    found = models.TextField(_("on the page"), blank=True)
    count = models.PositiveIntegerField(_("how many"), default=1)
    reason = models.TextField(_("why"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_name = models.CharField(_("who, by name"), max_length=200)
    at = models.DateTimeField(_("when"))
    until = models.DateTimeField(_("until"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = AcknowledgementQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="acknowledged_with_a_reason")
        ]
        indexes = [models.Index(fields=["until"], name="acknowledged_until")]

    def __str__(self) -> str:
        return f"{self.get_subject_display()} {self.error or self.kind} {self.key}".strip()

    @property
    def cause(self) -> tuple[str, str, int | None]:
        return self.error, self.kind, self.page_id

    @property
    def finding(self) -> tuple[str, int | None, str, str, str]:
        return self.kind, self.page_id, self.key, self.column, self.found


def is_known(now: datetime) -> Exists:
    """Whether the cause for which a job failed is acknowledged."""
    known = Acknowledgement.objects.active(now).filter(subject=Subject.CAUSE)
    same = known.filter(
        error=OuterRef("last_error"), kind=OuterRef("kind"), page=OuterRef("mapping__page")
    )
    return Exists(same)


def open_failures(now: datetime) -> SyncJobQuerySet:
    """Failed jobs whose cause nobody has acknowledged."""
    return SyncJob.objects.failed().exclude(is_known(now))


def failures_by_cause() -> dict[tuple[str, str, int | None], int]:
    """How many failed jobs each cause has, by `Acknowledgement.cause`."""
    causes = SyncJob.objects.failed().order_by().values_list("last_error", "kind", "mapping__page")
    return {tuple(cause): count for *cause, count in causes.annotate(count=Count("*"))}


def open_rejections(now: datetime) -> EventQuerySet:
    """Rejected events that nobody has acknowledged."""
    known = Acknowledgement.objects.active(now).filter(event=OuterRef("pk"))
    return Event.objects.rejected().exclude(Exists(known))
