"""Pages of Plays that somebody asked for: one alone, or all that are missing at once."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from plays.models.mapping import PLAY_PARTS, PartChoice
from plays.models.page import Page
from plays.models.play import Play

PART_CHOICES = [(part.value, part.label) for part in PLAY_PARTS]


class PageBatchQuerySet(models.QuerySet["PageBatch"]):
    def running(self, part: str) -> PageBatchQuerySet:
        """Batches of which a page is still to be made by itself."""
        waiting = PageRequest.objects.filter(batch=OuterRef("pk")).waiting()
        return self.filter(Exists(waiting), part=part)


class PageBatch(models.Model):
    """All missing pages of a part, asked for at once. `total` is how many were asked for; a
    request that is asked for again, in a later batch, moves there.
    """

    part = models.CharField(_("part"), max_length=20, choices=PART_CHOICES)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reason = models.TextField(_("why"), blank=True)
    total = models.PositiveIntegerField(_("how many"))
    started_at = models.DateTimeField(_("started"))

    objects = PageBatchQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        verbose_name = _("batch of pages")
        verbose_name_plural = _("batches of pages")

    def __str__(self) -> str:
        return f"{self.get_part_display()} {self.started_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("plays:page_batch", args=[self.pk])


class PageRequestQuerySet(models.QuerySet["PageRequest"]):
    def open(self) -> PageRequestQuerySet:
        """Its page is not there yet, whether somebody is asked or not."""
        return self.filter(made_at__isnull=True)

    def waiting(self) -> PageRequestQuerySet:
        """Not given up: it will be made by itself."""
        return self.open().filter(given_up_at__isnull=True)

    def given_up(self) -> PageRequestQuerySet:
        return self.open().filter(given_up_at__isnull=False)

    def due(self, now: datetime) -> PageRequestQuerySet:
        return self.waiting().filter(run_after__lte=now)


class PageRequest(models.Model):
    """A Play's page that somebody asked for.

    It is gone once the page is there; in a batch it stays to tell how that came: `how` is "made",
    "adopted" (there was a page with the title), "there" (it was mapped already) or "mapped" (by a
    person, meanwhile).
    """

    part = models.CharField(
        _("part"), max_length=20, choices=PART_CHOICES, default=PartChoice.PLAY_TODO
    )
    play = models.ForeignKey(Play, on_delete=models.CASCADE, related_name="page_requests")
    batch = models.ForeignKey(
        PageBatch, null=True, blank=True, on_delete=models.CASCADE, related_name="requests"
    )
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
    made_at = models.DateTimeField(_("made"), null=True, blank=True)
    how = models.CharField(max_length=10, blank=True)
    page = models.ForeignKey(
        Page, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = PageRequestQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = _("request for a page")
        verbose_name_plural = _("requests for pages")
        constraints = [
            models.UniqueConstraint(
                fields=["part", "play"],
                condition=Q(made_at__isnull=True),
                name="one_open_request_a_part_and_play",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()} {self.play} {self.error}".strip()
