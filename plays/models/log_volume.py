"""The pages of the Action Log: when one is full the log goes on on the next."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from plays.models.page import Page


class LogVolumeQuerySet(models.QuerySet["LogVolume"]):
    def closed(self) -> LogVolumeQuerySet:
        return self.filter(closed_at__isnull=False)


class LogVolume(models.Model):
    """One page of the Action Log, in the order in which they were begun."""

    page = models.OneToOneField(Page, on_delete=models.PROTECT, related_name="log_volume")
    number = models.PositiveIntegerField(_("number"), unique=True)
    opened_at = models.DateTimeField(_("begun"))
    closed_at = models.DateTimeField(_("full since"), null=True, blank=True)

    objects = LogVolumeQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("page of the Action Log")
        verbose_name_plural = _("pages of the Action Log")

    def __str__(self) -> str:
        return f"{self.number} {self.page}"
