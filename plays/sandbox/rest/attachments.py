"""Attachments as publishers send them (REST v1, multipart) and look for them (v2); in memory."""

from __future__ import annotations

from dataclasses import replace
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from plays.sandbox.content.entities import Attachment, Page, account_id, iso
from plays.sandbox.content.store import Store
from plays.sandbox.content.updates import editable_page
from plays.sandbox.rest.around_v2 import add_sent_property
from plays.sandbox.rest.pages_v2 import page_of
from plays.sandbox.rest.paging import collection, v1_collection
from plays.sandbox.rest.shapes_v2 import property_shape
from plays.sandbox.server.errors import ApiError
from plays.sandbox.server.messages import Request, Response, json_response
from plays.sandbox.server.router import Router

READ, WRITE = "read:attachment:confluence", "write:attachment:confluence"
V1, V2 = Router("/wiki/rest/api"), Router("/wiki/api/v2")


@V1.add("POST", "/content/{id}/child/attachment", WRITE)
def post_v1(request: Request) -> Response:
    """New files. Refused without the header that a form of another site cannot send.

    Source: Atlassian's REST v1 documentation, "Create attachment".
    """
    if request.headers.get("X-Atlassian-Token", "") not in {"nocheck", "no-check"}:
        raise ApiError(403, "XSRF check failed")
    page = editable_page(request.store, request.params["id"])
    saved = _save(request.store, page, request.headers.get("Content-Type", ""), request.body)
    return v1_collection(request, saved, lambda each: _v1(page, each))


@V1.add("PUT", "/content/{id}/child/attachment/{attachment}", WRITE)
def put_facts_v1(request: Request) -> Response:
    """Change a file's name, media type or comment; the file stays, and what is sent empty."""
    known = _attachment(request, "attachment")
    page, sent = editable_page(request.store, request.params["id"]), request.json()
    said = sent.get("metadata") or {}
    name = _given(sent.get("title"), known.file_name)
    if name != known.file_name and name in page.attachments:
        raise ApiError(400, f"There is an attachment called {name}")
    del page.attachments[known.file_name]
    page.attachments[name] = replace(
        known,
        file_name=name,
        media_type=_given(said.get("mediaType"), known.media_type),
        comment=_given(said.get("comment"), known.comment),
    )
    return json_response(_v1(page, page.attachments[name]))


@V2.add("GET", "/attachments/{id}/properties", READ)
def get_properties(request: Request) -> Response:
    """A file's properties, all or one by `key`."""
    key = request.one("key")
    rows = [
        stored
        for stored in _attachment(request, "id").properties.values()
        if key in ("", stored.key)
    ]
    return collection(request, rows, property_shape)


@V2.add("POST", "/attachments/{id}/properties", WRITE)
def post_property(request: Request) -> Response:
    """Add a property."""
    return add_sent_property(request, _attachment(request, "id"))


@V2.add("GET", "/pages/{id}/attachments", READ)
def get_of_page(request: Request) -> Response:
    """A page's files, all or one by `filename`."""
    page, name = page_of(request), request.one("filename")
    rows = [each for each in page.attachments.values() if name in ("", each.file_name)]
    return collection(request, rows, lambda each: _v2(page, each))


def _attachment(request: Request, name: str) -> Attachment:
    """The file that the path names, with or without Cloud's `att`. Raises `ApiError` (404)."""
    wanted = request.params[name].removeprefix("att")
    for page in request.store.pages(statuses={"current"}):
        for attachment in page.attachments.values():
            if attachment.id == wanted:
                return attachment
    raise ApiError(404, f"No attachment found with id {request.params[name]}")


def _save(store: Store, page: Page, content_type: str, body: bytes) -> list[Attachment]:
    """Keep the files of a multipart body.

    Raises `ApiError`: 415 for what is no multipart body, 400 for one without a `file` and for a
    name that is there.
    """
    parts = _parts(content_type, body)
    said = next((_bytes(part) for name, part in parts if name == "comment"), b"")
    files = [part for name, part in parts if name == "file" and part.get_filename()]
    if not files:
        raise ApiError(400, "At least one file must be sent as the part 'file'")
    if any(str(part.get_filename()) in page.attachments for part in files):
        raise ApiError(
            400, "Cannot add a new attachment with same file name as an existing attachment"
        )
    saved = [
        Attachment(
            id=store.new_id(),
            file_name=str(part.get_filename()),
            media_type=part.get_content_type(),
            data=_bytes(part),
            comment=said.decode("utf-8", "replace"),
            author=store.email,
            created_at=store.now(),
        )
        for part in files
    ]
    page.attachments.update({each.file_name: each for each in saved})
    return saved


def _given(value: object, otherwise: str) -> str:
    return value if isinstance(value, str) and value else otherwise


def _parts(content_type: str, body: bytes) -> list[tuple[str, Message]]:
    head = b"Content-Type: " + content_type.encode("latin-1") + b"\r\n\r\n"
    message: Message = BytesParser(policy=HTTP).parsebytes(head + body)
    payload: Any = message.get_payload()
    if not message.is_multipart():
        raise ApiError(415, "Attachments are sent as multipart/form-data")
    return [(str(part.get_param("name", "", "content-disposition")), part) for part in payload]


def _bytes(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _links(page: Page, attachment: Attachment) -> dict[str, str]:
    return {
        "webui": f"/pages/viewpageattachments.action?pageId={page.id}",
        "download": f"/download/attachments/{page.id}/{attachment.file_name}?version=1",
    }


def _v1(page: Page, attachment: Attachment) -> dict[str, Any]:
    return {
        "id": f"att{attachment.id}",
        "type": "attachment",
        "status": "current",
        "title": attachment.file_name,
        "version": {"number": 1, "when": iso(attachment.created_at)},
        "metadata": {"mediaType": attachment.media_type, "comment": attachment.comment},
        "extensions": {
            "mediaType": attachment.media_type,
            "fileSize": len(attachment.data),
            "comment": attachment.comment,
        },
        "_links": _links(page, attachment),
    }


def _v2(page: Page, attachment: Attachment) -> dict[str, Any]:
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
        "fileId": f"file-{attachment.id}-1",
        "fileSize": len(attachment.data),
        "webuiLink": links["webui"],
        "downloadLink": links["download"],
        "version": {
            "number": 1,
            "message": attachment.comment,
            "minorEdit": False,
            "authorId": account_id(attachment.author),
            "createdAt": iso(attachment.created_at),
        },
        "_links": links,
    }
