"""`/status/`: workers, queue, pace, Confluence, schedule, database, and every check."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from plays.models.alert import DeliveryState
from plays.sync.alerts import send_test, telling
from plays.sync.doctor.examination import examine, examine_here
from plays.sync.doctor.findings import AREA_NAMES, Finding, Level
from plays.sync.status.system import system_status
from plays.views.common.access import RoleRequest, may_administer, may_retry, sees
from plays.views.common.render import render_page


@sees
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """What is known here; Confluence is not asked."""
    now = timezone.now()
    context = {"status": system_status(now), "telling": telling(), **_checks(examine_here(now=now))}
    return render_page(request, "status/status.html", context)


@may_retry
@require_safe
def status_checks(request: HttpRequest) -> HttpResponse:
    """Everything that the doctor looks at: Confluence is asked about the account and each page."""
    now = timezone.now()
    context = {"looked_at": now, **_checks(examine(now=now))}
    return render_page(request, "status/checks.html", context, part="status/_checks.html")


@may_administer
@require_POST
def test_alert(request: RoleRequest) -> HttpResponse:
    """A message to every channel, and what became of each."""
    sent = send_test(by=request.user)
    if not sent:
        messages.warning(request, _("Nobody is told yet: set ALERT_EMAILS or ALERT_WEBHOOKS."))
    for one in sent:
        if one.state == DeliveryState.SENT:
            messages.success(request, _("Sent to %(to)s.") % {"to": one.label})
        else:
            said = _("Not sent to %(to)s: %(error)s") % {"to": one.label, "error": one.error}
            messages.error(request, said)
    return redirect("plays:status")


def _checks(findings: list[Finding]) -> dict[str, Any]:
    """By area; what is wrong stands first in each."""
    order = list(Level)
    areas = [
        (AREA_NAMES[area], sorted(same, key=lambda one: -order.index(one.level)))
        for area, same in groupby(findings, key=lambda finding: finding.area)
    ]
    return {"areas": areas, "problems": sum(finding.is_problem for finding in findings)}
