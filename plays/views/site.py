"""The button of the banner that says that Confluence is left alone."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from plays.sync.jobs.pauses import try_now
from plays.views.common.access import RoleRequest, may_retry
from plays.views.common.render import back


@may_retry
@require_POST
def site_try_now(request: HttpRequest) -> HttpResponse:
    try:
        is_open = try_now(by=cast(RoleRequest, request).user)
    except ImproperlyConfigured as error:
        messages.error(request, str(error))
        return back(request, "plays:dashboard")
    if is_open:
        messages.success(request, _("Confluence is tried now. What is due is written."))
    else:
        messages.error(request, _("Confluence still does not accept our account."))
    return back(request, "plays:dashboard")
