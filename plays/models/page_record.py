"""What stands on a page under an id of ours and is not in the database: some database wrote it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from plays.models.page import Page
from plays.models.play import Play


class PageRecord(models.Model):
    """One row or entry as it reads, found by a comparison. What of it cannot be read is empty."""

    log_id = models.CharField(_("log id"), max_length=20)
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="records")
    play = models.ForeignKey(Play, null=True, on_delete=models.CASCADE, related_name="+")
    action_type = models.CharField(_("type"), max_length=10, blank=True)
    title = models.CharField(_("title"), max_length=1000, blank=True)
    occurred_at = models.DateTimeField(_("time"), null=True)
    text = models.TextField(_("on the page"))
    found_at = models.DateTimeField(_("found"))
    # A person said so: it is no event of ours, and nobody is asked about it again.
    is_theirs = models.BooleanField(_("was here before us"), default=False)

    class Meta:
        ordering = ["log_id", "pk"]
        verbose_name = _("record on a page")
        verbose_name_plural = _("records on pages")
        constraints = [
            models.UniqueConstraint(fields=["page", "log_id"], name="one_record_per_page_and_id")
        ]

    def __str__(self) -> str:
        return f"{self.log_id} {self.page}"
