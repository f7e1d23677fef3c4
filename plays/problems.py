"""Answers when something is wrong: problem details for programs, a page of words for people."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django import db
from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template import loader

CONTENT_TYPE = "application/problem+json"  # RFC 9457
API = "/api/"
RETRY_AFTER_SECONDS = 10

# The database is away, full, read-only or lacks a migration: it heals, and nothing is half-done.
# That a row or value is wrong (IntegrityError, DataError) is a fault of ours.
STORAGE_TROUBLE = (
    db.OperationalError,
    db.InterfaceError,
    db.InternalError,
    db.ProgrammingError,
)
# Refusals, for which Django has answers of its own.
_NO_FAULTS = (Http404, PermissionDenied, BadRequest, SuspiciousOperation)
_REFUSALS = {404: "there is nothing at this address", 405: "this method is not for this address"}
log = logging.getLogger(__name__)


def problem(status: int, detail: str, *, errors: Sequence[Mapping[str, str]] = ()) -> JsonResponse:
    """RFC 9457 problem details; `error` says the same under the name that it had first.

    `errors`: which fields are wrong and why.
    """
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "error": detail,
    }
    if errors:
        body["errors"] = list(errors)
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE)


class ProblemMiddleware:
    """Storage trouble is 503 with Retry-After, whoever asked; a program never gets HTML."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(API) and response.status_code >= 400:
            return _for_a_program(response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        is_program = request.path.startswith(API)
        if isinstance(error, STORAGE_TROUBLE) and not settings.DEBUG:
            # A table that is missing, or a query of ours that is wrong: only the place tells.
            place = error if isinstance(error, db.ProgrammingError) else None
            words = (request.method, request.path, _first_line(error))
            log.warning("503 %s %s: %s", *words, exc_info=place)
            return _unavailable(is_program=is_program)
        if is_program and not settings.DEBUG and not isinstance(error, _NO_FAULTS):
            log.error("500 %s %s", request.method, request.path, exc_info=error)
            return problem(500, "the fault is on our side and has been logged")
        return None


def _for_a_program(response: HttpResponse) -> HttpResponse:
    """A refusal that Django made in words for people, or in none, as problem details."""
    if "json" in response.get("Content-Type", ""):
        return response
    status = response.status_code
    told = problem(status, _REFUSALS.get(status, HTTPStatus(status).phrase.lower()))
    if "Allow" in response:
        told["Allow"] = response["Allow"]
    return told


def _unavailable(*, is_program: bool) -> HttpResponse:
    if is_program:
        response: HttpResponse = problem(
            503, "the database cannot be used now; send the same again, what is stored stays once"
        )
    else:
        response = HttpResponse(loader.get_template("503.html").render(), status=503)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
