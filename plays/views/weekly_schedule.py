"""The weekly schedule as admins change it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from plays.sync import weekly as sync
from plays.sync.weekly.scheduling import (
    BadLine,
    change_line,
    pause_schedule,
    resume_schedule,
    run_missed,
)
from plays.views.common.access import RoleRequest, may_administer
from plays.views.common.posted import posted_reason


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
