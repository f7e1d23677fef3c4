"""Events: what came in, what was rejected and why, what became of it; accepted again by people."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Page
from django.db.models import Q
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from plays.models import Action, AuditEntry, Event
from plays.models.counting import Count, before_newest, count_of, total_of
from plays.models.event import EventQuerySet, EventState
from plays.rules.events import EVENT_TYPES
from plays.sync.intake.accepting import accept_events
from plays.sync.intake.receiving import ReceiptStatus
from plays.views.common.access import RoleRequest, may_retry, sees
from plays.views.common.csv_file import csv_file, in_pieces
from plays.views.common.forms import RangeFilter, search
from plays.views.common.posted import picked_ids
from plays.views.common.render import back, paginate, paginate_found, render_page
from plays.views.common.tabs import Tab, tabs

CSV_HEADER = (
    *("id", "state", "source", "event_id", "type", "time", "received"),
    *("log_id", "play_id", "reasons"),
)
RELATED = ("action__play",)
NEWEST = 20_000  # events in which words are looked for

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
        label=gettext_lazy("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": gettext_lazy("event id, log id, Play, text")}
        ),
    )
    type = forms.ChoiceField(
        label=gettext_lazy("Type"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            *((name, name) for name in EVENT_TYPES),
            (OTHER, gettext_lazy("Other")),
        ],
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


@sees
@require_safe
def events(request: RoleRequest) -> HttpResponse:
    asked = _asked(request, newest=NEWEST)
    state = request.GET.get("state", "")
    counts, page = _listed(asked, request)
    context = {
        "form": asked.form,
        "tabs": _tabs(counts, state),
        "state": state,
        "page_obj": page,
        "newest": asked.newest,
    }
    return render_page(request, "events/events.html", context, part="events/_event_list.html")


@sees
@require_safe
def event(request: RoleRequest, pk: int) -> HttpResponse:
    event = get_object_or_404(Event.objects.select_related("action__play"), pk=pk)
    action = getattr(event, "action", None)
    context = {
        "event": event,
        "action": action,
        "jobs": action.jobs.select_related("mapping__page").order_by("pk") if action else [],
        "payload": indented(event.payload),
        "unknown_play": _unknown_play(event),
    }
    return render_page(request, "events/event.html", context)


def _unknown_play(event: Event) -> str:
    """The Play that a rejected event waits for, if that is what it waits for."""
    kind, _sep, name = event.missing.partition(":")
    return name if event.state == EventState.REJECTED and kind == "play" else ""


@sees
@require_safe
def events_csv(request: RoleRequest) -> StreamingHttpResponse:
    return csv_file("events.csv", CSV_HEADER, _csv_rows(_asked(request).shown))


@may_retry
@require_POST
def event_accept(request: RoleRequest, pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=pk)
    _accept(request, Event.objects.filter(pk=pk))
    return back(request, reverse("plays:event", args=[event.pk]))


@may_retry
@require_POST
def events_accept(request: RoleRequest) -> HttpResponse:
    act = _accept(request, Event.objects.filter(pk__in=picked_ids(request, "event")))
    return redirect("plays:act", act.pk) if act else back(request, "plays:events")


def indented(payload: str) -> str:
    """JSON laid out for reading; text that is no JSON as it came."""
    try:
        return json.dumps(json.loads(payload), ensure_ascii=False, indent=2)
    except ValueError:
        return payload


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The filter, the events that fit it, and those of them in the tab. `newest`: only so many of
    the newest events were looked at.
    """

    form: EventFilter
    found: EventQuerySet
    shown: EventQuerySet
    newest: int | None


def _asked(request: RoleRequest, *, newest: int | None = None) -> Asked:
    """Words are looked for among the `newest` events only, where that is given."""
    form, events = EventFilter(request.GET), Event.objects.all()
    before = before_newest(events, newest) if newest is not None and form.chosen("q") else 0
    if before:
        events = events.filter(Q(pk__gt=before) | Q(pk__in=form.named()))
    found = form.narrow(events)
    state = request.GET.get("state", "")
    shown = found.filter(state=state) if state in EventState.values else found
    return Asked(
        form=form,
        found=found,
        shown=shown.select_related(*RELATED),
        newest=newest if before else None,
    )


def _accept(request: RoleRequest, picked: EventQuerySet) -> AuditEntry | None:
    receipts, act = accept_events(picked, by=request.user)
    accepted = sum(receipt.status is ReceiptStatus.ACCEPTED for receipt in receipts)
    if not receipts:
        messages.warning(request, _("Nothing to accept: choose events that were rejected."))
    if accepted:
        sentence = ngettext(
            "%(count)d event was accepted.", "%(count)d events were accepted.", accepted
        )
        messages.success(request, sentence % {"count": accepted})
    if left := len(receipts) - accepted:
        sentence = ngettext(
            "%(count)d event is still rejected: its cause is still there.",
            "%(count)d events are still rejected: their causes are still there.",
            left,
        )
        messages.warning(request, sentence % {"count": left})
    return act


def _csv_rows(events: EventQuerySet) -> Iterator[tuple[Any, ...]]:
    for event in in_pieces(events, "received_at"):
        action = getattr(event, "action", None)
        yield (
            event.pk,
            event.state,
            event.source,
            event.event_id,
            event.type,
            timezone.localtime(event.time).isoformat(timespec="seconds") if event.time else "",
            timezone.localtime(event.received_at).isoformat(timespec="seconds"),
            action.log_id if action else "",
            action.play.play_id if action else "",
            " / ".join(" ".join(reason).strip() for reason in event.reasons),
        )


def _listed(asked: Asked, request: RoleRequest) -> tuple[dict[str, Count], Page[Event]]:
    """How many events each tab has, by its name, and the page that is shown. They are counted as
    far as their list can be turned; what is looked for row by row, while it is looked for.
    """
    state = request.GET.get("state", "")
    if not asked.form.chosen("q"):
        counts = _by_tab({each: count_of(asked.found.in_state(each)) for each in EventState})
        return counts, paginate(asked.shown, request, counts.get(state, counts[""]))
    found = asked.found.by_state()
    pks = [pk for pk, each in found if state not in EventState.values or state == each]
    page = paginate_found(pks, Event.objects.select_related(*RELATED), request)
    return _by_tab(Counter(each for _pk, each in found)), page


def _by_tab(counts: Mapping[EventState, int]) -> dict[str, Count]:
    told = {state.value: total_of([counts[state]]) for state in EventState}
    return {"": total_of(told.values()), **told}


def _tabs(counts: Mapping[str, Count], current: str) -> list[Tab]:
    return tabs(
        {"": _("All"), **dict(EventState.choices)},
        counts,
        current,
        alarms=[EventState.REJECTED],
    )
