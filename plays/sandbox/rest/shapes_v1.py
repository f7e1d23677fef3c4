"""How REST v1, and with it Data Center, writes content, users and spaces as JSON."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote_plus

from plays.sandbox.content.bodies import RENDERED
from plays.sandbox.content.entities import Label, Page, Property, Space, Version, account_id, iso
from plays.sandbox.content.store import Store
from plays.sandbox.render.body import render
from plays.sandbox.rest.cql_fields import plain_text
from plays.sandbox.rest.shapes_v2 import operation_shapes, page_links

EXPANDABLE = (
    "space", "version", "ancestors", "history", "body.storage", "metadata", "children",
    "operations",
)  # fmt: skip


def user_shape(store: Store, name: str) -> dict[str, Any]:
    """Return a person."""
    return {
        "type": "known",
        "accountId": account_id(name),
        "accountType": "atlassian",
        "userKey": account_id(name),
        "username": name,
        "email": name if "@" in name else "",
        "displayName": name.split("@")[0],
        "publicName": name.split("@")[0],
        "_links": {"self": f"{store.base_url}/rest/api/user?accountId={account_id(name)}"},
    }


def version_shape(store: Store, version: Version) -> dict[str, Any]:
    """Return a version."""
    return {
        "by": user_shape(store, version.author),
        "when": iso(version.created_at),
        "message": version.message,
        "number": version.number,
        "minorEdit": version.minor_edit,
        "hidden": False,
    }


def space_shape(store: Store, space: Space, expand: set[str] | None = None) -> dict[str, Any]:
    """Return a space; its id is a number here."""
    shape: dict[str, Any] = {
        "id": int(space.id),
        "key": space.key,
        "name": space.name,
        "type": "global",
        "status": "current",
        "_expandable": {"homepage": f"/rest/api/content/{space.homepage_id}"},
        "_links": {
            "webui": f"/spaces/{space.key}",
            "self": f"{store.base_url}/rest/api/space/{space.key}",
        },
    }
    if expand and "homepage" in expand:
        shape["homepage"] = content_shape(store, store.page(space.homepage_id))
    return shape


def content_shape(
    store: Store, page: Page, expand: set[str] | None = None, *, version: Version | None = None
) -> dict[str, Any]:
    """Return a page as v1 content, with what `expand` asks for."""
    expand = expand or set()
    version = version or page.version
    shape: dict[str, Any] = {
        "id": page.id,
        "type": "page",
        "status": page.status if version is page.version else "historical",
        "title": version.title,
        "extensions": {"position": page.position},
        "_links": _links(store, page),
        "_expandable": {name: "" for name in EXPANDABLE if name not in expand},
    }
    if "space" in expand:
        shape["space"] = space_shape(store, store.space_of(page))
    if "version" in expand:
        shape["version"] = version_shape(store, version)
    if "ancestors" in expand:
        shape["ancestors"] = [content_shape(store, above) for above in store.ancestors(page)]
    if "history" in expand or "history.lastUpdated" in expand:
        shape["history"] = history_shape(store, page)
    if bodies := _bodies(version, expand):
        shape["body"] = bodies
    if any(name.startswith("metadata") for name in expand):
        shape["metadata"] = _metadata(page)
    if "operations" in expand:
        shape["operations"] = operation_shapes(page)
    if "children.page" in expand:
        shape["children"] = {"page": _child_pages(store, page)}
    return shape


def history_shape(store: Store, page: Page) -> dict[str, Any]:
    """Return who made a page and who changed it last."""
    return {
        "latest": True,
        "createdBy": user_shape(store, page.author),
        "createdDate": iso(page.created_at),
        "lastUpdated": version_shape(store, page.version),
        "_links": {"self": f"{store.base_url}/rest/api/content/{page.id}/history"},
    }


def label_shape(label: Label) -> dict[str, str]:
    """Return a label."""
    return {"prefix": label.prefix, "name": label.name, "id": label.id, "label": label.name}


def property_shape(store: Store, page: Page, stored: Property) -> dict[str, Any]:
    """Return a content property."""
    path = f"/rest/api/content/{page.id}/property/{quote_plus(stored.key)}"
    return {
        "id": stored.id,
        "key": stored.key,
        "value": stored.value,
        "version": {
            "when": iso(stored.created_at),
            "message": stored.message,
            "number": stored.number,
            "minorEdit": False,
        },
        "_links": {"self": f"{store.base_url}{path}"},
    }


def hit_shape(store: Store, page: Page, *, highlight: str) -> dict[str, Any]:
    """Return a row of the search; its own title is marked up, `content.title` is not."""
    url = page_links(store, page)["webui"]
    return {
        "content": {
            "id": page.id,
            "type": "page",
            "status": page.status,
            "title": page.title,
            "_links": _links(store, page, of_search=True),
        },
        "title": highlight,
        "excerpt": plain_text(page.body)[:300],
        "url": url,
        "breadcrumbs": [],
        "entityType": "content",
        "iconCssClass": "aui-icon content-type-page",
        "lastModified": iso(page.version.created_at),
    }


def _links(store: Store, page: Page, *, of_search: bool = False) -> dict[str, str]:
    """A search's row has no link to edit."""
    links = page_links(store, page)
    return {
        "webui": links["webui"],
        "tinyui": links["tinyui"],
        **({} if of_search else {"edit": links["editui"]}),
        "base": store.base_url,
        "context": store.context,
        "self": f"{store.base_url}/rest/api/content/{page.id}",
    }


def _bodies(version: Version, expand: set[str]) -> dict[str, Any]:
    bodies: dict[str, Any] = {}
    for name in sorted({part.split(".")[1] for part in expand if part.startswith("body.")}):
        if name == "storage":
            value = version.body
        elif name in RENDERED:
            value = render(version.body)
        else:
            continue
        bodies[name] = {"value": value, "representation": name, "_expandable": {"content": ""}}
    return bodies


def _metadata(page: Page) -> dict[str, Any]:
    labels = [label_shape(label) for label in page.labels]
    return {
        "labels": {"results": labels, "start": 0, "limit": 200, "size": len(labels)},
        "properties": {key: {"value": stored.value} for key, stored in page.properties.items()},
    }


def _child_pages(store: Store, page: Page) -> dict[str, Any]:
    children = [content_shape(store, child) for child in store.children(page.id)]
    return {"results": children, "start": 0, "limit": 25, "size": len(children)}
