"""A Confluence page that we write, who of us is writing it now, and what is known of it besides."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plays.models.play import Play


class PageState(models.TextChoices):
    UNSEEN = "unseen", _("not read yet")
    OK = "ok", _("fine")
    MISSING = "missing", _("missing")
    FORBIDDEN = "forbidden", _("no permission")
    ARCHIVED = "archived", _("archived")
    TRASHED = "trashed", _("in the trash")
    WRONG_SHAPE = "wrong_shape", _("not laid out as needed")


class Leased(models.Model):
    """A row that one process holds for a while (`sync.leases`)."""

    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    lease_token = models.CharField(max_length=200, blank=True, editable=False)

    class Meta:
        abstract = True


def is_free(now: datetime) -> Q:
    """Claimed by nobody, or by somebody whose lease ran out."""
    return Q(lease_until__isnull=True) | Q(lease_until__lte=now)


class PageQuerySet(models.QuerySet["Page"]):
    def free(self, now: datetime) -> PageQuerySet:
        return self.filter(is_free(now))

    def claimed(self, now: datetime) -> PageQuerySet:
        return self.filter(lease_until__gt=now)


class Page(Leased):
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


class LogVolumeQuerySet(models.QuerySet["LogVolume"]):
    def closed(self) -> LogVolumeQuerySet:
        return self.filter(closed_at__isnull=False)


class LogVolume(models.Model):
    """A page of the Action Log, in the order in which they were begun; a full one has a next."""

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


class PageAppend(models.Model):
    """An append that a caller named by a key: it is made once, however often it is asked for.

    `digest` tells whether the same key comes again with another text; `token` stands in the
    message of the version that made it. `version` is None until that is known to be there.
    """

    page_id = models.CharField(max_length=50)
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    token = models.CharField(max_length=12)
    version = models.PositiveIntegerField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["page_id", "key"], name="one_append_per_page_and_key")
        ]

    def __str__(self) -> str:
        return f"{self.page_id} · {self.key}"


class PageRecord(models.Model):
    """What stands on a page under an id of ours and is not in the database: some database wrote it.

    One row or entry as it reads, found by a comparison. What of it cannot be read is empty.
    """

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
