"""Answers that no route makes: errors in each dialect's shape, and what edges and proxies say."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus

from plays.sandbox.content.entities import iso
from plays.sandbox.server.errors import BAD_REQUEST_CLASS, ApiError, EditForbiddenError
from plays.sandbox.server.faults import Fault, page_in
from plays.sandbox.server.messages import Response, html_response, json_response

V2, V1 = "v2", "v1"
OPTIMISTIC_LOCK = (
    "com.atlassian.confluence.api.service.exceptions.ConflictException: "
    "javax.persistence.OptimisticLockException: Batch update returned unexpected row count "
    "from update [0]; actual row count: 0; expected: 1"
)
_V1_ADDED_CLASS = ("A page with this title", "Error parsing xhtml")


def dialect_of(path: str) -> str:
    """Return which dialect a path speaks."""
    return V2 if "/api/v2" in path else V1


def error_response(error: ApiError, path: str) -> Response:
    """Return an error in the words and the shape of the path's dialect."""
    if dialect_of(path) == V2:
        return v2_error(error.status, error.code, error.title)
    return v1_error(*_in_v1_words(error))


def v2_error(status: int, code: str, title: str) -> Response:
    """Return the v2 shape; a conflict's status is text there, as captured from a real site."""
    shown: int | str = "409" if status == 409 else status
    row = {"status": shown, "code": code, "title": title, "detail": None}
    return json_response({"errors": [row]}, status=status)


def v1_error(status: int, message: str) -> Response:
    """Return the v1 shape."""
    data = {
        "authorized": status not in {401, 403},
        "valid": status < 500,
        "allowedInReadOnlyMode": True,
        "errors": [],
        "successful": False,
    }
    shape = {"statusCode": status, "data": data, "message": message}
    return json_response(shape | {"reason": HTTPStatus(status).phrase}, status=status)


def _in_v1_words(error: ApiError) -> tuple[int, str]:
    if isinstance(error, EditForbiddenError):
        return 403, "You do not have permission to edit this content"
    if error.current is not None:
        return 409, (f"Version must be incremented on update. Current version is: {error.current}")
    if error.status == 400 and error.title.startswith(_V1_ADDED_CLASS):
        return 400, f"{BAD_REQUEST_CLASS}{error.title}"
    return error.status, error.title


def dead_credentials(path: str, how: str) -> Response:
    """Return what rejected credentials get, see `access.Options`."""
    if how == "anonymous" and path.rstrip("/").endswith("/user/current"):
        return json_response({"type": "anonymous", "displayName": "Anonymous"})
    if how == "documented":
        headers = {
            "WWW-Authenticate": 'Basic realm="Confluence"',
            "X-Seraph-LoginReason": "AUTHENTICATED_FAILED",
        }
        shape = {"code": 401, "message": "Unauthorized"}
        return json_response(shape, status=401, headers=headers)
    return bare_not_found(path)


def bare_not_found(path: str, headers: dict[str, str] | None = None) -> Response:
    """Return what dead credentials and a hiccup at the edge share: v2 404, v1 403."""
    if dialect_of(path) == V2:
        response = v2_error(404, "NOT_FOUND", "Not Found")
    elif path.rstrip("/").endswith("/user/current"):
        response = v1_error(403, "caller cannot access Confluence")
    else:
        response = v1_error(403, "Current user not permitted to use Confluence")
    return Response(status=response.status, body=response.body, headers=headers or {})


def scope_missing() -> Response:
    """Return what the API gateway says to a token without the scope."""
    shape = {"code": 401, "message": "Unauthorized; scope does not match"}
    return json_response(shape, status=401)


def scoped_token_on_site() -> Response:
    """Return what the site itself says to a scoped token: a page of its web server."""
    return html_response(401, _edge_page("HTTP Status 401 – Unauthorized"))


def too_large(path: str, most: int) -> Response:
    """Return the 413 for a request over the limit."""
    title = f"Request is too large. Requests for this resource can be at most {most} bytes"
    return error_response(ApiError(413, title), path)


def unknown_route(*, known_path: bool, path: str) -> Response:
    """Return the answer to a path or a method that is not served."""
    status = 405 if known_path else 404
    shape = {"statusCode": status, "message": f"null for uri: {path}"}
    return json_response(shape | {"reason": HTTPStatus(status).phrase}, status=status)


def rate_limit_headers(limit: int, remaining: int, reset: datetime) -> dict[str, str]:
    """Return the headers that tell how much of a quota is left."""
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": iso(reset),
        "X-RateLimit-NearLimit": "true" if remaining < limit / 5 else "false",
    }


def rate_limited(retry_after: str, *, limit: int = 100, reset: datetime | None = None) -> Response:
    """Return a 429 with everything that comes with it."""
    headers = rate_limit_headers(limit, 0, reset or datetime.now(UTC) + timedelta(seconds=7))
    headers |= {"Retry-After": retry_after, "RateLimit-Reason": "confluence-burst-based"}
    return json_response(
        {"code": 429, "message": "Rate limit exceeded"}, status=429, headers=headers
    )


def _edge_page(title: str) -> str:
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title></head>"
        f"<body><h1>{title}</h1></body></html>"
    )


def _retry_after(fault: Fault, usual: str | None) -> str | None:
    if fault.retry_after == "http-date":
        moment = datetime.now(UTC) + timedelta(seconds=math.ceil(fault.seconds))
        return format_datetime(moment, usegmt=True)
    return usual if fault.retry_after is None else fault.retry_after


def _edge_error(status: int, title: str) -> Callable[[Fault, str], Response]:
    def reply(fault: Fault, _path: str) -> Response:
        wait = _retry_after(fault, None)
        headers = {} if wait is None else {"Retry-After": wait}
        return html_response(status, _edge_page(title), headers)

    return reply


def _rate_limited(fault: Fault, _path: str) -> Response:
    return rate_limited(_retry_after(fault, "7") or "")


def _internal_error(_fault: Fault, path: str) -> Response:
    return error_response(ApiError(500, "Internal Server Error"), path)


def _optimistic_lock(_fault: Fault, path: str) -> Response:
    return error_response(ApiError(500, OPTIMISTIC_LOCK), path)


def _unreconciled(_fault: Fault, path: str) -> Response:
    message = (
        f"Unable to save changes to unreconciled page ContentId{{id={page_in(path)}}}. "
        "Refreshing the page should fix this."
    )
    shape = {"statusCode": 501, "message": message, "reason": "Not Implemented"}
    return json_response(shape, status=501)


def _flap(_fault: Fault, path: str) -> Response:
    return bare_not_found(path, {"x-cache": "Error from cloudfront"})


def _not_found_named(_fault: Fault, path: str) -> Response:
    page_id = page_in(path)
    if dialect_of(path) == V2:
        return v2_error(404, "NOT_FOUND", f"Cannot find a page with id [{page_id}]")
    return v1_error(404, f"No content found with id: ContentId{{id={page_id}}}")


def _login_page(_fault: Fault, _path: str) -> Response:
    form = "<form action='/login'><input name='user'><input name='password'></form>"
    return html_response(200, _edge_page("Log in with your company account") + form)


_REPLIES: dict[str, Callable[[Fault, str], Response]] = {
    "rate_limited": _rate_limited,
    "unavailable": _edge_error(503, "503 Service Temporarily Unavailable"),
    "bad_gateway": _edge_error(502, "502 Bad Gateway"),
    "timeout": _edge_error(504, "504 Gateway Time-out"),
    "error_before": _internal_error,
    "error_after": _internal_error,
    "optimistic_lock": _optimistic_lock,
    "unreconciled": _unreconciled,
    "not_found_flap": _flap,
    "not_found_named": _not_found_named,
    "login_page": _login_page,
}
DROPPED = frozenset({"reset", "lost_reply"})


def fault_reply(fault: Fault, path: str) -> Response | None:
    """Return what a fault says in place of the real answer; None for a kind that says nothing."""
    make = _REPLIES.get(fault.kind)
    return make(fault, path) if make else None


def truncated(response: Response) -> Response:
    """Return an answer that breaks off in the middle."""
    half = response.body[: max(len(response.body) // 2, 1)]
    return Response(status=response.status, body=half, headers=response.headers)


def emptied(response: Response) -> Response:
    """Return a page answer whose storage body is empty, as live docs are read at times."""
    if response.status != 200:
        return response
    shape = json.loads(response.body)
    if "storage" in shape.get("body", {}):
        shape["body"]["storage"]["value"] = ""
    return json_response(shape, headers=dict(response.headers))
