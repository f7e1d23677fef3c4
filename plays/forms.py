"""What people type: filters of lists, checked before they reach a query."""

from __future__ import annotations

from typing import Any, TypeVar

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from plays.models.event import EventQuerySet
from plays.models.job import JobKind, SyncJobQuerySet
from plays.rules.status import Status

Rows = TypeVar("Rows", bound=QuerySet[Any])
STATUS_WORDS = {
    Status.GREEN: _("On track"),
    Status.YELLOW: _("At risk"),
    Status.RED: _("Behind"),
}


class FilterForm(forms.Form):
    """A filter in the address. A value that cannot be is left out; the others still count."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.is_valid()

    def chosen(self, name: str) -> str:
        return self.cleaned_data.get(name) or ""

    @property
    def is_empty(self) -> bool:
        return not any(self.cleaned_data.values())


class JobFilter(FilterForm):
    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("log id, title, event, error")}
        ),
    )
    play = forms.CharField(
        label=_("Play"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"list": "play-ids", "autocomplete": "off"}),
    )
    page = forms.CharField(label=_("Page ID"), required=False, max_length=50)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All")), *JobKind.choices]
    )

    def narrow(self, jobs: SyncJobQuerySet) -> SyncJobQuerySet:
        if play := self.chosen("play"):
            jobs = jobs.filter(play__play_id__iexact=play)
        if page := self.chosen("page"):
            jobs = jobs.filter(mapping__page__page_id=page)
        if kind := self.chosen("kind"):
            jobs = jobs.filter(kind=kind)
        return search(
            jobs,
            self.chosen("q"),
            "key",
            "play__name",
            "action__title",
            "action__log_id",
            "action__event__event_id",
            "mapping__page__title",
            "last_error",
            "last_message",
        )


class EventFilter(FilterForm):
    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("event id, log id, Play, text")}
        ),
    )

    def narrow(self, events: EventQuerySet) -> EventQuerySet:
        return search(
            events,
            self.chosen("q"),
            "event_id",
            "type",
            "missing",
            "payload",
            "action__log_id",
            "action__play__play_id",
        )


def search(rows: Rows, words: str, *fields: str) -> Rows:
    """Rows of which every word is in one of `fields`, whatever its case."""
    for word in words.split():
        anywhere = Q()
        for field in fields:
            anywhere |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(anywhere)
    return rows
