"""Events: what came in, what was rejected and why, what became of it; accepted again by people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from plays.models import Event
from plays.models.event import EventQuerySet, EventState
from plays.sync.intake.accepting import accept_events
from plays.sync.intake.receiving import ReceiptStatus
from plays.views.common.access import RoleRequest, may_retry, sees
from plays.views.common.csv_file import csv_file
from plays.views.common.posted import picked_ids
from plays.views.common.render import back, paginate, render_page
from plays.views.common.tabs import Tab, tabs
from plays.views.events.filters import EventFilter

CSV_HEADER = (
    *("id", "state", "source", "event_id", "type", "time", "received"),
    *("log_id", "play_id", "reasons"),
)
CSV_CHUNK = 500


@sees
@require_safe
def events(request: RoleRequest) -> HttpResponse:
    form, found, shown = _asked(request)
    state = request.GET.get("state", "")
    context = {
        "form": form,
        "tabs": _tabs(found, state),
        "state": state,
        "page_obj": paginate(shown, request),
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
    }
    return render_page(request, "events/event.html", context)


@sees
@require_safe
def events_csv(request: RoleRequest) -> HttpResponse:
    _form, _found, shown = _asked(request)
    return csv_file("events.csv", CSV_HEADER, _csv_rows(shown))


@may_retry
@require_POST
def event_accept(request: RoleRequest, pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=pk)
    _accept(request, Event.objects.filter(pk=pk))
    return back(request, reverse("plays:event", args=[event.pk]))


@may_retry
@require_POST
def events_accept(request: RoleRequest) -> HttpResponse:
    _accept(request, Event.objects.filter(pk__in=picked_ids(request, "event")))
    return back(request, "plays:events")


def indented(payload: str) -> str:
    """JSON laid out for reading; text that is no JSON as it came."""
    try:
        return json.dumps(json.loads(payload), ensure_ascii=False, indent=2)
    except ValueError:
        return payload


def _asked(request: RoleRequest) -> tuple[EventFilter, EventQuerySet, EventQuerySet]:
    """The filter, the events that fit it, and those of them in the tab."""
    form = EventFilter(request.GET)
    found = form.narrow(Event.objects.all())
    state = request.GET.get("state", "")
    shown = found.filter(state=state) if state in EventState.values else found
    return form, found, shown.select_related("action__play")


def _accept(request: RoleRequest, picked: EventQuerySet) -> None:
    receipts = accept_events(picked, by=request.user)
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


def _csv_rows(events: EventQuerySet) -> Iterator[tuple[Any, ...]]:
    for event in events.iterator(CSV_CHUNK):
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


def _tabs(found: EventQuerySet, current: str) -> list[Tab]:
    counts = found.order_by().aggregate(
        **{state: Count("pk", filter=Q(state=state)) for state in EventState.values}
    )
    return tabs(
        {"": _("All"), **dict(EventState.choices)},
        {"": sum(counts.values()), **counts},
        current,
        alarms=[EventState.REJECTED],
    )
