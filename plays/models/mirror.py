"""What people changed in their columns of the Play DB page, taken over into the mirror."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

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
