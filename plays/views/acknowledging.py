"""Acknowledging what is known: a rejected event, a cause of failures, a finding of a weekly run."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from plays.models import Acknowledgement, Event, Finding, SyncJob
from plays.models.acknowledgement import Subject
from plays.models.weekly import ACKNOWLEDGEABLE
from plays.rules.fields import one_line
from plays.sync.acknowledging import acknowledge, end
from plays.views.common.access import RoleRequest, may_retry
from plays.views.common.ending import ReasonAndEndForm
from plays.views.common.render import back, own_address, render_page

ROWS: dict[str, QuerySet[Any]] = {
    Subject.EVENT: Event.objects.rejected(),
    Subject.CAUSE: SyncJob.objects.failed().select_related("mapping__page"),
    Subject.FINDING: Finding.objects.filter(kind__in=ACKNOWLEDGEABLE).select_related("page"),
}


@may_retry
@require_http_methods(["GET", "HEAD", "POST"])
def acknowledge_it(request: RoleRequest, subject: str, pk: int) -> HttpResponse:
    """The form; what was typed stays in it with what is wrong."""
    if subject not in ROWS:
        raise Http404
    thing = get_object_or_404(ROWS[subject].all(), pk=pk)
    form = ReasonAndEndForm(request.POST or None)
    if form.is_valid():
        reason = one_line(form.cleaned_data["reason"])
        acknowledge(thing, reason=reason, until=form.end, by=request.user)
        messages.success(request, _("Acknowledged. It raises no alarm until then."))
        return back(request, "plays:dashboard")
    context = {"form": form, "subject": subject, subject: thing, "next": _next(request)}
    return render_page(request, "acknowledging/acknowledge.html", context)


def _next(request: RoleRequest) -> str:
    """Where one came from."""
    return own_address(request, request.POST.get("next") or request.GET.get("next", ""))


@may_retry
@require_POST
def acknowledge_end(request: RoleRequest, pk: int) -> HttpResponse:
    if end(get_object_or_404(Acknowledgement, pk=pk), by=request.user):
        messages.success(request, _("The acknowledgement has ended: it counts again."))
    else:
        messages.info(request, _("It had ended already."))
    return back(request, "plays:dashboard")
