"""A short id by which events, files and pages may name a Play."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from plays.models.play import Play
from plays.rules import fields
from plays.rules.problems import Code, FieldProblem, Problem


class PlayAlias(models.Model):
    play = models.ForeignKey(
        Play, verbose_name=_("Play"), on_delete=models.CASCADE, related_name="aliases"
    )
    name = models.CharField(_("alias"), max_length=100, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raises ValidationError where the name is a Play's id, or looks like another one."""
        if not self.name:
            return
        try:
            self.name = fields.play_id(self.name)
        except FieldProblem as problem:
            raise ValidationError({"name": problem.at("name").told(gettext)}) from None
        if owner := Play.objects.filter(play_id=self.name).first():
            taken = Problem(code=Code.NAME_TAKEN, params={"name": self.name, "play": owner.play_id})
            raise ValidationError({"name": taken.told(gettext)})
