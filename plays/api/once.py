"""`Idempotency-Key`: a call that acts is made once, however often it is sent.

Source: draft-ietf-httpapi-idempotency-key-header-07, sections 2.1 and 2.6.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Annotated

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Header, Schema
from ninja.errors import HttpError
from pydantic import StringConstraints

from plays.models import AnsweredCall
from plays.models.answered_call import KEPT
from plays.sync.audit import acting_as

REUSED = "this Idempotency-Key was used for another call: use a new one"
IdempotencyKey = Annotated[
    Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,255}$")] | None,
    Header(alias="Idempotency-Key", description="the same key and call: made once"),
]


def once(
    request: HttpRequest, key: str | None, act: Callable[[], Schema], *, status: int = 200
) -> HttpResponse:
    """The answer of `act`, or the one that the same call with the same key had before.

    Act and answer are committed together; an error leaves no trace of the key. Two such calls at a
    time: the second waits for the first. Raises HttpError 422 for a key of another call.
    """
    caller = request.auth.name  # type: ignore[attr-defined]  # ninja puts it there
    with acting_as(f"{caller} (API)"):
        if key is None:
            return _json(act().model_dump_json(), status)
        now = timezone.now()
        with transaction.atomic():
            AnsweredCall.objects.filter(at__lt=now - KEPT).delete()
            call, is_new = AnsweredCall.objects.get_or_create(
                caller=caller, key=key, defaults={"asked": _digest(request), "at": now}
            )
            if is_new:
                call.status, call.answer = status, act().model_dump_json()
                call.save(update_fields=["status", "answer"])
    if call.asked != _digest(request):
        raise HttpError(422, REUSED)
    response = _json(call.answer, call.status)
    if not is_new:
        response["Idempotency-Replayed"] = "true"
    return response


def _digest(request: HttpRequest) -> str:
    asked = b"\n".join((str(request.method).encode(), request.path.encode(), request.body))
    return hashlib.sha256(asked).hexdigest()


def _json(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="application/json; charset=utf-8")
