"""REST v1: what lies around content: children, history, versions, labels, properties."""

from __future__ import annotations

import re
from typing import Any

from plays.sandbox.content.entities import Page, Version
from plays.sandbox.content.properties import add_property, change_property, property_by_key
from plays.sandbox.content.updates import editable_page
from plays.sandbox.rest.content_v1 import READ, WRITE, content_of, expansions
from plays.sandbox.rest.paging import v1_collection
from plays.sandbox.rest.shapes_v1 import (
    content_shape,
    history_shape,
    label_shape,
    property_shape,
    version_shape,
)
from plays.sandbox.server.errors import ApiError
from plays.sandbox.server.messages import NO_CONTENT, Request, Response, json_response
from plays.sandbox.server.router import Router

ROUTES = Router("/wiki/rest/api")

_LABEL = re.compile(r"[^\s:;,.?&\[\]()#^*@!<>]{1,255}")


def _editable(request: Request) -> Page:
    return editable_page(request.store, content_of(request).id)


@ROUTES.add("GET", "/content/{id}/history", READ)
def get_history(request: Request) -> Response:
    """Who made the page, who changed it last."""
    return json_response(history_shape(request.store, content_of(request)))


@ROUTES.add("GET", "/content/{id}/child/page", READ)
def get_children(request: Request) -> Response:
    """Child pages."""
    return _contents(request, request.store.children(content_of(request).id))


@ROUTES.add("GET", "/content/{id}/version", READ)
def get_versions(request: Request) -> Response:
    """Versions, newest first."""
    page = content_of(request)

    def shape(version: Version) -> dict[str, Any]:
        shown = version_shape(request.store, version)
        if "content" in expansions(request):
            shown["content"] = content_shape(request.store, page, {"body.storage"}, version=version)
        return shown

    return v1_collection(request, page.versions[::-1], shape)


@ROUTES.add("GET", "/content/{id}/label", READ)
def get_labels(request: Request) -> Response:
    """Labels."""
    return v1_collection(request, content_of(request).labels, label_shape)


@ROUTES.add("POST", "/content/{id}/label", WRITE)
def post_labels(request: Request) -> Response:
    """Add labels; one that is there already stays."""
    page, sent = _editable(request), request.json_value()
    for given in sent if isinstance(sent, list) else [sent]:
        name = given.get("name") if isinstance(given, dict) else None
        if not isinstance(name, str) or not _LABEL.fullmatch(name):
            raise ApiError(400, "Could not parse Labels")
        request.store.add_label(page, name.lower(), prefix=given.get("prefix") or "global")
    return v1_collection(request, page.labels, label_shape)


@ROUTES.add("DELETE", "/content/{id}/label", WRITE)
def delete_label(request: Request) -> Response:
    """Remove the label that the query names."""
    return _remove_label(request, request.one("name"))


@ROUTES.add("GET", "/content/{id}/property", READ)
def get_properties(request: Request) -> Response:
    """Content properties."""
    page = content_of(request)
    rows = list(page.properties.values())
    return v1_collection(request, rows, lambda row: property_shape(request.store, page, row))


@ROUTES.add("POST", "/content/{id}/property", WRITE)
def post_property(request: Request) -> Response:
    """Add a content property."""
    page, sent = _editable(request), request.json()
    stored = add_property(request.store, page, sent.get("key"), sent.get("value"))
    return json_response(property_shape(request.store, page, stored))


@ROUTES.add("GET", "/content/{id}/property/{key}", READ)
def get_property(request: Request) -> Response:
    """One content property."""
    page = content_of(request)
    stored = property_by_key(page, request.params["key"])
    return json_response(property_shape(request.store, page, stored))


@ROUTES.add("PUT", "/content/{id}/property/{key}", WRITE)
def put_property(request: Request) -> Response:
    """Replace a content property; with number 1 a new one may be made."""
    page, sent, key = _editable(request), request.json(), request.params["key"]
    version = sent.get("version") or {}
    number = version.get("number")
    if key not in page.properties and number == 1:
        stored = add_property(request.store, page, key, sent.get("value"))
    else:
        stored = change_property(
            request.store, page, property_by_key(page, key), value=sent.get("value"),
            number=number, message=str(version.get("message") or ""),
        )  # fmt: skip
    return json_response(property_shape(request.store, page, stored))


@ROUTES.add("DELETE", "/content/{id}/property/{key}", WRITE)
def delete_property(request: Request) -> Response:
    """Remove a content property."""
    page = _editable(request)
    del page.properties[property_by_key(page, request.params["key"]).key]
    return NO_CONTENT


def _contents(request: Request, pages: list[Page]) -> Response:
    visible = [page for page in pages if not page.view_restricted]
    if request.stale:
        visible = visible[:-1]
    expand = expansions(request)
    return v1_collection(request, visible, lambda page: content_shape(request.store, page, expand))


def _remove_label(request: Request, name: str) -> Response:
    page = _editable(request)
    page.labels[:] = [label for label in page.labels if label.name != name.lower()]
    return NO_CONTENT
