"""Files on pages, as far as publishers need them: sent as multipart, one per name, in memory."""

from __future__ import annotations

from dataclasses import replace
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from plays.sandbox.content.entities import Attachment, Page
from plays.sandbox.content.store import Store
from plays.sandbox.server.errors import ApiError


def save_attachments(
    store: Store, page: Page, content_type: str, body: bytes, *, only_new: bool
) -> list[Attachment]:
    """Keep the files of a multipart body; one whose name is there becomes its next version.

    Raises `ApiError` (400) for what is no multipart body with a `file`, and where `only_new` for a
    name that is there.
    """
    parts = _parts(content_type, body)
    comment = next((_text(part) for name, part in parts if name == "comment"), "")
    files = [part for name, part in parts if name == "file" and part.get_filename()]
    if not files:
        raise ApiError(400, "At least one file must be sent as the part 'file'")
    if only_new and any(str(part.get_filename()) in page.attachments for part in files):
        raise ApiError(
            400, "Cannot add a new attachment with same file name as an existing attachment"
        )
    return [_save(store, page, part, comment) for part in files]


def rename(
    page: Page, attachment: Attachment, *, file_name: object, media_type: object, comment: object
) -> Attachment:
    """Change what is said of a file; what is no text, or empty, stays. Raises `ApiError` (400)."""
    name = _given(file_name, attachment.file_name)
    if name != attachment.file_name and name in page.attachments:
        raise ApiError(400, f"There is an attachment called {name}")
    del page.attachments[attachment.file_name]
    page.attachments[name] = replace(
        attachment,
        file_name=name,
        media_type=_given(media_type, attachment.media_type),
        comment=_given(comment, attachment.comment),
    )
    return page.attachments[name]


def _given(value: object, otherwise: str) -> str:
    return value if isinstance(value, str) and value else otherwise


def attachment_by_id(store: Store, attachment_id: str) -> tuple[Page, Attachment]:
    """The page and its file; the id with or without Cloud's `att`. Raises `ApiError` (404)."""
    wanted = attachment_id.removeprefix("att")
    for page in store.pages(statuses={"current"}):
        for attachment in page.attachments.values():
            if attachment.id == wanted:
                return page, attachment
    raise ApiError(404, f"No attachment found with id {attachment_id}")


def _save(store: Store, page: Page, part: Message, comment: str) -> Attachment:
    name = str(part.get_filename())
    known = page.attachments.get(name)
    attachment = Attachment(
        id=known.id if known else store.new_id(),
        file_name=name,
        media_type=part.get_content_type(),
        data=_bytes(part),
        comment=comment,
        number=known.number + 1 if known else 1,
        author=store.email,
        created_at=store.now(),
        properties=known.properties if known else {},
    )
    page.attachments[name] = attachment
    return attachment


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


def _text(part: Message) -> str:
    return _bytes(part).decode("utf-8", "replace")
