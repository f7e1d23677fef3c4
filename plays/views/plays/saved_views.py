"""Saving a filtered overview under a name, and forgetting it."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from plays.rules.fields import one_line
from plays.sync.people.saved_views import MOST_VIEWS, TooManyViews, drop_view, keep_view
from plays.views.common.access import RoleRequest, sees

LONGEST_NAME, LONGEST_QUERY = 60, 1000


@sees
@require_POST
def view_save(request: RoleRequest) -> HttpResponse:
    name = one_line(request.POST.get("name", ""))[:LONGEST_NAME].strip()
    query = urlencode(parse_qsl(request.POST.get("query", "")[:LONGEST_QUERY]))
    if not name:
        messages.error(request, _("Nothing was saved: the view needs a name."))
        return _to(query)
    try:
        keep_view(request.user, name=name, query=query, is_start="is_start" in request.POST)
    except TooManyViews:
        said = _("Nothing was saved: there may be %(count)d views. Forget one first.")
        messages.error(request, said % {"count": MOST_VIEWS})
    else:
        messages.success(request, _("The view “%(name)s” is saved.") % {"name": name})
    return _to(query)


@sees
@require_POST
def view_forget(request: RoleRequest, pk: int) -> HttpResponse:
    drop_view(request.user, pk)
    messages.success(request, _("The view is forgotten."))
    return _to("all=1")


def _to(query: str) -> HttpResponse:
    return redirect(f"{reverse('plays:dashboard')}?{query or 'all=1'}")
