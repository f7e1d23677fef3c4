"""Attachments in REST v1 (sent, listed) and v2 (listed, read, deleted), and their files."""

from __future__ import annotations

from typing import Any

from plays.sandbox.content.attachments import attachment_by_id, rename, save_attachments
from plays.sandbox.content.entities import Attachment, Page, account_id, iso
from plays.sandbox.content.updates import editable_page, visible_page
from plays.sandbox.rest.around_v2 import add_sent_property, change_sent_property
from plays.sandbox.rest.pages_v2 import page_of
from plays.sandbox.rest.paging import collection, v1_collection
from plays.sandbox.rest.shapes_v2 import property_shape
from plays.sandbox.server.errors import ApiError
from plays.sandbox.server.messages import NO_CONTENT, Request, Response, json_response
from plays.sandbox.server.router import Router

READ, WRITE = "read:attachment:confluence", "write:attachment:confluence"
DELETE = "delete:attachment:confluence"
V1, V2 = Router("/wiki/rest/api"), Router("/wiki/api/v2")


@V1.add("GET", "/content/{id}/child/attachment", READ)
def get_v1(request: Request) -> Response:
    """A page's files, all or one by `filename`."""
    page = visible_page(request.store, request.params["id"])
    return v1_collection(request, _named(request, page), lambda each: _v1(request, page, each))


@V1.add("POST", "/content/{id}/child/attachment", WRITE)
def post_v1(request: Request) -> Response:
    """New files."""
    return _saved(request, only_new=True)


@V1.add("PUT", "/content/{id}/child/attachment", WRITE)
def put_v1(request: Request) -> Response:
    """Files, new or the next version of what has their name."""
    return _saved(request, only_new=False)


@V1.add("POST", "/content/{id}/child/attachment/{attachment}/data", WRITE)
def post_data_v1(request: Request) -> Response:
    """The next version of one file."""
    _page, known = attachment_by_id(request.store, request.params["attachment"])
    (saved, *_), page = _save(request, only_new=False)
    if saved.id != known.id:
        raise ApiError(400, f"The file must be called {known.file_name}")
    return json_response(_v1(request, page, saved))


@V1.add("PUT", "/content/{id}/child/attachment/{attachment}", WRITE)
def put_facts_v1(request: Request) -> Response:
    """Change a file's name, media type or comment; the file stays."""
    _page, known = attachment_by_id(request.store, request.params["attachment"])
    page, sent = editable_page(request.store, request.params["id"]), request.json()
    said = sent.get("metadata") or {}
    changed = rename(
        page,
        known,
        file_name=sent.get("title"),
        media_type=said.get("mediaType"),
        comment=said.get("comment"),
    )
    return json_response(_v1(request, page, changed))


@V2.add("GET", "/attachments/{id}/properties", READ)
def get_properties(request: Request) -> Response:
    """A file's properties, all or one by `key`."""
    _page, attachment = attachment_by_id(request.store, request.params["id"])
    key = request.one("key")
    rows = [stored for stored in attachment.properties.values() if key in ("", stored.key)]
    return collection(request, rows, property_shape)


@V2.add("POST", "/attachments/{id}/properties", WRITE)
def post_property(request: Request) -> Response:
    """Add a property."""
    _page, attachment = attachment_by_id(request.store, request.params["id"])
    return add_sent_property(request, attachment)


@V2.add("PUT", "/attachments/{id}/properties/{property}", WRITE)
def put_property(request: Request) -> Response:
    """Replace a property; its number must be the current one plus one."""
    _page, attachment = attachment_by_id(request.store, request.params["id"])
    return change_sent_property(request, attachment)


@V2.add("GET", "/pages/{id}/attachments", READ)
def get_of_page(request: Request) -> Response:
    """A page's files, all or one by `filename`."""
    page = page_of(request)
    return collection(request, _named(request, page), lambda each: _v2(request, page, each))


@V2.add("GET", "/attachments/{id}", READ)
def get_one(request: Request) -> Response:
    """One file's facts."""
    page, attachment = attachment_by_id(request.store, request.params["id"])
    return json_response(_v2(request, page, attachment))


@V2.add("DELETE", "/attachments/{id}", DELETE)
def delete_one(request: Request) -> Response:
    """To the trash, which this sandbox does not keep."""
    page, attachment = attachment_by_id(request.store, request.params["id"])
    del editable_page(request.store, page.id).attachments[attachment.file_name]
    return NO_CONTENT


def _saved(request: Request, *, only_new: bool) -> Response:
    saved, page = _save(request, only_new=only_new)
    return v1_collection(request, saved, lambda each: _v1(request, page, each))


def _save(request: Request, *, only_new: bool) -> tuple[list[Attachment], Page]:
    """Refused without the header that a form of another site cannot send.

    Source: Atlassian's REST v1 documentation, "Create attachment".
    """
    if request.headers.get("X-Atlassian-Token", "") not in {"nocheck", "no-check"}:
        raise ApiError(403, "XSRF check failed")
    page = editable_page(request.store, request.params["id"])
    kind = request.headers.get("Content-Type", "")
    return save_attachments(request.store, page, kind, request.body, only_new=only_new), page


def _named(request: Request, page: Page) -> list[Attachment]:
    wanted = request.one("filename")
    return [each for each in page.attachments.values() if wanted in ("", each.file_name)]


def _links(page: Page, attachment: Attachment) -> dict[str, str]:
    name, number = attachment.file_name, attachment.number
    return {
        "webui": f"/pages/viewpageattachments.action?pageId={page.id}",
        "download": f"/download/attachments/{page.id}/{name}?version={number}",
    }


def _v1(request: Request, page: Page, attachment: Attachment) -> dict[str, Any]:
    return {
        "id": f"att{attachment.id}",
        "type": "attachment",
        "status": "current",
        "title": attachment.file_name,
        "version": {"number": attachment.number, "when": iso(attachment.created_at)},
        "metadata": {"mediaType": attachment.media_type, "comment": attachment.comment},
        "extensions": {
            "mediaType": attachment.media_type,
            "fileSize": len(attachment.data),
            "comment": attachment.comment,
        },
        "_links": _links(page, attachment),
    }


def _v2(request: Request, page: Page, attachment: Attachment) -> dict[str, Any]:
    links = _links(page, attachment)
    return {
        "id": f"att{attachment.id}",
        "status": "current",
        "title": attachment.file_name,
        "createdAt": iso(attachment.created_at),
        "pageId": page.id,
        "mediaType": attachment.media_type,
        "mediaTypeDescription": "File",
        "comment": attachment.comment,
        "fileId": f"file-{attachment.id}-{attachment.number}",
        "fileSize": len(attachment.data),
        "webuiLink": links["webui"],
        "downloadLink": links["download"],
        "version": {
            "number": attachment.number,
            "message": attachment.comment,
            "minorEdit": False,
            "authorId": account_id(attachment.author),
            "createdAt": iso(attachment.created_at),
        },
        "_links": links,
    }
