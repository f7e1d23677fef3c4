"""One Play: the sum behind its status, its way through the quarter, and all its actions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from plays.models import Action, PageMapping, Play, SyncJob
from plays.models.mapping import PartChoice
from plays.rules.planner import OWED, Kind
from plays.views.access import sees
from plays.views.progress import Progress, progress_of
from plays.views.quarter import asked_quarter
from plays.views.screen import leaf_of, screen
from plays.views.todo_progress import open_tasks, todo_states


@dataclass(frozen=True, kw_only=True)
class ActionLine:
    """An action and the job that owes it to each page; None where the page is not owed it."""

    action: Action
    log_row: SyncJob | None
    live_entry: SyncJob | None
    play_row: SyncJob | None


@sees
@require_safe
def play(request: HttpRequest, play_id: str) -> HttpResponse:
    play = get_object_or_404(Play.objects.select_related("override_by"), play_id=play_id)
    now = timezone.now()
    asked = asked_quarter(request, now)
    (progress,) = progress_of([play], now=asked.at, with_overrides=not asked.is_over)
    row = _play_row(play)
    leaf = leaf_of(_actions(play), request)
    (todo,) = todo_states([play], today=timezone.localdate(now))
    context = {
        "play": play,
        "todo": todo,
        "open_tasks": open_tasks(todo),
        "progress": progress,
        "asked": asked,
        "row": row,
        "places": _places(progress),
        "leaf": leaf,
        "lines": _lines(leaf, row),
        "today": timezone.localdate(now),
    }
    return screen(request, "plays/play.html", context)


def _play_row(play: Play) -> SyncJob | None:
    """What the Play's row in the Play DB was last owed; a pending edit is always the newest."""
    rows = SyncJob.objects.filter(play=play, kind=Kind.PLAY_ROW.value)
    return rows.select_related("mapping").order_by("-pk").first()


def _actions(play: Play):  # type: ignore[no-untyped-def]
    jobs = SyncJob.objects.select_related("mapping").order_by("pk")
    return play.actions.select_related("event").prefetch_related(Prefetch("jobs", queryset=jobs))


def _lines(actions: Iterable[Action], row: SyncJob | None) -> list[ActionLine]:
    return [_line(action, row) for action in actions]


def _line(action: Action, row: SyncJob | None) -> ActionLine:
    """One job stands for a Play's row, whichever action owed it last: the row is one edit."""
    newest = {job.kind: job for job in action.jobs.all()}
    owes_row = Kind.PLAY_ROW in OWED.get(action.action_type, ())
    return ActionLine(
        action=action,
        log_row=newest.get(Kind.LOG_ROW.value),
        live_entry=newest.get(Kind.LIVE_ENTRY.value),
        play_row=newest.get(Kind.PLAY_ROW.value) or (row if owes_row else None),
    )


def _places(progress: Progress) -> list[tuple[PartChoice, object]]:
    """The pages that this Play is on, each with its page or None while it is not mapped."""
    shared = PageMapping.objects.filter(play=None, page__isnull=False).select_related("page")
    pages = {**progress.pages, **{mapping.part: mapping.page for mapping in shared}}
    parts = (PartChoice.LIVE_DOC, PartChoice.PLAY_TODO, PartChoice.PLAY_DB, PartChoice.ACTION_LOG)
    return [(part, pages.get(part.value)) for part in parts]
