"""REST v1: search, people and spaces. CQL exists nowhere else, on Cloud too."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from urllib.parse import urlencode

from plays.sandbox.content.entities import Page, account_id
from plays.sandbox.rest.content_v1 import expansions
from plays.sandbox.rest.cql import search
from plays.sandbox.rest.paging import (
    DEFAULT_LIMIT,
    decode_cursor,
    encode_cursor,
    v1_collection,
    v1_links,
)
from plays.sandbox.rest.shapes_v1 import hit_shape, space_shape, user_shape
from plays.sandbox.server.errors import ApiError
from plays.sandbox.server.messages import Request, Response, json_response
from plays.sandbox.server.router import Router

SEARCH, USER = "search:confluence", "read:confluence-user"
READ_SPACE = "read:confluence-space.summary"
MOST_HITS = 1000
USER_NAMED_BY: dict[str, Callable[[str], str]] = {
    "accountId": account_id,
    "key": account_id,
    "username": str,
}
ROUTES = Router("/wiki/rest/api")


@ROUTES.add("GET", "/search", SEARCH)
def get_search(request: Request) -> Response:
    """Search rows; `start` is ignored without a word, only the cursor leads on."""
    pages = _found(request)
    terms = re.findall(r"~\s*[\"']([^\"']+)", request.one("cql"))
    return _hits(
        request,
        pages,
        [hit_shape(request.store, p, highlight=_highlight(p.title, terms)) for p in pages],
    )


@ROUTES.add("GET", "/user/current", USER)
def get_current_user(request: Request) -> Response:
    """Who the credentials belong to."""
    return json_response(user_shape(request.store, request.store.email))


@ROUTES.add("GET", "/user", USER)
def get_user(request: Request) -> Response:
    """A person by account id, on Data Center by user key or name: anyone who has written a page."""
    parameter = next((name for name in USER_NAMED_BY if request.one(name)), "accountId")
    wanted, id_of = request.one(parameter), USER_NAMED_BY[parameter]
    for name in request.store.people():
        if id_of(name) == wanted:
            return json_response(user_shape(request.store, name))
    raise ApiError(404, f"No user found with {parameter} : {wanted}")


@ROUTES.add("GET", "/space", READ_SPACE)
def get_spaces(request: Request) -> Response:
    """Spaces."""
    keys = {key.casefold() for key in request.many("spaceKey")}
    rows = [s for s in request.store.spaces() if not keys or s.key.casefold() in keys]
    expand = expansions(request)
    return v1_collection(request, rows, lambda space: space_shape(request.store, space, expand))


@ROUTES.add("GET", "/space/{key}", READ_SPACE)
def get_space(request: Request) -> Response:
    """One space."""
    space = request.store.space_by_key(request.params["key"])
    if space is None:
        raise ApiError(404, f"No space found with key : {request.params['key']}")
    return json_response(space_shape(request.store, space, expansions(request)))


def _found(request: Request) -> list[Page]:
    cql = request.one("cql")
    if not cql.strip():
        raise ApiError(400, "cql query parameter is required")
    pages = search(request.store, cql)
    return pages[:-1] if request.stale else pages


def _hits(request: Request, pages: list[Page], rows: list[dict[str, object]]) -> Response:
    limit = min(max(request.number("limit", DEFAULT_LIMIT), 1), MOST_HITS)
    start = decode_cursor(request.one("cursor"))
    results = rows[start : start + limit]
    path, links = v1_links(request)
    links["self"] += f"?{urlencode({'cql': request.one('cql')})}"
    if start + limit < len(rows):
        query = {
            "next": "true",
            "cursor": encode_cursor(start + limit),
            "limit": limit,
            "start": start + limit,
            "cql": request.one("cql"),
        }
        links["next"] = f"{path}?{urlencode(query)}"
    shape = {
        "results": results,
        "start": start,
        "limit": limit,
        "size": len(results),
        "totalSize": len(pages),
        "cqlQuery": request.one("cql"),
        "searchDuration": 1,  # milliseconds
        "_links": links,
    }
    return json_response(shape)


def _highlight(title: str, terms: list[str]) -> str:
    shown = html.escape(title)
    for word in {word for term in terms for word in re.findall(r"\w+", term)}:
        pattern = re.compile(re.escape(html.escape(word)), re.IGNORECASE)
        shown = pattern.sub(lambda match: f"@@@hl@@@{match[0]}@@@endhl@@@", shown)
    return shown
