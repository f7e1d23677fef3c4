"""How REST v2 writes pages, versions, spaces and tasks as JSON."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote_plus

from plays.sandbox.content.entities import (
    Label,
    Page,
    Property,
    Space,
    TaskRecord,
    Version,
    account_id,
    iso,
)
from plays.sandbox.content.store import Store


def tiny_path(page_id: str) -> str:
    """Return the short link of a page: its id in little-endian base64."""
    raw = int(page_id).to_bytes(8, "little").rstrip(b"\0") or b"\0"
    return "/x/" + base64.b64encode(raw, b"_-").decode().rstrip("=")


def page_links(store: Store, page: Page) -> dict[str, str]:
    """Return the links of a page, relative to the base."""
    key = store.space_of(page).key
    return {
        "webui": f"/spaces/{key}/pages/{page.id}/{quote_plus(page.title)}",
        "editui": f"/pages/resumedraft.action?draftId={page.id}",
        "edituiv2": f"/spaces/{key}/pages/edit-v2/{page.id}",
        "tinyui": tiny_path(page.id),
    }


def version_shape(version: Version) -> dict[str, Any]:
    """Return a version without its body."""
    return {
        "number": version.number,
        "message": version.message,
        "minorEdit": version.minor_edit,
        "authorId": account_id(version.author),
        "createdAt": iso(version.created_at),
    }


def storage_body(value: str) -> dict[str, Any]:
    """Return a body in storage representation."""
    return {"storage": {"representation": "storage", "value": value}}


def page_shape(
    store: Store, page: Page, *, version: Version | None = None, body: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return a page; without a body format its body is an empty object, as on the real site."""
    trashed = page.status == "trashed"
    parent_id = None if trashed else page.parent_id
    shape: dict[str, Any] = {
        "id": page.id,
        "status": page.status,
        "title": page.title,
        "spaceId": page.space_id,
        "parentId": parent_id,
        "parentType": "page" if parent_id else None,
        "position": None if trashed else page.position,
        "authorId": account_id(page.author),
        "ownerId": account_id(page.owner),
        "lastOwnerId": None,
        "createdAt": iso(page.created_at),
        "version": version_shape(version or page.version),
        "body": body or {},
        "_links": page_links(store, page),
    }
    if page.subtype:
        shape["subtype"] = page.subtype
    return shape


def space_shape(space: Space, *, author: str) -> dict[str, Any]:
    """Return a space."""
    return {
        "id": space.id,
        "key": space.key,
        "name": space.name,
        "type": "global",
        "status": "current",
        "authorId": account_id(author),
        "createdAt": iso(space.created_at),
        "homepageId": space.homepage_id,
        "_links": {"webui": f"/spaces/{space.key}"},
    }


def label_shape(label: Label) -> dict[str, str]:
    """Return a label."""
    return {"id": label.id, "name": label.name, "prefix": label.prefix}


def property_shape(stored: Property) -> dict[str, Any]:
    """Return a content property."""
    return {
        "id": stored.id,
        "key": stored.key,
        "value": stored.value,
        "version": {
            "number": stored.number,
            "message": stored.message,
            "minorEdit": False,
            "authorId": account_id(stored.author),
            "createdAt": iso(stored.created_at),
        },
    }


def operation_shapes(page: Page) -> list[dict[str, str]]:
    """Return what the API's user may do with a page."""
    names = ["read"] if page.edit_restricted else ["read", "update", "delete", "restrict_content"]
    shapes = [{"operation": name, "targetType": "page"} for name in names]
    return shapes if page.edit_restricted else [*shapes, _create("comment"), _create("attachment")]


def _create(target: str) -> dict[str, str]:
    return {"operation": "create", "targetType": target}


def task_shape(record: TaskRecord, space_id: str, *, body_format: str) -> dict[str, Any]:
    """Return a task; what it does not have is left out."""
    shape = {
        "id": record.id,
        "localId": record.local_id,
        "spaceId": space_id,
        "pageId": record.page_id,
        "status": record.status,
        "body": storage_body(record.body) if body_format == "storage" else {},
        "createdBy": account_id(record.created_by),
        "createdAt": iso(record.created_at),
        "updatedAt": iso(record.updated_at),
        "assignedTo": record.assignee,
        "dueAt": f"{record.due}T00:00:00.000Z" if record.due else None,
        "completedBy": account_id(record.completed_by) if record.completed_by else None,
        "completedAt": iso(record.completed_at) if record.completed_at else None,
    }
    return {name: value for name, value in shape.items() if value is not None}


def user_shape(name: str) -> dict[str, Any]:
    """A person, in the bulk look-up."""
    return {
        "accountId": account_id(name),
        "accountType": "atlassian",
        "accountStatus": "active",
        "displayName": name.split("@")[0],
        "publicName": name.split("@")[0],
        "email": name if "@" in name else "",
        "isExternalCollaborator": False,
    }
