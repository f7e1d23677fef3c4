"""For machines that watch: is the process up, may it get traffic, what are its figures."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from plays import tokens
from plays.metrics import CONTENT_TYPE, exposition
from plays.sync import readiness
from plays.views.common.access import sees


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """503 while the database cannot be reached or written, or lacks a migration."""
    trouble = readiness.trouble()
    return JsonResponse({"status": trouble or "ok"}, status=503 if trouble else 200)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponseBase:
    """For a program with a token, or a person who is logged in."""
    token = tokens.sent_token(request)
    if token is None:
        return sees(_figures)(request)
    if tokens.is_known(token):
        return _figures(request)
    refused = HttpResponse(
        "a valid bearer token is needed\n", content_type="text/plain", status=401
    )
    refused["WWW-Authenticate"] = "Bearer"
    return refused


def _figures(request: HttpRequest) -> HttpResponse:
    return HttpResponse(exposition(timezone.now()), content_type=CONTENT_TYPE)
