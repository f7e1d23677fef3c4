"""REST v1: reading and writing content. Data Center has nothing else."""

from __future__ import annotations

from typing import Any

from plays.sandbox.content.bodies import sent_body
from plays.sandbox.content.entities import Page, Space
from plays.sandbox.content.properties import add_property
from plays.sandbox.content.updates import (
    Update,
    create_page,
    editable_page,
    update_page,
    visible_page,
)
from plays.sandbox.rest.pages_v2 import asked_version, draft_version, sent_number
from plays.sandbox.rest.paging import v1_collection
from plays.sandbox.rest.shapes_v1 import content_shape
from plays.sandbox.server.errors import ApiError
from plays.sandbox.server.messages import NO_CONTENT, Request, Response, json_response
from plays.sandbox.server.router import Router

READ, WRITE = "read:confluence-content.all", "write:confluence-content"
DELETE = "write:confluence-content"
ROUTES = Router("/wiki/rest/api")
NO_VERSION = ApiError(
    400, "Must supply an incremented version when updating Content. No version supplied."
)
WRITTEN = {"body.storage", "version", "space", "ancestors", "history"}


def content_of(request: Request) -> Page:
    """Return the page that the path names. Raises `ApiError` (404)."""
    content_id = request.params["id"]
    try:
        return visible_page(request.store, content_id)
    except ApiError as error:
        title = f"No content found with id: ContentId{{id={content_id}}}"
        raise ApiError(404, title) from error


def expansions(request: Request) -> set[str]:
    """Return what the query's `expand` asks for, parents of dotted names included."""
    wanted = set(request.many("expand"))
    return wanted | {name.split(".")[0] for name in wanted if not name.startswith("body")}


@ROUTES.add("GET", "/content", READ)
def get_contents(request: Request) -> Response:
    """Content of all spaces, by space key, title and status."""
    store = request.store
    if request.one("type", "page") != "page":
        return v1_collection(request, [], dict)
    pages = store.pages(statuses=_statuses(request), space_id=_asked_space(request))
    if title := request.one("title"):
        pages = [page for page in pages if page.title.casefold() == title.strip().casefold()]
    pages = [page for page in pages if not page.view_restricted]
    if request.stale:
        pages = pages[:-1]
    expand = expansions(request)
    return v1_collection(request, pages, lambda page: content_shape(store, page, expand))


@ROUTES.add("POST", "/content", WRITE)
def post_content(request: Request) -> Response:
    """Create a page."""
    store, sent = request.store, request.json()
    _check_type(sent)
    page = create_page(
        store,
        space=_sent_space(request, sent),
        title=str(sent.get("title") or ""),
        body=_sent_storage(sent) or "",
        parent_id=_sent_parent(sent),
        status=str(sent.get("status") or "current"),
    )
    _take_metadata(request, page, sent)
    return _written(request, page)


@ROUTES.add("GET", "/content/{id}", READ)
def get_content(request: Request) -> Response:
    """One page; only a current one unless `status` says otherwise."""
    page, statuses = content_of(request), _statuses(request)
    draft = page.draft if statuses == {"draft"} else None
    if draft is None and page.status not in statuses:
        raise ApiError(404, f"No content found with id: ContentId{{id={page.id}}}")
    expand = expansions(request) or {"space", "version", "history"}
    version = draft_version(draft) if draft else asked_version(request, page)
    shape = content_shape(request.store, page, expand, version=version)
    if draft:
        shape["status"] = "draft"
    if request.stale:
        shape["status"] = page.status  # what lags behind does not know that it does
    return json_response(shape)


@ROUTES.add("PUT", "/content/{id}", WRITE)
def put_content(request: Request) -> Response:
    """Replace a page; a body or parent that is left out stays as it was."""
    page, sent = content_of(request), request.json()
    version = sent.get("version")
    update = Update(
        number=sent_number(version, NO_VERSION),
        title=str(sent.get("title") or ""),
        body=_sent_storage(sent),
        status=str(sent.get("status") or "current"),
        message=str((version or {}).get("message") or ""),
        minor_edit=bool((version or {}).get("minorEdit")),
        parent_id=_sent_parent(sent),
    )
    _check_type(sent)
    key = (sent.get("space") or {}).get("key")
    if key is not None and key != request.store.space_of(page).key:
        raise ApiError(400, "You can't change an existing page's space.")
    page = update_page(request.store, page.id, update, noop_put=request.noop_put)
    _take_metadata(request, page, sent)
    return _written(request, page)


@ROUTES.add("DELETE", "/content/{id}", DELETE)
def delete_content(request: Request) -> Response:
    """Move a page to the trash; with `status=trashed` purge it, with `status=draft` the draft."""
    page = editable_page(request.store, content_of(request).id)
    status = request.one("status", "current")
    if status == "draft" and page.draft is not None:
        page.draft = None
    elif status != page.status:
        raise ApiError(404, f"No content found with id: ContentId{{id={page.id}}}")
    elif status in {"trashed", "draft"}:
        request.store.purge(page.id)
    else:
        request.store.set_status(page.id, "trashed")
    return NO_CONTENT


def _written(request: Request, page: Page) -> Response:
    return json_response(content_shape(request.store, page, WRITTEN))


def _statuses(request: Request) -> set[str]:
    wanted = set(request.many("status")) or {"current"}
    if "any" in wanted:
        return {"current", "archived", "trashed", "draft"}
    return wanted | ({"current"} if "historical" in wanted else set())


def _asked_space(request: Request) -> str | None:
    key = request.one("spaceKey")
    if not key:
        return None
    space = request.store.space_by_key(key)
    if space is None:
        raise ApiError(404, f"No space found with key : {key}")
    return space.id


def _sent_space(request: Request, sent: dict[str, Any]) -> Space:
    key = (sent.get("space") or {}).get("key")
    if not key:
        raise ApiError(400, "Space is required to create new content.")
    space = request.store.space_by_key(str(key))
    if space is None:
        raise ApiError(404, f"No space found with key : {key}")
    return space


def _sent_storage(sent: dict[str, Any]) -> str | None:
    body = sent.get("body")
    return sent_body(body) if body else None


def _sent_parent(sent: dict[str, Any]) -> str | None:
    ancestors = sent.get("ancestors") or []
    return str(ancestors[-1]["id"]) if ancestors else None


def _check_type(sent: dict[str, Any]) -> None:
    if sent.get("type") != "page":
        raise ApiError(400, "Type is required and must match existing entity type")


def _take_metadata(request: Request, page: Page, sent: dict[str, Any]) -> None:
    metadata = sent.get("metadata") or {}
    for key, given in (metadata.get("properties") or {}).items():
        page.properties.pop(key, None)
        add_property(request.store, page, key, given.get("value"))
    if "labels" in metadata:
        page.labels.clear()
        for given in _rows(metadata["labels"]):
            request.store.add_label(page, str(given.get("name", "")).lower())


def _rows(labels: Any) -> list[dict[str, Any]]:
    rows = labels.get("results") if isinstance(labels, dict) else labels
    return [row for row in rows or [] if isinstance(row, dict)]
