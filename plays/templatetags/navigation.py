"""The navigation: three groups of places, with what waits at each, and where somebody is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

register = template.Library()


@dataclass(frozen=True)
class Place:
    """An entry: `name` is its address's, `below` are the names of the screens below it.

    `counts` is the page's own count of what waits there, `counted` says of what, `tone` how bad
    that is. `is_near`: it stands at the thumb on a phone. `for_admins`: others do not see it.
    """

    name: str
    label: str | Promise
    below: tuple[str, ...] = ()
    counts: str = ""
    counted: str | Promise = ""
    tone: str = "bad"
    is_near: bool = False
    for_admins: bool = False

    @property
    def screens(self) -> tuple[str, ...]:
        """Its own and those below it, by the names of their addresses."""
        return (self.name, *self.below)


@dataclass(frozen=True)
class Group:
    name: str
    label: str | Promise
    places: tuple[Place, ...]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A place as one page shows it; `count` is 0, "" or None where nothing waits."""

    place: Place
    address: str
    count: Any
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class Entries:
    name: str
    label: str | Promise
    entries: tuple[Entry, ...]

    @property
    def is_current(self) -> bool:
        return any(entry.is_current for entry in self.entries)


GROUPS = (
    Group(
        "progress",
        _("Progress"),
        (
            Place("dashboard", _("Overview"), ("play", "search"), is_near=True),
            Place("funnel", _("Funnel")),
            Place("me", _("Mine"), ("password",), is_near=True),
            Place("calendar", _("Calendar")),
            Place("digest", _("Weekly report"), is_near=True),
            Place("todo", _("ToDo")),
        ),
    ),
    Group(
        "operation",
        _("Operation"),
        (
            Place(
                "status",
                pgettext_lazy("system", "Status"),
                ("status_checks",),
                counts="silence",
                counted=_("no worker answers"),
            ),
            Place(
                "jobs",
                _("Jobs"),
                (
                    *("job", "job_preview", "jobs_retry", "jobs_cancel", "acknowledge"),
                    *("recovery", "recover_since", "recover_missing", "recover_all"),
                    *("reconcile", "reconcile_look", "reconcile_act", "reconcile_done"),
                ),
                counts="failed_jobs",
                counted=_("failed"),
                is_near=True,
            ),
            Place(
                "events", _("Events"), ("event",), counts="rejected_events", counted=_("rejected")
            ),
            Place("pauses", _("Pauses"), counts="active_pauses", tone="warn"),
            Place("weekly", _("Weekly"), ("weekly_result", "weekly_plan")),
        ),
    ),
    Group(
        "setup",
        _("Set-up"),
        (
            Place("setup", _("First steps"), ("setup_look",), for_admins=True),
            Place(
                "mappings",
                _("Mappings"),
                (
                    *("mapping", "play_mapping", "mapping_history", "mapping_sheet"),
                    *("make_missing", "page_batch", "columns"),
                ),
            ),
            Place("plays", _("Plays"), ("play_add", "play_edit", "play_status")),
            Place("plays_import", _("Import"), ("play_db_read",), for_admins=True),
            Place("access", _("Access"), ("token_make",), for_admins=True),
            Place("rules", _("Team rules"), ("targets",)),
            Place("audit", _("Audit trail"), ("act",)),
        ),
    ),
)


@register.inclusion_tag("_partials/_navigation.html", takes_context=True)
def navigation(context: Context) -> dict[str, Any]:
    """All groups; on a phone those that are near, and the rest behind one button."""
    groups = [_entries(group, context) for group in GROUPS]
    entries = [entry for group in groups for entry in group.entries]
    far = [entry for entry in entries if not entry.place.is_near]
    return {
        "groups": groups,
        "near": [entry for entry in entries if entry.place.is_near],
        "waits_far": any(entry.count for entry in far),
        "is_far": any(entry.is_current for entry in far),
        "has_admin": context.get("may_administer"),
    }


@register.simple_tag
def places_of_admin() -> list[Entries]:
    """All groups, for Django's admin: who is there may go everywhere, and is at none of them."""
    return [_entries(group, Context({"may_administer": True})) for group in GROUPS]


@register.simple_tag(takes_context=True)
def places_called(context: Context, words: str) -> list[dict[str, Any]]:
    """The entries whose name has `words` in it, whatever its case, that the person may go to."""
    return [
        {"place": entry.place, "address": entry.address, "group": group.label}
        for group in (_entries(each, context) for each in GROUPS)
        for entry in group.entries
        if words.casefold() in str(entry.place.label).casefold()
    ]


def _entries(group: Group, context: Context) -> Entries:
    is_admin = bool(context.get("may_administer"))
    places = (place for place in group.places if is_admin or not place.for_admins)
    entries = tuple(_entry(place, context) for place in places)
    return Entries(name=group.name, label=group.label, entries=entries)


def _entry(place: Place, context: Context) -> Entry:
    match = getattr(context.get("request"), "resolver_match", None)  # an error page may lack both
    return Entry(
        place=place,
        address=reverse(f"plays:{place.name}"),
        count=_count(context.get(place.counts)) if place.counts else 0,
        is_current=match is not None and match.url_name in place.screens,
    )


def _count(waiting: Any) -> Any:
    """A number as it is, of a list its length; of a trouble without a number a mark."""
    if isinstance(waiting, int):
        return waiting
    if isinstance(waiting, list):
        return len(waiting)
    return "!" if waiting else 0
