"""One Play: the sum behind its status, its way through the quarter, and all its actions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo

from django.db.models import Count, Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plays.models import Action, Finding, PageMapping, Play, QuarterGoal, SyncJob, WeeklySync
from plays.models.action import ActionQuerySet, ActionType
from plays.models.mapping import PartChoice
from plays.models.weekly import ACKNOWLEDGEABLE, WeeklyState
from plays.rules.job_search import term
from plays.rules.planner import EDITS_OF, Kind
from plays.rules.quarter import Quarter
from plays.rules.way_up import way_up
from plays.sync.jobs.failures import Cause, causes
from plays.sync.naming import NotOnePlay, play_called
from plays.sync.plays.goals import goals_at
from plays.views.common.access import sees
from plays.views.common.render import paginate, render_page
from plays.views.common.tabs import Tab, tabs
from plays.views.plays.burn_up import burn_ups, week_rows
from plays.views.plays.progress import Progress, progress_of
from plays.views.plays.quarter import AskedQuarter, asked_quarter
from plays.views.plays.status_weeks import status_weeks
from plays.views.plays.word import WordForm
from plays.views.todo.progress import open_tasks, todo_states


@dataclass(frozen=True, kw_only=True)
class ActionLine:
    """An action and its job for each page; None where the page does not get it."""

    action: Action
    log_row: SyncJob | None
    live_entry: SyncJob | None
    play_row: SyncJob | None

    @property
    def verdict(self) -> str:
        """A scorecard's or validation's decision, and its score where it has one."""
        data = self.action.data
        found = (data.get("decision"), data.get("total_score"))
        return " · ".join(str(value) for value in found if value not in (None, ""))


@sees
@require_safe
def play(request: HttpRequest, play_id: str) -> HttpResponse:
    """By its id; a name that it also goes by leads there."""
    try:
        play = play_called(play_id, among=Play.objects.select_related("override_by"))
    except NotOnePlay as unknown:
        raise Http404(str(unknown)) from unknown
    if play.play_id != play_id:
        return redirect(play)
    now = timezone.now()
    asked = asked_quarter(request, now)
    (progress,) = progress_of([play], now=asked.at, with_overrides=not asked.is_over)
    row = _play_row(play)
    actions = _actions(play, asked)
    action_type = request.GET.get("type", "")
    page_obj = paginate(_of_type(actions, action_type), request)
    charts = burn_ups(progress, asked)
    (todo,) = todo_states([play], today=timezone.localdate(now))
    context = {
        "play": play,
        "todo": todo,
        "open_tasks": open_tasks(todo),
        "progress": progress,
        "asked": asked,
        "row": row,
        "goals": _goals(play, asked),
        "aliases": play.aliases.all(),
        "places": _places(progress),
        "charts": charts,
        "week_rows": week_rows(charts),
        "status_weeks": status_weeks(play, at=asked.at),
        "trouble": trouble_of(play),
        "way": None if asked.is_over else way_up(progress.verdict, now=now, zone=_zone()),
        "word_form": WordForm(play=play),
        "type_tabs": _type_tabs(actions, action_type),
        "page_obj": page_obj,
        "lines": _lines(page_obj, row),
        "today": timezone.localdate(now),
    }
    return render_page(request, "plays/play.html", context)


def _goals(play: Play, asked: AskedQuarter) -> list[tuple[Quarter, QuarterGoal]]:
    """What holds in the quarter that is shown; of the running one also what holds in the next."""
    quarters = [asked.quarter] if asked.is_over else [asked.quarter, asked.quarter.next]
    return [(quarter, goals_at([play], quarter)[play.pk]) for quarter in quarters]


def _play_row(play: Play) -> SyncJob | None:
    """The newest job of the Play's row in the Play DB; a pending edit is always the newest."""
    rows = SyncJob.objects.filter(play=play, kind=Kind.PLAY_ROW)
    return rows.select_related("mapping").order_by("-pk").first()


def _actions(play: Play, asked: AskedQuarter) -> ActionQuerySet:
    """All there are; of a quarter that is over only its own."""
    actions = Action.objects.filter(play=play)
    return actions.within(*asked.bounds) if asked.is_over else actions


def _of_type(actions: ActionQuerySet, action_type: str) -> ActionQuerySet:
    jobs = SyncJob.objects.select_related("mapping").order_by("pk")
    shown = actions.select_related("event").prefetch_related(Prefetch("jobs", queryset=jobs))
    return shown.filter(action_type=action_type) if action_type in ActionType.values else shown


def _type_tabs(actions: ActionQuerySet, current: str) -> list[Tab]:
    rows = actions.order_by().values_list("action_type").annotate(count=Count("*"))
    counts = dict(rows)
    known = {kind: label for kind, label in ActionType.choices if kind in counts}
    return tabs({"": _("All"), **known}, {"": sum(counts.values()), **counts}, current)


def _zone() -> tzinfo:
    return timezone.get_default_timezone()


def _lines(actions: Iterable[Action], row: SyncJob | None) -> list[ActionLine]:
    return [_line(action, row) for action in actions]


def _line(action: Action, row: SyncJob | None) -> ActionLine:
    """One job stands for a Play's row, whichever action enqueued it last: the row is one edit."""
    newest = {job.kind: job for job in action.jobs.all()}
    has_row = Kind.PLAY_ROW in EDITS_OF.get(action.action_type, ())
    return ActionLine(
        action=action,
        log_row=newest.get(Kind.LOG_ROW),
        live_entry=newest.get(Kind.LIVE_ENTRY),
        play_row=newest.get(Kind.PLAY_ROW) or (row if has_row else None),
    )


def _places(progress: Progress) -> list[tuple[PartChoice, object]]:
    """The pages that this Play is on, each with its page or None while it is not mapped."""
    shared = PageMapping.objects.filter(play=None, page__isnull=False).select_related("page")
    pages = {**progress.pages, **{mapping.part: mapping.page for mapping in shared}}
    parts = (PartChoice.LIVE_DOC, PartChoice.PLAY_TODO, PartChoice.PLAY_DB, PartChoice.ACTION_LOG)
    return [(part, pages.get(part)) for part in parts]


MOST_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """`search` finds the failed jobs; `differing` are findings of the last weekly run that nobody
    has answered.
    """

    failed: list[Cause]
    search: str
    differing: list[Finding]

    @property
    def jobs(self) -> int:
        return sum(cause.jobs for cause in self.failed)


def trouble_of(play: Play) -> Trouble:
    """Four queries at most."""
    last = WeeklySync.objects.filter(state=WeeklyState.DONE).order_by("-slot").first()
    found = Finding.objects.filter(weekly=last, play=play, kind__in=ACKNOWLEDGEABLE, answer="")
    return Trouble(
        failed=causes(SyncJob.objects.filter(play=play)),
        search=term("play", play.play_id),
        differing=list(found.select_related("page")[:MOST_SHOWN]) if last else [],
    )
