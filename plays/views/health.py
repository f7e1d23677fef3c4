"""For machines that watch: is the process up, may it get traffic, what are its figures."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from plays import tokens
from plays.metrics import CONTENT_TYPE, exposition
from plays.models.api_token import Scope
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
    caller = tokens.caller_of(token)
    if caller is None:
        return _refused("a valid bearer token is needed", 401, "Bearer")
    if Scope.READ not in caller.scopes:
        return _refused("this token lacks the scope read", 403, 'Bearer error="insufficient_scope"')
    return _figures(request)


def _refused(words: str, status: int, challenge: str) -> HttpResponse:
    response = HttpResponse(f"{words}\n", content_type="text/plain", status=status)
    response["WWW-Authenticate"] = challenge
    return response


def _figures(request: HttpRequest) -> HttpResponse:
    return HttpResponse(exposition(timezone.now()), content_type=CONTENT_TYPE)
