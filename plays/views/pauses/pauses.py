"""Pauses: what people hold back now, what they held back before, and the two buttons."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from plays.models import Pause
from plays.models.pause import PauseScope
from plays.sync.jobs.pauses import held, pause, resume
from plays.views.common.access import RoleRequest, may_pause, sees
from plays.views.common.render import back, paginate, render_page
from plays.views.pauses.forms import PauseForm


@sees
@require_safe
def pauses(request: RoleRequest) -> HttpResponse:
    known = Pause.objects.select_related("page", "play", "by", "ended_by")
    active = list(known.active().order_by("at", "pk"))
    waiting = held(active)
    context = {
        "active": [(pause, waiting[pause.pk]) for pause in active],
        "page_obj": paginate(
            known.filter(ended_at__isnull=False).order_by("-ended_at", "-pk"), request
        ),
        "form": PauseForm(label_suffix=""),
    }
    return render_page(request, "pauses/pauses.html", context)


@may_pause
@require_POST
def pause_begin(request: RoleRequest) -> HttpResponse:
    form = PauseForm(request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            for error in errors:
                messages.error(request, str(error))
        return back(request, "plays:pauses")
    chosen = form.cleaned_data
    pause(
        PauseScope(chosen["scope"]),
        page=chosen["page"],
        play=chosen["play"],
        kind=chosen["kind"],
        reason=chosen["reason"],
        by=request.user,
    )
    messages.success(request, _("Paused. Nothing is lost: edits wait until somebody resumes."))
    return back(request, "plays:pauses")


@may_pause
@require_POST
def pause_end(request: RoleRequest, pk: int) -> HttpResponse:
    if resume(get_object_or_404(Pause, pk=pk), by=request.user):
        messages.success(request, _("Resumed. What waited is written now."))
    else:
        messages.info(request, _("This pause had ended already."))
    return back(request, "plays:pauses")
