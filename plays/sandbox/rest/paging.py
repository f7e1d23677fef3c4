"""Cuts long lists: by cursor on v2 and on search, by start and limit on v1."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from plays.sandbox.server.errors import ApiError
from plays.sandbox.server.messages import Request, Response, json_response

Row = TypeVar("Row")

DEFAULT_LIMIT = 25
LONGEST_PAGE = 250
LONGEST_V1_PAGE = 200


def encode_cursor(offset: int) -> str:
    """Return an opaque cursor for a position."""
    return base64.urlsafe_b64encode(json.dumps({"offset": offset}).encode()).decode()


def decode_cursor(cursor: str) -> int:
    """Return the position of a cursor; 0 without one. Raises `ApiError` (400)."""
    if not cursor:
        return 0
    try:
        offset = json.loads(base64.urlsafe_b64decode(cursor))["offset"]
    except (binascii.Error, ValueError, KeyError, TypeError):
        offset = None
    if not isinstance(offset, int) or offset < 0:
        raise ApiError(400, "The cursor is invalid", code="INVALID_REQUEST_PARAMETER")
    return offset


def _limit_of(request: Request) -> int:
    """The `limit` of a v2 request. Raises `ApiError` (400) outside 1 to 250."""
    limit = request.number("limit", DEFAULT_LIMIT)
    if not 1 <= limit <= LONGEST_PAGE:
        raise ApiError(
            400,
            f"Provided value {{{limit}}} for 'limit' must be between 1 and {LONGEST_PAGE}",
            code="INVALID_REQUEST_PARAMETER",
        )
    return limit


def collection(
    request: Request, rows: Sequence[Row], shape: Callable[[Row], dict[str, Any]]
) -> Response:
    """Answer a v2 list: results, `_links.next` with the `/wiki` prefix, and a Link header."""
    limit = _limit_of(request)
    start = decode_cursor(request.one("cursor"))
    links = {"base": request.store.base_url}
    headers = {}
    if start + limit < len(rows):
        query = _query_without(request, "cursor", "limit")
        query += [("limit", str(limit)), ("cursor", encode_cursor(start + limit))]
        links["next"] = f"{request.path}?{urlencode(query)}"
        headers["Link"] = f'<{links["next"]}>; rel="next"'
    results = [shape(row) for row in rows[start : start + limit]]
    return json_response({"results": results, "_links": links}, headers=headers)


def v1_collection(
    request: Request, rows: Sequence[Row], shape: Callable[[Row], dict[str, Any]]
) -> Response:
    """Answer a v1 list by start and limit; `_links.next` is relative to `/wiki`."""
    limit = min(max(request.number("limit", DEFAULT_LIMIT), 1), LONGEST_V1_PAGE)
    start = max(request.number("start", 0), 0)
    results = [shape(row) for row in rows[start : start + limit]]
    path, links = v1_links(request)
    if start + limit < len(rows):
        query = _query_without(request, "start", "limit")
        query += [("limit", str(limit)), ("start", str(start + limit))]
        links["next"] = f"{path}?{urlencode(query)}"
    return json_response(
        {"results": results, "start": start, "limit": limit, "size": len(results), "_links": links}
    )


def v1_links(request: Request) -> tuple[str, dict[str, str]]:
    """The path below `/wiki`, and the links that every list of v1 has."""
    path = request.path.removeprefix("/wiki")
    base = request.store.base_url
    return path, {"base": base, "context": request.store.context, "self": f"{base}{path}"}


def _query_without(request: Request, *dropped: str) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, values in request.query.items()
        if name not in dropped
        for value in values
    ]
