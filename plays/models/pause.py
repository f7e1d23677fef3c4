"""A pause that a person ordered: of a page, a Play, a kind of edit, or everything."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plays.models.page import Page
from plays.models.play import Play


class PauseScope(models.TextChoices):
    ALL = "all", _("everything")
    PAGE = "page", _("a page")
    PLAY = "play", _("a Play")
    KIND = "kind", _("a kind of edit")


class PauseQuerySet(models.QuerySet["Pause"]):
    def active(self) -> PauseQuerySet:
        return self.filter(ended_at__isnull=True)


class Pause(models.Model):
    scope = models.CharField(_("scope"), max_length=10, choices=PauseScope.choices)
    page = models.ForeignKey(Page, null=True, on_delete=models.CASCADE, related_name="pauses")
    play = models.ForeignKey(Play, null=True, on_delete=models.CASCADE, related_name="pauses")
    kind = models.CharField(_("kind"), max_length=20, blank=True)
    reason = models.TextField(_("why"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = PauseQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        constraints = [
            models.CheckConstraint(
                condition=Q(scope="all", page=None, play=None, kind="")
                | (Q(scope="page", play=None, kind="") & Q(page__isnull=False))
                | (Q(scope="play", page=None, kind="") & Q(play__isnull=False))
                | (Q(scope="kind", page=None, play=None) & ~Q(kind="")),
                name="pause_names_what_its_scope_needs",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_scope_display()} {self.page or self.play or self.kind}".strip()
