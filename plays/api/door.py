"""The API's door: what is behind it is imported by its first call, not by each
command; a server has imported it before (syncadmin/imports.py)."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import resolve
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt  # who is let in by a session is asked for the token behind the door
def api(request: HttpRequest, address: str) -> HttpResponseBase:
    """The answer of the operation at `address` in plays.api.urls. Raises Http404."""
    found = resolve(f"/{address}", "plays.api.urls")
    response: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
    return response
