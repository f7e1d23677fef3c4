"""Pages and database compared, in the browser: staff look, an admin acts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from plays.models import PageRecord, Site
from plays.sync.reconcile.reconciling import Report, reconcile
from plays.sync.weekly import RunMustWait
from plays.views.common.access import Role, RoleRequest, guard
from plays.views.common.posted import posted_reason
from plays.views.common.render import paginate, render_page


@guard(Role.STAFF)
@require_safe
def state(request: RoleRequest) -> HttpResponse:
    """How it stands, from the database alone."""
    return _page(request)


@guard(Role.STAFF)
@require_safe
def look(request: RoleRequest) -> HttpResponse:
    """Every page is read, and nothing is changed."""
    return _page(request, _compared(request, dry_run=True))


@guard(Role.ADMIN)
@require_http_methods(["POST"])
def act(request: RoleRequest) -> HttpResponse:
    return _page(request, _compared(request, adopt=bool(request.POST.get("adopt"))))


def _compared(request: RoleRequest, *, dry_run: bool = False, adopt: bool = False) -> Report | None:
    reason = "" if dry_run else posted_reason(request)
    try:
        return reconcile(by=request.user, dry_run=dry_run, adopt=adopt, reason=reason)
    except RunMustWait:
        messages.error(request, _("The pages cannot be read now. Nothing was changed; try later."))
    except ImproperlyConfigured as error:
        messages.error(request, str(error))
    return None


def _page(request: RoleRequest, report: Report | None = None) -> HttpResponse:
    records = PageRecord.objects.select_related("page", "play")
    context: dict[str, Any] = {
        "log": Site.current(),
        "report": report,
        "page_obj": paginate(records, request),
    }
    return render_page(request, "reconcile/reconcile.html", context)
