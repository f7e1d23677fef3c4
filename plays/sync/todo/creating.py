"""A Play's ToDo page: found by its title or made, once, whoever asks and whatever dies.

Nothing is kept of a try before the page is there; a page with the exact title is adopted. So a
try that died half-way, a lost answer and two people at once all end with one page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from plays import confluence
from plays.confluence import Confluence, ConfluenceError
from plays.models import Page, PageMapping, Play
from plays.models.audit import Verb
from plays.models.mapping import PartChoice
from plays.rules.planner import LINKS
from plays.rules.todo_page import TodoFacts, first_body, todo_title
from plays.sync import audit
from plays.sync.jobs.enqueue import PendingEdit, enqueue
from plays.sync.mappings.assign import answer, assign
from plays.sync.plays.goals import goals_at, quarter_of
from plays.sync.site import pages
from plays.sync.site.diagnosis import optional, reported
from plays.sync.site.pages import Ensured
from plays.sync.todo import problems
from plays.sync.todo.preconditions import open_client, refuse_unless_free
from plays.sync.todo.problems import TodoProblem

_GONE = (confluence.PageNotCurrent, confluence.PageNotFound, confluence.NotAllowed)
# What a POST is answered with where the parent may not be used; a space that can be read then
# says that it is not our credentials.
_NO_PLACE = (
    confluence.PageNotFound,
    confluence.AccessUnclear,
    confluence.NotAllowed,
    confluence.Refused,
)


@dataclass(frozen=True, kw_only=True)
class Made:
    """The ToDo page that a Play has now.

    `how` is "made", "adopted" (there was a page with the title) or "there" (it was mapped
    already). `elsewhere` names the page that it lies below where that is not Project TODO.
    """

    play: Play
    page: Page
    how: str
    elsewhere: str = ""


def create_todo_page(
    play: Play, *, body: str | None = None, by: User | None = None, reason: str = ""
) -> Made:
    """Make sure of the Play's ToDo page, its mapping, and the links to it.

    `body` is storage text for a new page; one that is there already is left as it is. Raises
    `TodoProblem`, and `ConfluenceError` for what Confluence could not do now.
    """
    refuse_unless_free(play)
    found, elsewhere = _ensure(open_client(), play, body)
    page = _remember(play, found, by=by, reason=reason, now=timezone.now())
    return Made(play=play, page=page, how=found.how, elsewhere=elsewhere)


def what_would_be(play: Play) -> tuple[str, str]:
    """How `create_todo_page` would come by the page ("there", "adopted", "made"), and its address
    where it has one; nothing is written. Raises as it does.
    """
    refuse_unless_free(play)
    found = _seek(open_client(), play)
    return (found.how, found.page.url) if found else ("made", "")


@reported
def _seek(client: Confluence, play: Play) -> Ensured | None:
    found = _mapped(client, play) or _by_title(client, play)
    if found is None:
        _parent(client)
    return found


@reported
def _ensure(client: Confluence, play: Play, body: str | None) -> tuple[Ensured, str]:
    found = _mapped(client, play) or _by_title(client, play) or _new(client, play, body)
    return found, _elsewhere(client, found)


def _mapped(client: Confluence, play: Play) -> Ensured | None:
    mapping = PageMapping.objects.filter(play=play, part=PartChoice.PLAY_TODO).first()
    if mapping is None or mapping.page is None:
        return None
    try:
        page = client.get_page(mapping.page.page_id)
    except _GONE as error:
        raise problems.MappedPageGone(str(error)) from error
    return Ensured(page=page, how="there")


def _by_title(client: Confluence, play: Play) -> Ensured | None:
    return pages.find(client, todo_title(play.play_id))


def _new(client: Confluence, play: Play, body: str | None) -> Ensured:
    parent = _parent(client)
    title = todo_title(play.play_id)
    text = first_body(_facts(play)) if body is None else body
    try:
        return pages.make(client, title, body=text, parent_id=parent.id)
    except ConfluenceError as error:
        raise _reason(client, parent, error) from error


def _reason(
    client: Confluence, parent: confluence.Page, error: ConfluenceError
) -> TodoProblem | ConfluenceError:
    if not isinstance(error, _NO_PLACE):
        return error
    space = client.space(settings.CONFLUENCE_SPACE_KEY)
    if parent.space_id and parent.space_id != space.id:
        return problems.ParentElsewhere(f"{parent.title} · {space.key}")
    return error if isinstance(error, confluence.Refused) else problems.MayNotCreate(error.message)


def _parent(client: Confluence) -> confluence.Page:
    mapping = PageMapping.objects.shared(PartChoice.PROJECT_TODO)
    if mapping.page is None:
        raise problems.ParentNotMapped
    try:
        return client.get_page(mapping.page.page_id)
    except _GONE as error:
        raise problems.ParentGone(str(error)) from error


def _elsewhere(client: Confluence, found: Ensured) -> str:
    """What the page lies below where that is not Project TODO; its id if it cannot be read."""
    project = PageMapping.objects.shared(PartChoice.PROJECT_TODO).page
    parent_id = found.page.parent_id
    if found.how == "made" or project is None or parent_id == project.page_id:
        return ""
    if not parent_id:
        return "–"
    parent = optional(client, lambda: client.get_page(parent_id))
    return parent.title if parent else parent_id


def _remember(play: Play, found: Ensured, *, by: User | None, reason: str, now: datetime) -> Page:
    """Mapping, links, audit entry: all or nothing. A request for the page is answered by it."""
    with transaction.atomic():
        play = Play.objects.select_for_update(no_key=True).get(pk=play.pk)
        mapping = PageMapping.objects.of_play(play, PartChoice.PLAY_TODO)
        if mapping.page and mapping.page.page_id != found.page.id:
            raise problems.MappedMeanwhile(str(mapping.page))
        is_new = assign(mapping, found.page.id, by=by, reason=reason, now=now)
        page = pages.remember_well(found.page)
        links = [PendingEdit(kind=kind, key=play.play_id, play=play.pk) for kind in LINKS]
        enqueue(links, now=now)
        answer(play, PartChoice.PLAY_TODO, page, how=found.how)
        if is_new:
            audit.note(
                Verb.CREATE_PAGE,
                by=by,
                target=found.page.title,
                play=play,
                reason=reason,
                details={"page_id": found.page.id, "how": found.how},
                now=now,
            )
    return page


def _facts(play: Play) -> TodoFacts:
    names = ("play_id", "name", "owner", "next_action", "due_date", "blocker")
    goals = goals_at([play], quarter_of(timezone.now()))[play.pk].goals
    return TodoFacts(**{name: getattr(play, name) for name in names}, goals=goals)
