"""One search over places, Plays, actions, pages, events and jobs; the palette shows it too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from plays.models import Action, Event, Page, Play, SyncJob
from plays.models.action import ActionType
from plays.models.counting import before_newest
from plays.views.common.access import Role, RoleRequest, sees
from plays.views.common.forms import search as fits
from plays.views.common.render import render_page

LONGEST = 200
MOST = 6  # of each kind
NEWEST = 20_000  # actions in whose titles words are looked for

# Acts and screens that the navigation does not name: label, address, the role that may.
ACTS: tuple[tuple[Any, str, Role], ...] = (
    (gettext_lazy("Add a Play"), "plays:play_add", Role.ADMIN),
    (gettext_lazy("Recovery"), "plays:recovery", Role.STAFF),
    (gettext_lazy("Weekly dry run"), "plays:weekly_plan", Role.STAFF),
    (gettext_lazy("Mapping history"), "plays:mapping_history", Role.PM),
    (gettext_lazy("Map pages by CSV"), "plays:mapping_sheet", Role.ADMIN),
)


@dataclass(frozen=True, kw_only=True)
class Hit:
    label: str
    link: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Hits:
    """What was found of one kind; `more` is the list that has all of it, where there is one."""

    title: str
    hits: list[Hit]
    more: str = ""


@sees
@require_safe
def search(request: RoleRequest) -> HttpResponse:
    words = request.GET.get("q", "").replace("\x00", "")[:LONGEST].strip()
    context = {
        "q": words,
        "acts": _acts(words, request.role),
        "found": [kind for kind in _found(words) if kind.hits] if words else [],
    }
    return render_page(request, "search/search.html", context, part="search/_found.html")


def _acts(words: str, role: Role) -> list[Hit]:
    return [
        Hit(label=str(label), link=reverse(name))
        for label, name, needed in ACTS
        if role >= needed and words.casefold() in str(label).casefold()
    ]


def _found(words: str) -> Iterator[Hits]:
    query = urlencode({"q": words})
    yield Hits(title=_("Plays"), hits=_plays(words), more=f"{reverse('plays:plays')}?{query}")
    yield Hits(title=_("Actions"), hits=_actions(words))
    yield Hits(title=_("Pages"), hits=_pages(words))
    yield Hits(title=_("Events"), hits=_events(words), more=f"{reverse('plays:events')}?{query}")
    yield Hits(title=_("Jobs"), hits=_jobs(words), more=f"{reverse('plays:jobs')}?{query}")


def _plays(words: str) -> list[Hit]:
    found = fits(Play.objects.all(), words, "play_id", "name", "owner")
    named = Play.objects.filter(aliases__name__iexact=words)
    plays = {
        play.pk: play for play in (*named[:MOST], *found.order_by("-is_active", "play_id")[:MOST])
    }
    return [
        Hit(
            label=play.name or play.play_id,
            note=" · ".join(filter(None, (play.play_id, play.owner))),
            link=play.get_absolute_url(),
        )
        for play in list(plays.values())[:MOST]
    ]


def _actions(words: str) -> list[Hit]:
    """By log id or the subject's own id, however old; by words among the newest."""
    actions = Action.objects.select_related("play")
    named = actions.filter(
        Q(log_id__iexact=words) | Q(action_type__in=ActionType.values, subject_id=words)
    )
    found = {action.pk: action for action in named.order_by("-pk")[:MOST]}
    newest = actions.filter(pk__gt=before_newest(actions, NEWEST))
    newest = fits(newest, words, "title", "log_id")
    found |= {action.pk: action for action in newest.order_by("-pk")[:MOST]}
    return [
        Hit(
            label=action.title,
            note=f"{action.log_id} · {action.get_action_type_display()} · {action.play.name}",
            link=reverse("plays:event", args=[action.event_id]),
        )
        for action in list(found.values())[:MOST]
    ]


def _pages(words: str) -> list[Hit]:
    """By title, or by an id that may stand in a pasted address."""
    ids = [part for part in words.replace("=", "/").split("/") if part.isdecimal()]
    pages = fits(Page.objects.all(), words, "title") | Page.objects.filter(page_id__in=ids)
    shown = pages.prefetch_related("mappings__play").order_by("title", "pk")[:MOST]
    return [
        Hit(label=page.title or page.page_id, note=page.page_id, link=link)
        for page in shown
        if (link := _of_page(page))
    ]


def _of_page(page: Page) -> str:
    """Where its mapping is looked at; its jobs, where nothing is mapped to it any more."""
    for mapping in page.mappings.all():
        if mapping.play:
            return reverse("plays:play_mapping", args=[mapping.part, mapping.play.play_id])
        return reverse("plays:mapping", args=[mapping.part])
    return f"{reverse('plays:jobs')}?{urlencode({'page': page.page_id})}"


def _events(words: str) -> list[Hit]:
    found = Event.objects.filter(event_id=words).order_by("-pk")[:MOST]
    return [
        Hit(
            label=event.event_id,
            note=f"{event.type} · {event.get_state_display()}",
            link=reverse("plays:event", args=[event.pk]),
        )
        for event in found
    ]


def _jobs(words: str) -> list[Hit]:
    """By its number, or by the log id of what it writes."""
    wanted = Q(action__in=Action.objects.filter(log_id__iexact=words))
    if words.isdecimal() and len(words) < 19:
        wanted |= Q(pk=int(words))
    jobs: Iterable[SyncJob] = SyncJob.objects.filter(wanted).order_by("-pk")[:MOST]
    return [
        Hit(
            label=f"{job.get_kind_display()} {job.key}",
            note=f"#{job.pk}",
            link=job.get_absolute_url(),
        )
        for job in jobs
    ]
