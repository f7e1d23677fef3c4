"""REST v2: what lies around a page: tree, versions, labels, properties, operations, spaces."""

from __future__ import annotations

from typing import Any

from plays.sandbox.content.bodies import shown_body
from plays.sandbox.content.entities import Page, Version, account_id
from plays.sandbox.content.properties import Holder, add_property, change_property, property_by_id
from plays.sandbox.content.updates import editable_page
from plays.sandbox.rest.pages_v2 import READ, WRITE, page_of
from plays.sandbox.rest.paging import collection
from plays.sandbox.rest.shapes_v2 import (
    label_shape,
    operation_shapes,
    property_shape,
    space_shape,
    user_shape,
    version_shape,
)
from plays.sandbox.server.errors import ApiError, wrong_type
from plays.sandbox.server.messages import Request, Response, json_response
from plays.sandbox.server.router import Router

READ_USER = "read:user:confluence"
MOST_USERS = 250
READ_SPACE = "read:space:confluence"
ROUTES = Router("/wiki/api/v2")


def _visible(pages: list[Page]) -> list[Page]:
    return [page for page in pages if not page.view_restricted]


@ROUTES.add("GET", "/pages/{id}/direct-children", READ)
def get_direct_children(request: Request) -> Response:
    """Child pages."""
    children = _visible(request.store.children(page_of(request).id))

    def shape(page: Page) -> dict[str, Any]:
        return {
            "id": page.id,
            "status": page.status,
            "title": page.title,
            "type": "page",
            "childPosition": page.position,
        }

    return collection(request, children[:-1] if request.stale else children, shape)


@ROUTES.add("GET", "/pages/{id}/operations", READ)
def get_operations(request: Request) -> Response:
    """What the caller may do with a page."""
    return json_response({"operations": operation_shapes(page_of(request))})


@ROUTES.add("GET", "/pages/{id}/versions", READ)
def get_versions(request: Request) -> Response:
    """Versions, newest first; bodies when a format is asked for."""
    page = page_of(request)
    sort = request.one("sort") or "-modified-date"
    if sort not in {"modified-date", "-modified-date"}:
        raise wrong_type("sort", sort, "VersionSortOrder")
    rows = page.versions[::-1] if sort.startswith("-") else page.versions[:]
    body_format = request.one("body-format")

    def shape(version: Version) -> dict[str, Any]:
        body = shown_body(version, body_format) if body_format else {}
        inner = {"id": page.id, "title": version.title, "body": body}
        return version_shape(version) | {"page": inner}

    return collection(request, rows, shape)


@ROUTES.add("POST", "/users-bulk", READ_USER)
def post_users_bulk(request: Request) -> Response:
    """People by account id; those that nobody knows are left out."""
    wanted = request.json().get("accountIds")
    if not isinstance(wanted, list) or not 0 < len(wanted) <= MOST_USERS:
        raise wrong_type("accountIds", wanted, f"a list of 1 to {MOST_USERS} account ids")
    known = {account_id(name): name for name in request.store.people()}
    results = [user_shape(known[one]) for one in wanted if one in known]
    links = {"base": request.store.base_url}
    return json_response({"results": results, "_links": links})


@ROUTES.add("GET", "/pages/{id}/labels", READ)
def get_labels(request: Request) -> Response:
    """Labels of a page."""
    prefix = request.one("prefix")
    labels = [label for label in page_of(request).labels if prefix in ("", label.prefix)]
    return collection(request, labels, label_shape)


@ROUTES.add("GET", "/pages/{id}/properties", READ)
def get_properties(request: Request) -> Response:
    """Content properties of a page."""
    key = request.one("key")
    rows = [stored for stored in page_of(request).properties.values() if key in ("", stored.key)]
    return collection(request, rows, property_shape)


@ROUTES.add("POST", "/pages/{id}/properties", WRITE)
def post_property(request: Request) -> Response:
    """Add a content property."""
    return add_sent_property(request, editable_page(request.store, page_of(request).id))


def add_sent_property(request: Request, holder: Holder) -> Response:
    """The new property of a page or file."""
    sent = request.json()
    if "value" not in sent:
        raise wrong_type("value", None, "JSON")
    stored = add_property(request.store, holder, sent.get("key"), sent["value"])
    return json_response(property_shape(stored))


@ROUTES.add("PUT", "/pages/{id}/properties/{property}", WRITE)
def put_property(request: Request) -> Response:
    """Replace a content property; its number must be the current one plus one."""
    return change_sent_property(request, editable_page(request.store, page_of(request).id))


def change_sent_property(request: Request, holder: Holder) -> Response:
    """The property of a page or file with its new value."""
    sent, old = request.json(), property_by_id(holder, request.params["property"])
    if sent.get("key", old.key) != old.key:
        raise ApiError(400, f"The key of property [{old.id}] can not be changed")
    version = sent.get("version") or {}
    stored = change_property(
        request.store, holder, old, value=sent.get("value"), number=version.get("number"),
        message=str(version.get("message") or ""),
    )  # fmt: skip
    return json_response(property_shape(stored))


@ROUTES.add("GET", "/spaces", READ_SPACE)
def get_spaces(request: Request) -> Response:
    """Spaces; unknown keys give an empty list."""
    keys, ids = {key.casefold() for key in request.many("keys")}, set(request.many("ids"))
    rows = [
        space
        for space in request.store.spaces()
        if (not keys or space.key.casefold() in keys) and (not ids or space.id in ids)
    ]
    return collection(request, rows, lambda space: space_shape(space, author=request.store.email))
