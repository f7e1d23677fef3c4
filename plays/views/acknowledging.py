"""Acknowledging what is known: a rejected event, a cause of failures, a finding of a weekly run."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from plays.models import Acknowledgement, Event, Finding, SyncJob
from plays.models.acknowledgement import Subject
from plays.sync.acknowledging import acknowledge, end
from plays.views.common.access import RoleRequest, may_retry
from plays.views.common.posted import LONGEST_REASON, posted_reason
from plays.views.common.render import back

LONGEST_DAYS = 366
ROWS = {
    Subject.EVENT: Event.objects.rejected(),
    Subject.CAUSE: SyncJob.objects.failed().select_related("mapping__page"),
    Subject.FINDING: Finding.objects.select_related("page"),
}


class AcknowledgeForm(forms.Form):
    subject = forms.ChoiceField(choices=Subject.choices)
    pk = forms.IntegerField(min_value=1)
    reason = forms.CharField(max_length=LONGEST_REASON)
    until = forms.DateField()

    def clean_until(self) -> datetime:
        """The midnight after the day that was chosen."""
        day, today = self.cleaned_data["until"], timezone.localdate()
        if not today <= day <= today + timedelta(days=LONGEST_DAYS):
            raise forms.ValidationError("out of range")
        return datetime.combine(day + timedelta(days=1), time(), timezone.get_default_timezone())


@may_retry
@require_POST
def acknowledge_it(request: RoleRequest) -> HttpResponse:
    form = AcknowledgeForm(request.POST)
    reason = posted_reason(request)
    if "subject" in form.errors or "pk" in form.errors:
        raise Http404
    if not form.is_valid() or not reason:
        messages.error(
            request, _("Nothing was saved: it needs a reason and a day within a year from today.")
        )
    else:
        data = form.cleaned_data
        rows = ROWS[Subject(data["subject"])]
        subject = cast(Event | SyncJob | Finding, get_object_or_404(rows.all(), pk=data["pk"]))
        acknowledge(subject, reason=reason, until=data["until"], by=request.user)
        messages.success(request, _("Acknowledged. It raises no alarm until then."))
    return back(request, "plays:dashboard")


@may_retry
@require_POST
def acknowledge_end(request: RoleRequest, pk: int) -> HttpResponse:
    if end(get_object_or_404(Acknowledgement, pk=pk), by=request.user):
        messages.success(request, _("The acknowledgement has ended: it counts again."))
    else:
        messages.info(request, _("It had ended already."))
    return back(request, "plays:dashboard")
