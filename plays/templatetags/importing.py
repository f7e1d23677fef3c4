"""How a field of a Play is called, and where a Play and the Play DB page say different things."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plays.models import MirrorChange, Play
from plays.rules.particles import with_particles

if TYPE_CHECKING:
    from plays.sync.plays.importer.matching import Matched

register = template.Library()

# Why a column of a file is read as it is.
REASONS = {
    "named": gettext_lazy("by its name"),
    "chosen": gettext_lazy("chosen by you"),
    "remembered": gettext_lazy("remembered from an earlier file"),
    "counted": gettext_lazy("the product counts and judges this itself"),
    "numbering": gettext_lazy("a running number"),
    "blank": gettext_lazy("empty"),
}
# For how long, and how many of them, a value of ours that gave way to the page's is shown.
SHOWN_FOR = timedelta(days=14)
SHOWN_CONFLICTS = 5


@register.filter
def field_label(name: str) -> str:
    """The field's name in the reader's language."""
    from plays.sync.plays.importer.preview import LABELS

    return str(LABELS[name])


@register.simple_tag
def match_reason(one: Matched) -> str:
    """Why a column of the file is read as it is."""
    if one.is_open:
        if not one.likely:
            return _("not known")
        words = {"percent": one.percent, "column": one.likely.label}
        return with_particles(_("%(percent)s%% like “%(column)s”: please check") % words)
    return str(REASONS[one.how.value])


@register.inclusion_tag("importing/_of_play.html")
def people_columns_of(play: Play) -> dict[str, Any]:
    """What differs on the Play DB page, and what both sides had changed lately."""
    from plays.sync.plays.people_columns.pull import differing

    lately = MirrorChange.objects.filter(
        play=play, is_conflict=True, at__gte=timezone.now() - SHOWN_FOR
    )
    return {"differing": differing(play), "conflicts": lately[:SHOWN_CONFLICTS]}
