"""Which Confluence page plays which part, and who changed that."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plays.models.page import Page
from plays.models.play import Play
from plays.rules.planner import Part


class PartChoice(models.TextChoices):
    PROJECT_TODO = Part.PROJECT_TODO.value, _("Project TODO")
    PLAY_DB = Part.PLAY_DB.value, _("Play DB")
    ACTION_LOG = Part.ACTION_LOG.value, _("Action Log")
    LIVE_DOC = Part.LIVE_DOC.value, _("Live doc")
    PLAY_TODO = Part.PLAY_TODO.value, _("Play ToDo")


SHARED_PARTS = (PartChoice.PROJECT_TODO, PartChoice.PLAY_DB, PartChoice.ACTION_LOG)
PLAY_PARTS = (PartChoice.LIVE_DOC, PartChoice.PLAY_TODO)

# The setting that names a page, by the part that the page plays.
ENVIRONMENT = {
    PartChoice.PROJECT_TODO: "CONFLUENCE_TODO_PAGE_ID",
    PartChoice.PLAY_DB: "CONFLUENCE_PLAY_DB_PAGE_ID",
    PartChoice.ACTION_LOG: "CONFLUENCE_ACTION_LOG_PAGE_ID",
}


class PageMappingQuerySet(models.QuerySet["PageMapping"]):
    def shared(self, part: str) -> PageMapping:
        """The mapping of a shared part; made empty where there is none yet."""
        return self.get_or_create(part=part, play=None)[0]

    def of_play(self, play: Play, part: str) -> PageMapping:
        """The mapping of a Play's own part; made empty where there is none yet."""
        return self.get_or_create(part=part, play=play)[0]

    def make_parts_of(self, play: Play) -> None:
        """The Play's own parts, each without a page where it has no mapping yet."""
        for part in PLAY_PARTS:
            self.of_play(play, part)

    def unmapped(self) -> PageMappingQuerySet:
        return self.filter(page__isnull=True)


class PageMapping(models.Model):
    part = models.CharField(_("part"), max_length=20, choices=PartChoice.choices)
    play = models.ForeignKey(
        Play,
        verbose_name=_("Play"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="mappings",
    )
    page = models.ForeignKey(
        Page,
        verbose_name=_("page"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="mappings",
    )

    objects = PageMappingQuerySet.as_manager()

    class Meta:
        ordering = ["part", "play"]
        verbose_name = _("page mapping")
        verbose_name_plural = _("page mappings")
        constraints = [
            models.UniqueConstraint(
                fields=["part"], condition=Q(play__isnull=True), name="one_mapping_a_shared_part"
            ),
            models.UniqueConstraint(
                fields=["part", "play"],
                condition=Q(play__isnull=False),
                name="one_mapping_a_part_and_play",
            ),
            models.CheckConstraint(
                condition=Q(play__isnull=True, part__in=SHARED_PARTS)
                | Q(play__isnull=False, part__in=PLAY_PARTS),
                name="shared_parts_have_no_play",
            ),
        ]

    def __str__(self) -> str:
        label = self.get_part_display()
        return f"{label} · {self.play}" if self.play_id else str(label)

    def get_absolute_url(self) -> str:
        """Where the part is looked at and changed; holds for a mapping that is not made yet too."""
        from django.urls import reverse

        if self.play is None:
            return reverse("plays:mapping", args=[self.part])
        return reverse("plays:play_mapping", args=[self.part, self.play.play_id])


class PersonsChange(models.Model):
    """Who changed something, when and why."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    at = models.DateTimeField(_("time"))
    reason = models.TextField(_("why"), blank=True)

    class Meta:
        abstract = True


class PageMappingChange(PersonsChange):
    """A change of a mapping: who, when, from which page to which, why."""

    mapping = models.ForeignKey(PageMapping, on_delete=models.CASCADE, related_name="changes")
    old_page = models.ForeignKey(
        Page,
        verbose_name=_("page before"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    new_page = models.ForeignKey(
        Page,
        verbose_name=_("page after"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("change of a page mapping")
        verbose_name_plural = _("changes of page mappings")

    def __str__(self) -> str:
        return f"{self.mapping}: {self.old_page} → {self.new_page}"
