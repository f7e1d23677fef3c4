"""The calendar: this week first, overdue marked; the same as iCalendar under a secret address."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from plays.models import Play
from plays.sync.people.calendar_keys import end_key, key_of, renew_key, user_with
from plays.sync.people.owners import names_of, plays_of
from plays.views.calendar.dues import Due, by_week, dues, grouped, in_order
from plays.views.common.access import RoleRequest, ask_to_log_in, role_of, sees
from plays.views.common.render import paginate, render_page

if TYPE_CHECKING:
    from icalendar import Event

MINE, ALL = "mine", "all"


@sees
@require_safe
def calendar(request: RoleRequest) -> HttpResponse:
    today = timezone.localdate()
    scope = ALL if request.GET.get("of") == ALL else MINE
    found = _dues(request.user, scope)
    if scope == MINE and not found and "of" not in request.GET:
        scope, found = ALL, _dues(request.user, ALL)
    weeks = by_week(found, today=today)
    page_obj = paginate(in_order(weeks), request)
    shown = grouped(page_obj)
    if page_obj.number == 1 and not weeks[0].dues:  # that this week is free is worth its place
        shown = [weeks[0], *shown]
    context = {
        "page_obj": page_obj,
        "weeks": shown,
        "this_monday": weeks[0].monday,
        "scope": scope,
        "today": today,
        "overdue": sum(due.is_overdue(today) for due in found),
        "count": len(found),
        **calendar_links(request),
    }
    return render_page(request, "calendar/calendar.html", context)


@require_safe
def calendar_ics(request: HttpRequest) -> HttpResponse:
    """Read by programs with a person's key, by people who have logged in without one."""
    user = _reader(request)
    if user is None:
        return ask_to_log_in(request)
    scope = ALL if request.GET.get("of") == ALL else MINE
    with translation.override(settings.LANGUAGE_CODE):
        body = _ical(request, _dues(user, scope))
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="calendar.ics"'
    response["Cache-Control"] = "private, max-age=300"
    return response


@sees
@require_POST
def calendar_key(request: RoleRequest) -> HttpResponse:
    if "end" in request.POST:
        end_key(request.user)
        messages.success(request, _("The address is gone. It opens nothing any more."))
    else:
        renew_key(request.user)
        messages.success(request, _("Your calendar has a new address. An older one opens nothing."))
    return redirect(f"{reverse('plays:calendar')}#subscribe")


def calendar_links(request: RoleRequest) -> dict[str, str]:
    """The secret addresses of a person's calendars; empty while there are none."""
    key = key_of(request.user)
    if not key:
        return {"ics_mine": "", "ics_all": ""}
    address = f"{_site(request)}{reverse('plays:calendar_ics')}?key={key}"
    return {"ics_mine": address, "ics_all": f"{address}&of={ALL}"}


def _reader(request: HttpRequest) -> User | None:
    key = request.GET.get("key")
    if key is None:
        user = request.user
        return user if isinstance(user, User) and role_of(user) is not None else None
    owner = user_with(key)
    if owner is None or role_of(owner) is None:
        raise Http404
    return owner


def _dues(user: User, scope: str) -> list[Due]:
    if scope == ALL:
        return dues(Play.objects.active())
    names = names_of(user)
    return dues(plays_of(user, names=names), names=names.names)


def _ical(request: HttpRequest, found: list[Due]) -> bytes:
    """An event of a whole day for each due (RFC 5545)."""
    from icalendar import Calendar, vDuration  # here: it would slow each start of every program

    calendar = Calendar()
    calendar.add("prodid", "-//syncadmin//Play Sync//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Play Sync")
    calendar.add("refresh-interval", vDuration(timedelta(hours=1)), {"VALUE": "DURATION"})
    now = timezone.now()
    for due in found:
        calendar.add_component(_event(request, due, now))
    return bytes(calendar.to_ical())


def _event(request: HttpRequest, due: Due, now: Any) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{due.key}@{request.get_host().partition(':')[0]}")
    event.add("dtstamp", now)
    event.add("dtstart", due.day)
    event.add("dtend", due.day + timedelta(days=1))
    name = due.play.name or due.play.play_id
    event.add("summary", f"{name}: {due.text}" if due.text else name)
    event.add("description", " · ".join(filter(None, (due.play.play_id, due.who))))
    event.add("url", f"{_site(request)}{due.play.get_absolute_url()}")
    event.add("transp", "TRANSPARENT")
    return event


def _site(request: HttpRequest) -> str:
    return settings.PUBLIC_URL.rstrip("/") or request.build_absolute_uri("/").rstrip("/")
