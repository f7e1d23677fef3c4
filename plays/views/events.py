"""Events: what came in, what was rejected and why, what became of it."""

from __future__ import annotations

import json

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plays.forms import EventFilter
from plays.models import Event
from plays.models.event import EventQuerySet, EventState
from plays.views.access import sees
from plays.views.screen import Tab, leaf_of, screen


@sees
@require_safe
def events(request: HttpRequest) -> HttpResponse:
    form = EventFilter(request.GET)
    found = form.narrow(Event.objects.all())
    state = request.GET.get("state", "")
    shown = found.filter(state=state) if state in EventState.values else found
    context = {
        "form": form,
        "tabs": _tabs(found, state),
        "state": state,
        "leaf": leaf_of(shown.select_related("action__play"), request),
    }
    return screen(request, "events/events.html", context, part="events/_event_list.html")


@sees
@require_safe
def event(request: HttpRequest, pk: int) -> HttpResponse:
    event = get_object_or_404(Event.objects.select_related("action__play"), pk=pk)
    action = getattr(event, "action", None)
    context = {
        "event": event,
        "action": action,
        "jobs": action.jobs.select_related("mapping__page").order_by("pk") if action else [],
        "payload": indented(event.payload),
    }
    return screen(request, "events/event.html", context)


def indented(payload: str) -> str:
    """JSON laid out for reading; text that is no JSON as it came."""
    try:
        return json.dumps(json.loads(payload), ensure_ascii=False, indent=2)
    except ValueError:
        return payload


def _tabs(found: EventQuerySet, current: str) -> list[Tab]:
    counts = found.order_by().aggregate(
        **{state: Count("pk", filter=Q(state=state)) for state in EventState.values}
    )
    tabs = [
        Tab(
            name=state.value,
            label=str(state.label),
            count=counts[state.value],
            is_current=state.value == current,
            is_alarm=state is EventState.REJECTED,
        )
        for state in EventState
    ]
    everything = sum(counts.values())
    nothing_chosen = not any(tab.is_current for tab in tabs)
    return [Tab(name="", label=_("All"), count=everything, is_current=nothing_chosen), *tabs]
