"""What holds for the whole Confluence site: a pause, a stop, and why."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


class Site(models.Model):
    """One row. `paused_until` ends by itself; a stop ends when the credentials work again."""

    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    pauses = models.PositiveIntegerField(_("pauses in a row"), default=0)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    probe_after = models.DateTimeField(_("next look"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=100, blank=True)
    message = models.TextField(_("message"), blank=True)
    # The log stops where a page tells of what this database never wrote, until a person acts.
    log_stopped_at = models.DateTimeField(_("log stopped"), null=True, blank=True)
    log_reason = models.TextField(_("why the log stopped"), blank=True)
    log_compared_at = models.DateTimeField(_("log compared"), null=True, blank=True)

    class Meta:
        verbose_name = _("Confluence site")
        verbose_name_plural = _("Confluence site")

    def __str__(self) -> str:
        return "Confluence"

    @classmethod
    def current(cls) -> Site:
        return cls.objects.get_or_create(pk=1)[0]

    @classmethod
    def lock(cls) -> Site:
        """The row, locked until the transaction ends: one at a time does what only one may do."""
        cls.current()
        return cls.objects.select_for_update(no_key=True).get(pk=1)

    def is_open(self, now: datetime) -> bool:
        """Whether pages may be written now."""
        return self.stopped_at is None and self.pause_end(now) is None

    def pause_end(self, now: datetime) -> datetime | None:
        """When the pause that holds now ends; None where none does."""
        return self.paused_until if self.paused_until and self.paused_until > now else None
