"""For machines that watch: is the process up, may it get traffic, what are its figures."""

from __future__ import annotations

import hmac

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from plays.metrics import CONTENT_TYPE, exposition
from plays.views.common.access import sees


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """503 while the database cannot be reached or lacks a migration."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return JsonResponse({"status": "database unreachable"}, status=503)
    if missing:
        return JsonResponse({"status": "migrations missing", "count": len(missing)}, status=503)
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    if _has_token(request):
        return _figures(request)
    return sees(_figures)(request)


def _figures(request: HttpRequest) -> HttpResponse:
    return HttpResponse(exposition(timezone.now()), content_type=CONTENT_TYPE)


def _has_token(request: HttpRequest) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return False
    # Every token is compared, whichever fits: the time taken tells nothing.
    fits = [
        hmac.compare_digest(given.strip().encode(), token.encode())
        for token in settings.EVENTS_TOKENS
        if token
    ]
    return any(fits)
