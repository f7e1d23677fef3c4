"""ToDo pages: the sprint's progress, and the buttons that make pages and read them back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from plays.models import PageBatch, PageRequest, Play
from plays.models.mapping import PartChoice
from plays.sync.page_requests.asking import make_now
from plays.sync.todo.creating import Made
from plays.sync.todo.problems import TodoProblem
from plays.sync.todo.progress import read_todo_page, wake_for_readings
from plays.views.common.access import RoleRequest, may_map, may_retry, sees
from plays.views.common.posted import posted_reason
from plays.views.common.render import back, paginate, render_page
from plays.views.common.tabs import Tab, tabs
from plays.views.todo.progress import TodoState, todo_states

SHOWN: dict[str, Callable[[TodoState], bool]] = {
    "": lambda state: True,
    "overdue": lambda state: state.overdue > 0,
    "unmapped": lambda state: state.page is None,
    "problem": lambda state: state.has_trouble,
}


@sees
@require_safe
def todo(request: RoleRequest) -> HttpResponse:
    today = timezone.localdate()
    states = sorted(todo_states(Play.objects.active(), today=today), key=lambda s: s.badness)
    show = request.GET.get("show", "")
    show = show if show in SHOWN else ""
    context = {
        **_totals(states),
        "running": PageBatch.objects.running(PartChoice.PLAY_TODO).first(),
        "tabs": _tabs(states, show),
        "page_obj": paginate([state for state in states if SHOWN[show](state)], request),
        "today": today,
    }
    return render_page(request, "todo/todo.html", context, part="todo/_todo_list.html")


@may_map
@require_POST
def todo_create(request: RoleRequest, play_id: str) -> HttpResponse:
    play = get_object_or_404(Play, play_id=play_id)
    answer = make_now(play, by=request.user, reason=posted_reason(request))
    if isinstance(answer, Made):
        messages.success(request, _sentence_of(answer))
    else:
        _complain(request, answer)
    return back(request, play)


@may_retry
@require_POST
def todo_read(request: RoleRequest, play_id: str) -> HttpResponse:
    play = get_object_or_404(Play, play_id=play_id)
    try:
        reading = read_todo_page(play)
    except TodoProblem as problem:
        messages.error(request, str(problem))
        return back(request, play)
    if reading is None:
        messages.warning(request, _("This Play has no ToDo page yet."))
    elif reading.error:
        messages.error(request, _("The ToDo page could not be read. The reason stands below."))
    else:
        messages.success(request, _("The ToDo page has been read."))
    return back(request, play)


@may_retry
@require_POST
def todo_read_all(request: RoleRequest) -> HttpResponse:
    count = wake_for_readings()
    if count:
        sentence = ngettext(
            "%(count)d ToDo page is being read.", "%(count)d ToDo pages are being read.", count
        )
        messages.success(request, sentence % {"count": count})
    else:
        messages.warning(request, _("There is nothing that can be read now."))
    return back(request, "plays:todo")


def _sentence_of(made: Made) -> str:
    words = {
        "made": _("The ToDo page has been made."),
        "adopted": _("A page with this title was there already: it is the ToDo page now."),
        "there": _("The ToDo page is mapped already; its links are looked at again."),
    }[made.how]
    if not made.elsewhere:
        return words
    note = _("It does not lie below Project TODO, but: %(place)s") % {"place": made.elsewhere}
    return f"{words} {note}"


def _complain(request: RoleRequest, asked: PageRequest) -> None:
    """The reason itself stands with the Play, for as long as it holds."""
    if asked.given_up_at:
        messages.error(request, _("The ToDo page could not be made. The reason stands below."))
    else:
        sentence = _("The ToDo page could not be made now. It is tried again by itself.")
        messages.warning(request, sentence)


def _totals(states: list[TodoState]) -> dict[str, Any]:
    return {
        "done": sum(state.done for state in states),
        "total": sum(state.total for state in states),
        "overdue": sum(state.overdue for state in states),
        "plays_overdue": sum(state.overdue > 0 for state in states),
        "without": sum(state.page is None for state in states),
        "troubled": sum(state.has_trouble for state in states),
        "active": len(states),
        "asked_for": sum(state.is_asked_for for state in states),
    }


def _tabs(states: list[TodoState], current: str) -> list[Tab]:
    labels = {
        "": _("All Plays"),
        "overdue": _("Overdue"),
        "unmapped": _("Without a page"),
        "problem": _("With a problem"),
    }
    counts = {name: sum(map(fits, states)) for name, fits in SHOWN.items()}
    return tabs(labels, counts, current, alarms=("overdue", "problem"))
