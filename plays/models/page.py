"""A Confluence page that we write, and who of us is writing it now."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PageState(models.TextChoices):
    UNSEEN = "unseen", _("not read yet")
    OK = "ok", _("fine")
    MISSING = "missing", _("missing")
    FORBIDDEN = "forbidden", _("no permission")
    ARCHIVED = "archived", _("archived")
    TRASHED = "trashed", _("in the trash")
    WRONG_SHAPE = "wrong_shape", _("not laid out as needed")


class PageQuerySet(models.QuerySet["Page"]):
    def free(self, now: datetime) -> PageQuerySet:
        """Claimed by nobody, or by somebody whose lease ran out."""
        return self.filter(Q(lease_until__isnull=True) | Q(lease_until__lte=now))

    def claimed(self, now: datetime) -> PageQuerySet:
        return self.filter(lease_until__gt=now)


class Page(models.Model):
    page_id = models.CharField(_("page id"), max_length=50, unique=True)
    title = models.CharField(_("title"), max_length=300, blank=True)
    url = models.CharField(_("address"), max_length=2000, blank=True)
    version = models.PositiveIntegerField(_("version"), null=True, blank=True)
    body_size = models.PositiveIntegerField(_("size in characters"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=20, choices=PageState.choices, default=PageState.UNSEEN
    )
    state_reason = models.TextField(_("why"), blank=True)
    read_at = models.DateTimeField(_("last read"), null=True, blank=True)
    written_at = models.DateTimeField(_("last written"), null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    lease_token = models.CharField(max_length=200, blank=True, editable=False)
    interruptions = models.PositiveIntegerField(default=0, editable=False)
    rung_at = models.DateTimeField(null=True, blank=True, editable=False)
    # While edits were given up because of the page: when to look whether it is well, how often so.
    look_after = models.DateTimeField(null=True, blank=True, editable=False)
    looks = models.PositiveIntegerField(default=0, editable=False)

    objects = PageQuerySet.as_manager()

    class Meta:
        ordering = ["page_id"]
        verbose_name = _("page")
        verbose_name_plural = _("pages")

    def __str__(self) -> str:
        return self.title or self.page_id
