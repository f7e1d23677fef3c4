"""Reads page bodies out of requests and writes them into answers; storage is what is kept."""

from __future__ import annotations

import json
from typing import Any

from plays.sandbox.content.entities import Version
from plays.sandbox.render.adf import NotConvertible, to_adf
from plays.sandbox.render.body import render
from plays.sandbox.rest.shapes_v2 import storage_body
from plays.sandbox.server.errors import ApiError, wrong_type

RENDERED = {"view", "export_view", "anonymous_export_view", "styled_view"}
WRITABLE = {"storage", "atlas_doc_format", "wiki"}


def sent_body(body: object) -> str:
    """Return the storage text of a request's `body`, flat or nested. Raises `ApiError` (400)."""
    if not isinstance(body, dict):
        raise wrong_type("body", body, "object")
    if "value" not in body and "representation" not in body:
        body = _only_representation(body)
    representation, value = body.get("representation", "storage"), body.get("value")
    if representation not in WRITABLE:
        raise wrong_type("body.representation", representation, "storage")
    if representation != "storage":
        raise ApiError(400, f"This sandbox takes storage bodies only, not {representation}")
    if not isinstance(value, str):
        raise wrong_type("body.value", value, "string")
    return value


def _only_representation(body: dict[str, Any]) -> dict[str, Any]:
    if len(body) != 1:
        raise ApiError(400, "Exactly one body representation must be given")
    name, inner = next(iter(body.items()))
    if not isinstance(inner, dict):
        raise wrong_type(f"body.{name}", inner, "object")
    return {"representation": name, **inner}


def shown_body(version: Version, representation: str) -> dict[str, Any]:
    """Return the `body` of an answer in one representation. Raises `ApiError` (400)."""
    if representation == "storage":
        return storage_body(version.body)
    if representation in RENDERED:
        value = render(version.body)
        return {representation: {"representation": representation, "value": value}}
    if representation == "atlas_doc_format":
        text = _as_adf(version.body)
        return {representation: {"representation": representation, "value": text}}
    if representation == "editor":
        raise ApiError(400, f"This sandbox has storage bodies only, not {representation}")
    raise wrong_type("body-format", representation, "PrimaryBodyRepresentationSingle")


def _as_adf(body: str) -> str:
    """JSON text, as Confluence sends it."""
    try:
        return json.dumps(to_adf(body), ensure_ascii=False)
    except NotConvertible as error:
        message = f"This sandbox cannot say {error} in atlas_doc_format; ask for storage"
        raise ApiError(400, message) from error
