"""Pages and database compared, in the browser: staff look, an admin acts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from plays.models import AuditEntry, PageRecord
from plays.models.audit import Verb
from plays.sync.reconcile.reconciling import reconcile
from plays.sync.reconcile.report import Report
from plays.sync.weekly import RunMustWait
from plays.views.common.access import Role, RoleRequest, guard
from plays.views.common.posted import posted_reason
from plays.views.common.render import paginate, render_page


@guard(Role.STAFF)
@require_safe
def state(request: RoleRequest) -> HttpResponse:
    """How it stands, from the database alone."""
    records = PageRecord.objects.select_related("page", "play")
    acts = AuditEntry.objects.filter(verb=Verb.RECONCILE)
    return _page(
        request, page_obj=paginate(records.filter(is_theirs=False), request),
        theirs=records.filter(is_theirs=True).count(), last=acts.first(),
    )  # fmt: skip


@guard(Role.STAFF)
@require_safe
def look(request: RoleRequest) -> HttpResponse:
    """Every page is read, and nothing is changed."""
    report = _compared(request, dry_run=True)
    return _page(request, found=report.details() if report else None)


@guard(Role.ADMIN)
@require_POST
def act(request: RoleRequest) -> HttpResponse:
    """To the outcome, which has an address of its own."""
    how = request.POST.get("do", "")
    report = _compared(request, adopt=how == "adopt", go_on=how == "go_on")
    if report is None or report.entry is None:
        return redirect("plays:reconcile")
    return redirect("plays:reconcile_done", report.entry.pk)


@guard(Role.STAFF)
@require_safe
def done(request: RoleRequest, pk: int) -> HttpResponse:
    """What one comparison came to, from the audit trail."""
    entry = get_object_or_404(AuditEntry, pk=pk, verb=Verb.RECONCILE)
    return _page(request, found=entry.details, entry=entry)


def _compared(
    request: RoleRequest, *, dry_run: bool = False, adopt: bool = False, go_on: bool = False
) -> Report | None:
    reason = "" if dry_run else posted_reason(request)
    try:
        return reconcile(by=request.user, dry_run=dry_run, adopt=adopt, go_on=go_on, reason=reason)
    except RunMustWait:
        messages.error(request, _("The pages cannot be read now. Nothing was changed; try later."))
    except ImproperlyConfigured as error:
        messages.error(request, str(error))
    return None


def _page(request: RoleRequest, **context: Any) -> HttpResponse:
    return render_page(request, "reconcile/reconcile.html", context)
