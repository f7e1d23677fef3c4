"""Which events people mean: the search, the type and the tab, all of it in the address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plays.models import Action, Event
from plays.models.event import EventQuerySet
from plays.rules.events import EVENT_TYPES
from plays.views.common.forms import RangeFilter, search

WORDS_IN = (
    "event_id",
    "source",
    "type",
    "missing",
    "payload",
    "action__log_id",
    "action__play__play_id",
)
OTHER = "other"
MOST_NAMED = 500


class EventFilter(RangeFilter):
    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("event id, log id, Play, text")}
        ),
    )
    type = forms.ChoiceField(
        label=_("Type"),
        required=False,
        choices=[("", _("All")), *((name, name) for name in EVENT_TYPES), (OTHER, _("Other"))],
    )

    def named(self) -> list[int]:
        """Events, by primary key, that the search names by an id of theirs, however old."""
        words = self.chosen("q").split()
        by_id = Event.objects.filter(event_id__in=words).order_by().values_list("pk", flat=True)
        by_log = Action.objects.filter(log_id__in=words).values_list("event_id", flat=True)
        return [*by_id[:MOST_NAMED], *by_log[:MOST_NAMED]]

    def narrow(self, events: EventQuerySet) -> EventQuerySet:
        kind: Any = self.chosen("type")
        if kind == OTHER:
            events = events.exclude(type__in=list(EVENT_TYPES))
        elif kind:
            events = events.filter(type=kind)
        events = self.within(events, "received_at")
        return search(events, self.chosen("q"), *WORDS_IN)
