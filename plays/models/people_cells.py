"""What people wrote into the cells of our tables: taken over from columns of theirs, or kept in one
of ours.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from plays.models.job import JobKind
from plays.models.play import Play


class MirrorChange(models.Model):
    """One value taken from the page. In a conflict both sides had changed it; the page won."""

    play = models.ForeignKey(Play, on_delete=models.CASCADE, related_name="mirror_changes")
    field = models.CharField(_("field"), max_length=40)
    before = models.TextField(_("at the last reading"), blank=True)
    ours = models.TextField(_("here"), blank=True)
    page_value = models.TextField(_("on the page"), blank=True)
    is_conflict = models.BooleanField(_("both sides had changed it"), default=False)
    at = models.DateTimeField(_("when"))

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("change from the Play DB page")
        verbose_name_plural = _("changes from the Play DB page")

    def __str__(self) -> str:
        return f"{self.play} {self.field}"


class KeptCell(models.Model):
    """Of the row `key` in the table of `kind`: `theirs` stays as long as our value is `ours`."""

    kind = models.CharField(max_length=20, choices=JobKind.choices)
    key = models.CharField(_("row"), max_length=100)
    column = models.CharField(_("column"), max_length=100)
    theirs = models.TextField(_("on the page"), blank=True)
    ours = models.TextField(_("here"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    at = models.DateTimeField(_("when"))
    reason = models.TextField(_("why"), blank=True)

    class Meta:
        ordering = ["kind", "key", "column"]
        verbose_name = _("kept cell")
        verbose_name_plural = _("kept cells")
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "column"], name="one_kept_per_cell")
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.column}: {self.theirs}"
