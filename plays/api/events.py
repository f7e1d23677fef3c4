"""`POST /api/events`: the portal's door."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router, Schema

from plays.api.access import caller_in, clock_trouble, refusal
from plays.api.answers import FieldError
from plays.api.event_forms import REQUEST_BODY
from plays.api.payload import (
    BATCH_TYPE,
    MAX_BYTES,
    STRUCTURED_TYPE,
    NotReadable,
    TooMany,
    UnknownEncoding,
    read_payload,
    unpacked,
)
from plays.models.api_token import Scope
from plays.problems import problem
from plays.sync.intake.receiving import Receipt, ReceiptStatus
from plays.sync.intake.sharing import record_shared

router = Router(tags=["Events"])
JSON_TYPES = ("application/json", STRUCTURED_TYPE, BATCH_TYPE)
PROBLEM = {"$ref": "#/components/responses/Problem"}


class EventResult(Schema):
    """What became of one event. `id` as it was sent; of a plain object the one made for it."""

    id: str | None
    status: ReceiptStatus
    log_id: str | None = None
    errors: list[FieldError] | None = None


class Receipts(Schema):
    """`results` in the order sent."""

    accepted: int
    duplicates: int
    rejected: int
    results: list[EventResult]


@router.post(
    "",
    response={202: Receipts, 422: Receipts},
    operation_id="send_events",
    summary="Send one event or a batch",
    openapi_extra={
        "requestBody": REQUEST_BODY,
        "responses": dict.fromkeys((400, 413, 415), PROBLEM),
        "security": [{"Bearer": []}],
    },
)
def events(request: HttpRequest) -> HttpResponse:
    """202 only after everything is committed; 422 for one event alone that is rejected, which is
    kept with its reasons. CloudEvents 1.0 (structured, binary, batch), or a plain object.
    """
    if _declared_size(request) > MAX_BYTES:
        return problem(413, f"too large; {MAX_BYTES:,} bytes are allowed")
    hint = clock_trouble(request.headers)
    if refused := refusal(caller_in(request), Scope.EVENTS, hint=hint):
        return refused
    if request.content_type not in JSON_TYPES:
        return problem(415, f"the content type must be one of {', '.join(JSON_TYPES)}")
    try:
        payload = read_payload(unpacked(request), request.content_type, request.headers)
    except UnknownEncoding as error:
        return problem(415, str(error))
    except TooMany as error:
        return problem(413, str(error))
    except NotReadable as error:
        return problem(400, str(error))
    receipts = record_shared(payload.events)
    is_refused = not payload.is_batch and receipts[0].status is ReceiptStatus.REJECTED
    return JsonResponse(summary(receipts), status=422 if is_refused else 202)


def summary(receipts: list[Receipt]) -> dict[str, Any]:
    """The answer's body: counts, and a result per event in the order sent."""
    statuses = [receipt.status for receipt in receipts]
    return {
        "accepted": statuses.count(ReceiptStatus.ACCEPTED),
        "duplicates": statuses.count(ReceiptStatus.DUPLICATE),
        "rejected": statuses.count(ReceiptStatus.REJECTED),
        "results": [_result(receipt) for receipt in receipts],
    }


def _result(receipt: Receipt) -> dict[str, Any]:
    result: dict[str, Any] = {"id": receipt.event_id, "status": receipt.status.value}
    if receipt.log_id:
        result["log_id"] = receipt.log_id
    if receipt.problems:
        result["errors"] = [{"field": p.field, "message": p.message} for p in receipt.problems]
    return result


def _declared_size(request: HttpRequest) -> int:
    try:
        return int(request.headers.get("Content-Length") or 0)
    except ValueError:
        return 0
