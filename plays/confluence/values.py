"""What Confluence knows, as values: the same for Cloud and Data Center, and frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Version:
    """One save of a page. Numbers are positions: deleting a version renumbers those above it."""

    number: int
    created_at: datetime | None = None
    author_id: str = ""
    message: str = ""
    minor_edit: bool = False


@dataclass(frozen=True, kw_only=True)
class PageHead:
    """A page as lists show it. `url` is for people, absolute, and empty when it is not known."""

    id: str
    title: str
    status: str = "current"
    space_id: str = ""
    parent_id: str = ""
    url: str = ""
    subtype: str = ""
    version: Version | None = None

    def with_text(self, body: str, version: Version) -> Page:
        """The same page with its storage text, which came with `version`."""
        return Page(**{**vars(self), "body": body, "version": version})


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page with its storage text. Text and version come from one and the same answer."""

    id: str
    title: str
    status: str
    body: str
    version: Version
    space_id: str = ""
    parent_id: str = ""
    url: str = ""
    subtype: str = ""


@dataclass(frozen=True, kw_only=True)
class SearchHit:
    """A page that a search found: good for suggestions, never for identity (the index lags)."""

    id: str
    title: str
    url: str = ""
    excerpt: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Space:
    """A space; `homepage_id` is the parent that new pages get when none is named."""

    id: str
    key: str
    name: str
    homepage_id: str = ""


@dataclass(frozen=True, kw_only=True)
class User:
    """An account; on Data Center `account_id` is the user key, or the user name it was asked by."""

    account_id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Task:
    """A task of a page; `status` is complete or incomplete, `body` storage text."""

    id: str
    local_id: str
    status: str
    body: str
    assigned_to: str = ""
    due_at: datetime | None = None
