"""The page that a request asks for, by its part."""

from __future__ import annotations

from plays.models import PageMapping, PageRequest
from plays.models.mapping import PartChoice
from plays.sync.mappings.answering import answer
from plays.sync.mappings.assign import ChangedMeanwhile
from plays.sync.mappings.live_docs import PlaysAnotherPart, create_live_doc
from plays.sync.todo import problems
from plays.sync.todo.creating import Made, create_todo_page
from plays.sync.todo.preconditions import open_client, refuse_unless_free


def make(request: PageRequest) -> Made:
    """Make sure of the page. Raises `TodoProblem`, and any `ConfluenceError`."""
    if request.part == PartChoice.PLAY_TODO:
        return create_todo_page(request.play, by=request.by, reason=request.reason)
    return _there(request) or _live_doc(request)


def _there(request: PageRequest) -> Made | None:
    page = PageMapping.objects.of_play(request.play, request.part).page
    if page is None:
        return None
    answer(request.play, request.part, page, how="there")
    return Made(play=request.play, page=page, how="there")


def _live_doc(request: PageRequest) -> Made:
    refuse_unless_free(request.play)
    try:
        doc = create_live_doc(
            open_client(), request.play, by=request.by, reason=request.reason, expected=""
        )
    except PlaysAnotherPart as taken:
        raise problems.TitlePlaysAnotherPart(f"{taken.title} · {taken.part}") from taken
    except ChangedMeanwhile as changed:
        raise problems.MappedMeanwhile(str(changed.mapping.page)) from changed
    page = PageMapping.objects.of_play(request.play, request.part).page
    if page is None:
        raise problems.MappedMeanwhile
    return Made(play=request.play, page=page, how="made" if doc.is_new else "adopted")
