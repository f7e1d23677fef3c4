"""Page mappings: which page plays which part, what is not mapped yet, what is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plays.models import Page, PageMapping, Play
from plays.models.job import JobState
from plays.models.mapping import PLAY_PARTS, SHARED_PARTS, PartChoice
from plays.models.page import PageState
from plays.views.access import sees
from plays.views.screen import Tab, leaf_of, screen

GOOD_STATES = (PageState.OK, PageState.UNSEEN)


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A part, the page that plays it (None: not mapped yet), and how many edits wait for it."""

    part: PartChoice
    page: Page | None
    waiting: int


@sees
@require_safe
def mappings(request: HttpRequest) -> HttpResponse:
    show = request.GET.get("show", "")
    active = Play.objects.active()
    wanted = {"unmapped": _lacks_a_page(), "problem": _has_a_problem()}
    shown = active.filter(wanted[show]) if show in wanted else active
    leaf = leaf_of(shown, request)
    context = {
        "shared": _shared_slots(),
        "leaf": leaf,
        "rows": _rows(list(leaf)),
        "parts": [part.label for part in PLAY_PARTS],
        "tabs": _tabs(active, show),
    }
    return screen(request, "mappings/mappings.html", context)


def _mappings() -> QuerySet[PageMapping]:
    waits = Q(jobs__state__in=[JobState.PENDING, JobState.FAILED])
    return PageMapping.objects.select_related("page").annotate(waiting=Count("jobs", filter=waits))


def _shared_slots() -> list[Slot]:
    found = {mapping.part: mapping for mapping in _mappings().filter(play=None)}
    return [_slot(part, found.get(part.value)) for part in SHARED_PARTS]


def _rows(plays: list[Play]) -> list[tuple[Play, list[Slot]]]:
    """Each Play with its own parts, whether a mapping was ever made or not."""
    found = {(m.play_id, m.part): m for m in _mappings().filter(play__in=plays)}
    return [
        (play, [_slot(part, found.get((play.pk, part.value))) for part in PLAY_PARTS])
        for play in plays
    ]


def _slot(part: PartChoice, mapping: PageMapping | None) -> Slot:
    if mapping is None:
        return Slot(part=part, page=None, waiting=0)
    return Slot(part=part, page=mapping.page, waiting=mapping.waiting)  # type: ignore[attr-defined]


def _lacks_a_page() -> Q:
    """Without a live doc, which every action needs; a ToDo page is made when it is asked for."""
    own = PageMapping.objects.filter(play=OuterRef("pk"), part=PartChoice.LIVE_DOC)
    return ~Q(Exists(own.filter(page__isnull=False)))


def _has_a_problem() -> Q:
    own = PageMapping.objects.filter(play=OuterRef("pk"), page__isnull=False)
    return Q(Exists(own.exclude(page__state__in=GOOD_STATES)))


def _tabs(active: QuerySet[Play], current: str) -> list[Tab]:
    choices = {
        "": (_("All Plays"), active),
        "unmapped": (_("No live doc mapped"), active.filter(_lacks_a_page())),
        "problem": (_("Page with a problem"), active.filter(_has_a_problem())),
    }
    current = current if current in choices else ""
    return [
        Tab(
            name=name,
            label=label,
            count=plays.count(),
            is_current=name == current,
            is_alarm=name == "problem",
        )
        for name, (label, plays) in choices.items()
    ]
