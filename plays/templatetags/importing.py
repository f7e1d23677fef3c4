"""How a field of a Play is called, and where a Play and the Play DB page say different things."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import template
from django.utils import timezone

from plays.models import MirrorChange, Play
from plays.sync.plays.importer.preview import LABELS
from plays.sync.plays.people_columns import differing

register = template.Library()

# For how long, and how many of them, a value of ours that gave way to the page's is shown.
SHOWN_FOR = timedelta(days=14)
SHOWN_CONFLICTS = 5


@register.filter
def field_label(name: str) -> str:
    """The field's name in the reader's language."""
    return str(LABELS[name])


@register.inclusion_tag("importing/_of_play.html")
def mirror_of(play: Play) -> dict[str, Any]:
    """What differs on the Play DB page, and what both sides had changed lately."""
    lately = MirrorChange.objects.filter(
        play=play, is_conflict=True, at__gte=timezone.now() - SHOWN_FOR
    )
    return {"differing": differing(play), "conflicts": lately[:SHOWN_CONFLICTS]}
