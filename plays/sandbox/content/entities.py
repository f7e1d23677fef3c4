"""What the sandbox keeps: spaces, pages and their versions, labels, properties, tasks."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

_ACCOUNTS = uuid.UUID("8c1b9d6e-5a54-4d0c-8d7c-2f7f0f1b6a10")


def account_id(name: str) -> str:
    """Return the account id of a person: the same for the same name, in Cloud's form."""
    return f"712020:{uuid.uuid5(_ACCOUNTS, name)}"


def iso(moment: datetime) -> str:
    """Write a moment as Confluence does: UTC, milliseconds, `Z`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


@dataclass(frozen=True, kw_only=True)
class Version:
    """One saved state of a page; `author` is a person's name, see `account_id`."""

    number: int
    title: str
    body: str
    message: str
    author: str
    created_at: datetime
    minor_edit: bool = False


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The one shared, unpublished draft of a page; drafts have no history."""

    title: str
    body: str
    author: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Label:
    """A label on a page."""

    id: str
    name: str
    prefix: str = "global"


@dataclass(frozen=True, kw_only=True)
class Property:
    """A content property: hidden JSON beside the page, with a version of its own."""

    id: str
    key: str
    value: Any
    number: int
    message: str
    author: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Space:
    """A space; its id is numeric text, its key what people type."""

    id: str
    key: str
    name: str
    homepage_id: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file on a page, as its newest version is; its properties are of all versions."""

    id: str
    file_name: str
    media_type: str
    data: bytes
    comment: str
    author: str
    created_at: datetime
    properties: dict[str, Property] = field(default_factory=dict)


@dataclass(kw_only=True)
class Page:
    """A page, changed only by the store and under its lock."""

    id: str
    space_id: str
    status: str = "current"
    parent_id: str | None = None
    position: int = 0
    subtype: str | None = None
    owner: str = ""
    versions: list[Version] = field(default_factory=list)
    draft: Draft | None = None
    labels: list[Label] = field(default_factory=list)
    properties: dict[str, Property] = field(default_factory=dict)
    attachments: dict[str, Attachment] = field(default_factory=dict)
    view_restricted: bool = False
    edit_restricted: bool = False

    @property
    def version(self) -> Version:
        """The newest version."""
        return self.versions[-1]

    @property
    def title(self) -> str:
        """The title as of the newest version."""
        return self.version.title

    @property
    def body(self) -> str:
        """The storage body as of the newest version."""
        return self.version.body

    @property
    def created_at(self) -> datetime:
        """When the page was made."""
        return self.versions[0].created_at

    @property
    def author(self) -> str:
        """Who made the page."""
        return self.versions[0].author


@dataclass(kw_only=True)
class TaskRecord:
    """What Confluence remembers of an inline task beside the body that holds it."""

    id: str
    page_id: str
    local_id: str
    status: str
    body: str
    created_by: str
    created_at: datetime
    updated_at: datetime
    assignee: str | None = None
    due: str | None = None
    completed_by: str | None = None
    completed_at: datetime | None = None
