"""Content properties: JSON beside a page or file, versioned on its own, at most one a key."""

from __future__ import annotations

import json
from typing import Any

from plays.sandbox.content.entities import Attachment, Page, Property
from plays.sandbox.content.store import Store
from plays.sandbox.server.errors import ApiError

LARGEST_VALUE = 32 * 1024
Holder = Page | Attachment


def add_property(store: Store, holder: Holder, key: object, value: Any) -> Property:
    """Add a property. Raises `ApiError`: 400 for a bad key or value, 409 for a known key."""
    if not isinstance(key, str) or not key:
        raise ApiError(400, "The property key must be a non-empty string")
    if key in holder.properties:
        raise ApiError(409, f"Property with key [{key}] already exists")
    return _store(store, holder, id=store.new_id(), key=key, value=value, number=1, message="")


def change_property(
    store: Store, holder: Holder, old: Property, *, value: Any, number: object, message: str
) -> Property:
    """Replace a value. Raises `ApiError`: 400 for a bad value, 409 unless number is old + 1."""
    if number != old.number + 1:
        raise ApiError(
            409,
            "Version must be incremented when updating a property. "
            f"Current Version: [{old.number}]. Provided version: [{number}]",
        )
    return _store(
        store, holder, id=old.id, key=old.key, value=value, number=old.number + 1, message=message
    )


def property_by_id(holder: Holder, property_id: str) -> Property:
    """Return a property by id. Raises `ApiError` (404)."""
    for stored in holder.properties.values():
        if stored.id == property_id:
            return stored
    raise ApiError(404, f"Cannot find a property with id [{property_id}]")


def property_by_key(holder: Holder, key: str) -> Property:
    """Return a property by key. Raises `ApiError` (404)."""
    if key not in holder.properties:
        raise ApiError(404, f"Cannot find content property with key: [{key}]")
    return holder.properties[key]


def _store(
    store: Store, holder: Holder, *, id: str, key: str, value: Any, number: int, message: str
) -> Property:
    if len(json.dumps(value)) > LARGEST_VALUE:
        raise ApiError(400, f"Content property value is larger than {LARGEST_VALUE} characters")
    holder.properties[key] = Property(
        id=id, key=key, value=value, number=number, message=message,
        author=store.email, created_at=store.now(),
    )  # fmt: skip
    return holder.properties[key]
