"""Changing a Play: its people's fields, and a status set by hand with its reason and end."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from plays.models import Play
from plays.rules.fields import one_line
from plays.sync.naming import AliasTaken
from plays.sync.plays.editing import (
    PlayChanged,
    add_play,
    edit_play,
    end_status,
    set_status,
    values_of,
)
from plays.views.common.access import RoleRequest, may_edit
from plays.views.common.posted import posted_reason
from plays.views.common.render import render_page
from plays.views.plays.forms import NewPlayForm, PlayForm, StatusForm, suggestions
from plays.views.plays.progress import progress_of

FORM_METHODS = ["GET", "HEAD", "POST"]


@may_edit
@require_http_methods(FORM_METHODS)
def play_edit(request: RoleRequest, play_id: str) -> HttpResponse:
    play = get_object_or_404(Play, play_id=play_id)
    now = timezone.now()
    form = PlayForm(request.POST or None, instance=play, now=now)
    if form.is_valid() and _edited(request, play, form):
        return redirect("plays:play", play_id)
    shown = Play.objects.get(pk=play.pk)  # the form has put what was typed into its own
    context = {"play": shown, "form": form, "suggestions": suggestions()}
    return render_page(request, "plays/edit.html", context)


def _edited(request: RoleRequest, play: Play, form: PlayForm) -> bool:
    """Whether the edit is saved; where it collides with somebody else's, the form says in what."""
    user = request.user
    reason = form.cleaned_data["reason"]
    try:
        changed = edit_play(play, seen=form.seen, wanted=form.wanted, by=user, reason=reason)
    except PlayChanged as disputed:
        now = values_of(Play.objects.get(pk=play.pk), now=timezone.now())
        for name in disputed.fields:
            sentence = _("Somebody else has changed this meanwhile. It says now: %(value)s")
            form.add_error(name, sentence % {"value": now[name] or "–"})
        return False
    except AliasTaken as taken:
        form.add_error("aliases", taken.at("aliases").told(_))
        return False
    sentence = ngettext("%(count)d field saved.", "%(count)d fields saved.", len(changed))
    messages.success(
        request, sentence % {"count": len(changed)} if changed else _("Nothing changed.")
    )
    return True


@may_edit
@require_http_methods(FORM_METHODS)
def play_add(request: RoleRequest) -> HttpResponse:
    form = NewPlayForm(request.POST or None, now=timezone.now())
    form.fields["play_id"].initial = one_line(request.GET.get("play_id", ""))[:100]
    if form.is_valid():
        values, reason = form.cleaned_data, form.cleaned_data["reason"]
        try:
            play = add_play(values["play_id"], form.wanted, by=request.user, reason=reason)
        except AliasTaken as taken:
            form.add_error("aliases", taken.at("aliases").told(_))
        else:
            messages.success(request, _("The Play is made."))
            return redirect(play)
    return render_page(request, "plays/edit.html", {"form": form, "suggestions": suggestions()})


@may_edit
@require_http_methods(FORM_METHODS)
def play_status(request: RoleRequest, play_id: str) -> HttpResponse:
    play = get_object_or_404(Play, play_id=play_id)
    form = StatusForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        set_status(play, form.wanted, reason=reason, until=form.end, by=request.user)
        messages.success(request, _("The status is set. The Play DB page follows."))
        return redirect("plays:play", play_id)
    (progress,) = progress_of([play], now=timezone.now())
    return render_page(
        request, "plays/status.html", {"play": play, "form": form, "progress": progress}
    )


@may_edit
@require_POST
def play_status_end(request: RoleRequest, play_id: str) -> HttpResponse:
    play = get_object_or_404(Play, play_id=play_id)
    if end_status(play, by=request.user, reason=posted_reason(request)):
        messages.success(request, _("The judged status counts again. The Play DB page follows."))
    else:
        messages.info(request, _("The status set by hand had ended already."))
    return redirect("plays:play", play_id)
