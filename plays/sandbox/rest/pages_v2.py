"""REST v2: reading and writing pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from plays.sandbox.content.bodies import sent_body, shown_body
from plays.sandbox.content.entities import Draft, Page, Space, Version
from plays.sandbox.content.store import Store
from plays.sandbox.content.updates import (
    Update,
    create_page,
    editable_page,
    update_page,
    visible_page,
)
from plays.sandbox.rest.paging import LONGEST_PAGE, collection
from plays.sandbox.rest.shapes_v2 import (
    label_shape,
    operation_shapes,
    page_shape,
    property_shape,
    storage_body,
    version_shape,
)
from plays.sandbox.server.errors import ApiError, no_such_page, wrong_type
from plays.sandbox.server.messages import NO_CONTENT, Request, Response, json_response
from plays.sandbox.server.router import Router

READ, WRITE, DELETE = "read:page:confluence", "write:page:confluence", "delete:page:confluence"
LISTED_STATUSES = {"current", "archived", "trashed", "deleted"}
READ_STATUSES = LISTED_STATUSES | {"historical", "draft"}
ROUTES = Router("/wiki/api/v2")
MOST_INCLUDED = 50

_SORTS = {
    "id": lambda page: int(page.id),
    "created-date": lambda page: page.created_at,
    "modified-date": lambda page: page.version.created_at,
    "title": lambda page: page.title.casefold(),
}


def page_of(request: Request) -> Page:
    """Return the page that the path names. Raises `ApiError`: 400 for no number, 404."""
    page_id = request.params["id"]
    if not page_id.isdecimal():
        raise wrong_type("id", page_id, "long")
    return visible_page(request.store, page_id)


def _list_pages(request: Request, pages: list[Page]) -> Response:
    """Answer a list of pages, filtered, sorted and cut as the query asks."""
    body_format = request.one("body-format")
    if body_format not in {"", "storage", "atlas_doc_format"}:
        raise wrong_type("body-format", body_format, "PrimaryBodyRepresentation")
    if title := request.one("title"):
        pages = [page for page in pages if page.title.casefold() == title.strip().casefold()]
    if subtype := request.one("subtype"):
        pages = [page for page in pages if (page.subtype or "page") == subtype]
    pages = _sorted(pages, request.one("sort") or "id")

    def shape(page: Page) -> dict[str, Any]:
        body = shown_body(page.version, body_format) if body_format else None
        return page_shape(request.store, page, body=body)

    return collection(request, pages, shape)


def _listed(request: Request) -> list[Page]:
    """Return the pages that a list may show, in the statuses that the query asks for."""
    statuses = set(request.many("status")) or {"current", "archived"}
    if bad := statuses - LISTED_STATUSES:
        raise wrong_type("status", sorted(bad)[0], "ContentStatus")
    found = request.store.pages(statuses=statuses)
    if request.stale:
        found = found[:-1]
    return [page for page in found if not page.view_restricted]


@ROUTES.add("GET", "/pages", READ)
def get_pages(request: Request) -> Response:
    """Pages of all spaces."""
    ids, space_ids = set(_numbers(request, "id")), set(_numbers(request, "space-id"))
    pages = _listed(request)
    if ids:
        pages = [page for page in pages if page.id in ids]
    if space_ids:
        pages = [page for page in pages if page.space_id in space_ids]
    return _list_pages(request, pages)


@ROUTES.add("POST", "/pages", WRITE)
def post_page(request: Request) -> Response:
    """Create a page; below the home page unless told otherwise."""
    store, sent = request.store, request.json()
    status = _writable_status(sent.get("status", "current"))
    space = _sent_space(store, sent.get("spaceId"))
    title = sent.get("title") or ""
    if not isinstance(title, str):
        raise wrong_type("title", title, "string")
    parent_id = _sent_parent(request, sent.get("parentId"), space)
    body = sent_body(sent["body"]) if sent.get("body") else ""
    page = create_page(
        store, space=space, title=title, body=body, parent_id=parent_id, status=status,
        subtype=sent.get("subtype"),
    )  # fmt: skip
    return _written(store, page)


@ROUTES.add("GET", "/pages/{id}", READ)
def get_page(request: Request) -> Response:
    """One page in any status; a purged one is gone."""
    page = page_of(request)
    statuses = set(request.many("status"))
    if bad := statuses - READ_STATUSES:
        raise wrong_type("status", sorted(bad)[0], "ContentStatus")
    wants_draft = request.flag("get-draft") or "draft" in statuses
    draft = page.draft if wants_draft else None
    is_hidden_draft = page.status == "draft" and not wants_draft
    if is_hidden_draft or (statuses and page.status not in statuses and draft is None):
        raise no_such_page(page.id)
    version = draft_version(draft) if draft else asked_version(request, page)
    body_format = request.one("body-format")
    body = shown_body(version, body_format) if body_format else None
    shape = page_shape(request.store, page, version=version, body=body)
    if draft:
        shape |= {"status": "draft", "title": draft.title}
    if not request.flag("include-version", default=True):
        del shape["version"]
    shape |= _included(request, page)
    shape["_links"]["base"] = request.store.base_url
    return json_response(shape)


@ROUTES.add("PUT", "/pages/{id}", WRITE)
def put_page(request: Request) -> Response:
    """Replace a page: id, status, title, body and version are all required."""
    page, sent = page_of(request), request.json()
    if str(sent.get("id", "")) != page.id:
        raise ApiError(400, f"The page id [{page.id}] does not match the id of the request body")
    status = _writable_status(sent.get("status"))
    title = _sent_title(sent)
    body = sent_body(sent.get("body"))
    _refuse_other_space(page, sent.get("spaceId"))
    version = sent.get("version")
    parent_id = sent.get("parentId")
    update = Update(
        number=sent_number(version, _no_number(version)), title=title, body=body, status=status,
        message=str((version or {}).get("message") or ""),
        minor_edit=bool((version or {}).get("minorEdit")),
        parent_id=None if parent_id is None else str(parent_id),
    )  # fmt: skip
    page = update_page(request.store, page.id, update, noop_put=request.noop_put)
    return _written(request.store, page, draft=page.draft if status == "draft" else None)


@ROUTES.add("DELETE", "/pages/{id}", DELETE)
def delete_page(request: Request) -> Response:
    """Move a page to the trash; `purge=true` forgets a trashed one, `draft=true` a draft."""
    store = request.store
    if request.params["id"] in store.purged:
        raise ApiError(500, "Internal Server Error")
    page = editable_page(store, page_of(request).id)
    if request.flag("draft"):
        _delete_draft(store, page)
    elif not request.flag("purge"):
        if page.status == "trashed":
            raise no_such_page(page.id)
        store.set_status(page.id, "trashed")
    elif page.status != "trashed":
        raise ApiError(400, "Only trashed content can be purged")
    else:
        store.purge(page.id)
    return NO_CONTENT


def _delete_draft(store: Store, page: Page) -> None:
    if page.status == "draft":
        store.purge(page.id)
    elif page.draft is None:
        raise no_such_page(page.id)
    else:
        page.draft = None


def _written(store: Store, page: Page, *, draft: Draft | None = None) -> Response:
    version = draft_version(draft) if draft else page.version
    shape = page_shape(store, page, version=version, body=storage_body(version.body))
    if draft:
        shape |= {"status": "draft", "title": draft.title}
    shape["_links"]["base"] = store.base_url
    return json_response(shape)


def asked_version(request: Request, page: Page) -> Version:
    """The version that the query asks for, else the newest one that is known."""
    number = request.number("version", page.version.number)
    if request.stale and not request.one("version"):
        number = max(number - 1, 1)
    return version_of(page, number)


def version_of(page: Page, number: int) -> Version:
    """Return a version by number. Raises `ApiError` (404)."""
    if not 1 <= number <= page.version.number:
        raise ApiError(404, f"Cannot find version [{number}] of page with id [{page.id}]")
    return page.versions[number - 1]


def draft_version(draft: Draft) -> Version:
    """Return a draft as a version: its number is always 1."""
    return Version(
        number=1, title=draft.title, body=draft.body, message="", author=draft.author,
        created_at=draft.created_at,
    )  # fmt: skip


def _included(request: Request, page: Page) -> dict[str, Any]:
    rows: dict[str, Callable[[], list[Any]]] = {
        "labels": lambda: [label_shape(label) for label in page.labels],
        "properties": lambda: [property_shape(stored) for stored in page.properties.values()],
        "operations": lambda: [*operation_shapes(page)],
        "versions": lambda: [version_shape(version) for version in reversed(page.versions)],
        "likes": list,
    }
    wanted = {name: make() for name, make in rows.items() if request.flag(f"include-{name}")}
    return {
        name: {
            "results": found[:MOST_INCLUDED],
            "meta": {"hasMore": len(found) > MOST_INCLUDED},
            "_links": {"self": f"/wiki/api/v2/pages/{page.id}/{name}"},
        }
        for name, found in wanted.items()
    }


def _sorted(pages: list[Page], sort: str) -> list[Page]:
    name = sort.removeprefix("-")
    if name not in _SORTS:
        raise wrong_type("sort", sort, "PageSortOrder")
    return sorted(pages, key=_SORTS[name], reverse=sort.startswith("-"))


def _numbers(request: Request, name: str) -> list[str]:
    values = request.many(name)
    if bad := [value for value in values if not value.isdecimal()]:
        raise wrong_type(name, bad[0], "long")
    if len(values) > LONGEST_PAGE:
        raise ApiError(400, f"At most {LONGEST_PAGE} values of '{name}' can be given")
    return values


def _writable_status(status: object) -> str:
    if status not in {"current", "draft"}:
        raise wrong_type("status", status, "one of [current, draft]")
    return str(status)


def _sent_title(sent: dict[str, Any]) -> str:
    title = sent.get("title")
    if not isinstance(title, str) or not title.strip():
        raise ApiError(400, "You need to include the title to update a page.")
    return title


def _no_number(version: object) -> ApiError:
    number = version.get("number") if isinstance(version, dict) else None
    return wrong_type("version.number", number, "int")


def sent_number(version: object, refusal: ApiError) -> int:
    """Return the number of a sent `version`. Raises `refusal` where it has none."""
    number = version.get("number") if isinstance(version, dict) else None
    if isinstance(number, str) and number.isdecimal():
        return int(number)
    if not isinstance(number, int) or isinstance(number, bool):
        raise refusal
    return number


def _sent_space(store: Store, space_id: object) -> Space:
    if space_id is None or not str(space_id).isdecimal():
        raise wrong_type("spaceId", space_id, "long")
    space = store.space_by_id(str(space_id))
    if space is None:
        raise ApiError(404, f"Cannot find a space with id [{space_id}]")
    return space


def _sent_parent(request: Request, parent_id: object, space: Space) -> str | None:
    if request.flag("root-level"):
        if parent_id is not None:
            raise ApiError(400, "parentId can not be given together with root-level")
        return None
    return space.homepage_id if parent_id is None else str(parent_id)


def _refuse_other_space(page: Page, space_id: object) -> None:
    if space_id is not None and str(space_id) != page.space_id:
        raise ApiError(400, "You can't change an existing page's space.")
