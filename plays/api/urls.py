"""Addresses of the API."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.urls import path

from plays.api import actions, events, jobs, plays, status, weekly
from plays.api.access import READS
from plays.api.api import make_api

api = make_api()
for name, noun in (
    ("events", events),
    ("plays", plays),
    ("actions", actions),
    ("jobs", jobs),
    ("weekly", weekly),
    ("status", status),
):
    api.add_router(f"/{name}", noun.router)


@api.get("/openapi.json", auth=READS, include_in_schema=False)
def openapi(request: HttpRequest) -> JsonResponse:
    """This API, described in OpenAPI 3.1."""
    return JsonResponse(api.get_openapi_schema())


urlpatterns = [path("", api.urls)]
