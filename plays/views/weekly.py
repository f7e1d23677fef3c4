"""The weekly sync: its schedule, what the last runs came to, run now, and the dry run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Count, QuerySet
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from plays.models import Finding, MirrorChange, WeeklyResult, WeeklySchedule, WeeklySync
from plays.models.weekly import ACKNOWLEDGEABLE, Answer, WeeklyState, WeeklyTrigger
from plays.rules.status import Status
from plays.sync import weekly as sync
from plays.sync.weekly.answering import NoStatus, NotAsked, answer
from plays.sync.weekly.differences import full_pages
from plays.sync.weekly.outcome import for_people, status_before, waits_for
from plays.sync.weekly.scheduling import (
    BadLine,
    change_line,
    missed_slot,
    pause_schedule,
    resume_schedule,
    run_missed,
)
from plays.views.common.access import RoleRequest, may_administer, may_retry, sees
from plays.views.common.posted import posted_reason
from plays.views.common.render import back, paginate, render_page


@dataclass(frozen=True, kw_only=True)
class Line:
    """A Play in a run; `before` is its status in the run before, None where it was in none."""

    result: WeeklyResult
    before: Status | None
    status: Status | None

    @property
    def has_changed(self) -> bool:
        return self.before is not None and self.before is not self.status


@sees
@require_safe
def weekly(request: RoleRequest) -> HttpResponse:
    runs = _runs()
    last = runs.filter(state=WeeklyState.DONE).first()
    running = runs.filter(state=WeeklyState.RUNNING).last()
    lines = _lines(last) if last else []
    page_obj = paginate(runs, request)
    _count([*page_obj, *([last] if last else [])])
    schedule = WeeklySchedule.current()
    context = {
        "next_run": sync.next_run(),
        "cron": schedule.line or settings.SYNC_SCHEDULE,
        "default_cron": settings.SYNC_SCHEDULE,
        "schedule": schedule,
        "missed": missed_slot(timezone.now()),
        "last": last,
        "changed": [line for line in lines if line.has_changed],
        "asking": for_people(last) if last else 0,
        "page_obj": page_obj,
        **_now(running),
    }
    return render_page(request, "weekly/weekly.html", context, part="weekly/_now.html")


@sees
@require_safe
def weekly_result(request: RoleRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(_runs(), pk=pk)
    _count([run])
    lines = _lines(run)
    found = run.findings.select_related("page", "play", "answered_by")
    context = {
        "run": run,
        "lines": paginate(lines, request, name="plays"),
        "changed": [line for line in lines if line.has_changed],
        "page_obj": paginate(found, request),
        "asking": for_people(run),
        "full": full_pages(),
        "taken": _taken_over(run),
        "took": run.finished_at - run.started_at if run.finished_at else None,
        **_now(run if run.state == WeeklyState.RUNNING else None),
        "waits": waits_for(run),
        "acknowledgeable": ACKNOWLEDGEABLE,
    }
    return render_page(request, "weekly/result.html", context)


@may_retry
@require_POST
def weekly_run(request: RoleRequest) -> HttpResponse:
    """Start a run for whichever worker is free; it is carried on in the background."""
    try:
        sync.start(
            trigger=WeeklyTrigger.PERSON,
            by=request.user,
            reason=posted_reason(request),
        )
    except sync.AlreadyRunning:
        messages.warning(request, _("A run is on its way already."))
    else:
        sync.wake_if_due()
        messages.success(request, _("The weekly sync has been started."))
    return back(request, "plays:weekly")


@may_retry
@require_POST
def weekly_answer(request: RoleRequest, pk: int) -> HttpResponse:
    """A changed cell: ours is written again, or theirs stays."""
    finding = get_object_or_404(Finding, pk=pk)
    said = request.POST.get("answer", "")
    if said not in Answer.values:
        return HttpResponseBadRequest()
    try:
        answer(finding, Answer(said), by=request.user, reason=posted_reason(request))
    except NotAsked:
        messages.warning(request, _("That was answered already, or cannot be."))
    except NoStatus:
        messages.error(request, _("What the page says is none of green, yellow and red."))
    except ValueError:
        messages.error(request, _("A status that is kept needs a reason."))
    else:
        done = {
            Answer.OURS: _("Our value is written again."),
            Answer.THEIRS: _("What people wrote is kept until our value changes."),
        }
        messages.success(request, done[Answer(said)])
    return back(request, reverse("plays:weekly_result", args=[finding.weekly_id]))


@may_retry
@require_safe
def weekly_plan(request: RoleRequest) -> HttpResponse:
    """The dry run: every page is read, nothing is written."""
    context: dict[str, Any] = {}
    try:
        plan = sync.plan()
        context["plan"] = plan
        context["found"] = list(plan.differences)
    except sync.RunMustWait as waits:
        context["waits"] = [waits.reason]
    except ImproperlyConfigured as error:
        context["trouble"] = str(error)
    return render_page(request, "weekly/plan.html", context)


def _now(running: WeeklySync | None) -> dict[str, Any]:
    """How far a run is that is on its way, and what it waits for."""
    return {"running": running, "waits": waits_for(running) if running else []}


def _runs() -> QuerySet[WeeklySync]:
    """Runs, newest first."""
    return WeeklySync.objects.select_related("asked_by").order_by("-slot")


def _count(runs: Collection[WeeklySync]) -> None:
    """Tell runs how many of their Plays stood how (by the status' letter), how many were
    `repaired` and what was `found`; two queries however many runs.
    """
    counts: dict[int, Counter[str]] = {run.pk: Counter() for run in runs}
    results = WeeklyResult.objects.filter(weekly__in=counts).order_by()
    groups = results.values_list("weekly", "status", "was_repaired")
    for run, status, was_repaired, count in groups.annotate(n=Count("*")):
        counts[run][status] += count
        counts[run]["repaired"] += count * was_repaired
    findings = Finding.objects.filter(weekly__in=counts).order_by().values_list("weekly")
    for run, count in findings.annotate(n=Count("*")):
        counts[run]["found"] = count
    for run in runs:
        for name in (*(status.value for status in Status), "repaired", "found"):
            setattr(run, name, counts[run.pk][name])


def _lines(run: WeeklySync) -> list[Line]:
    before = status_before(run)
    return [
        Line(
            result=result,
            before=_status(before.get(result.play_id, "")),
            status=_status(result.status),
        )
        for result in run.results.select_related("play")
    ]


def _taken_over(run: WeeklySync) -> QuerySet[MirrorChange]:
    """What a run took over from people's columns of the Play DB page."""
    since = MirrorChange.objects.filter(at__gte=run.started_at).select_related("play")
    return since.filter(at__lte=run.finished_at) if run.finished_at else since


def _status(letter: str) -> Status | None:
    return Status(letter) if letter else None


@may_administer
@require_POST
def weekly_schedule(request: RoleRequest) -> HttpResponse:
    """One of the acts below, by the name of the button."""
    act = _ACTS.get(request.POST.get("do", ""))
    if act is None:
        return HttpResponseBadRequest()
    act(request)
    return redirect("plays:weekly")


def _change(request: RoleRequest) -> None:
    try:
        change_line(
            request.POST.get("line", "")[:100], by=request.user, reason=posted_reason(request)
        )
    except BadLine as bad:
        words = _("Nothing was changed: the line %(reason)s. For example 0 18 * * 5, Friday 18:00.")
        messages.error(request, words % {"reason": bad})
    else:
        messages.success(request, _("The schedule is saved."))


def _pause(request: RoleRequest) -> None:
    pause_schedule(by=request.user, reason=posted_reason(request))
    messages.success(request, _("The schedule is paused: no run begins by itself."))


def _resume(request: RoleRequest) -> None:
    resume_schedule(by=request.user, reason=posted_reason(request))
    messages.success(request, _("The schedule goes on with its next slot."))


def _run_missed(request: RoleRequest) -> None:
    try:
        run = run_missed(by=request.user, reason=posted_reason(request))
    except sync.AlreadyRunning:
        messages.warning(request, _("A run is on its way already."))
        return
    if run is None:
        messages.warning(request, _("No slot was missed."))
        return
    sync.wake_if_due()
    messages.success(request, _("The weekly sync has been started."))


_ACTS: dict[str, Callable[[RoleRequest], None]] = {
    "change": _change,
    "pause": _pause,
    "resume": _resume,
    "missed": _run_missed,
}
