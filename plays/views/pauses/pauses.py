"""Pauses: what people hold back now, what they held back before, and the buttons; also the one
that has Confluence tried now, though it is left alone.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from plays.models import Page, Pause, Play
from plays.models.job import JobKind
from plays.models.pause import PauseScope
from plays.sync.jobs.pauses import held, pause, resume, try_now
from plays.sync.mappings.page_reference import BadReference, page_id_of
from plays.views.common.access import RoleRequest, may_pause, may_retry, sees
from plays.views.common.render import back, paginate, render_page

NEEDED = {
    PauseScope.PAGE: (
        "page",
        gettext_lazy("Give the ID or the address of a page that is mapped here."),
    ),
    PauseScope.PLAY: ("play", gettext_lazy("Choose a Play.")),
    PauseScope.KIND: ("kind", gettext_lazy("Choose a kind of edit.")),
}


class PlayField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, play: Play) -> str:
        return f"{play.play_id} · {play.name}" if play.name else play.play_id


class PauseForm(forms.Form):
    """What the scope does not speak of is left out, whatever was typed there."""

    scope = forms.ChoiceField(
        label=gettext_lazy("Pause what"),
        choices=[("", gettext_lazy("Choose…")), *PauseScope.choices],
    )
    page = forms.CharField(
        label=gettext_lazy("Page ID or address"), required=False, max_length=2000
    )
    play = PlayField(
        label=gettext_lazy("Play"),
        required=False,
        queryset=Play.objects.all(),
        to_field_name="play_id",
        empty_label="–",
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of edit"), required=False, choices=[("", "–"), *JobKind.choices]
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        error_messages={"required": gettext_lazy("Say why: everybody will read it.")},
    )

    def clean_page(self) -> Page | None:
        try:
            page_id = page_id_of(self.cleaned_data["page"], site=settings.CONFLUENCE_URL)
        except BadReference as refused:
            raise forms.ValidationError(str(refused)) from refused
        return Page.objects.filter(page_id=page_id).first() if page_id else None

    def clean(self) -> dict[str, Any]:
        chosen = self.cleaned_data
        scope = chosen.get("scope")
        for known, (name, sentence) in NEEDED.items():
            if known != scope:
                chosen[name] = "" if name == "kind" else None
            elif not chosen.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        return chosen


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


@may_retry
@require_POST
def site_try_now(request: RoleRequest) -> HttpResponse:
    try:
        is_open = try_now(by=request.user)
    except ImproperlyConfigured as error:
        messages.error(request, str(error))
        return back(request, "plays:dashboard")
    if is_open:
        messages.success(request, _("Confluence is tried now. What is due is written."))
    else:
        messages.error(request, _("Confluence still does not accept our account."))
    return back(request, "plays:dashboard")
