"""Confluence over HTTP: requests go out, frozen dataclasses or one typed error come back.

No Django and no retries: who calls decides what a failure asks for, by the error's class.
"""

from typing import TYPE_CHECKING, Any

from plays.confluence.errors import (
    AccessUnclear,
    ConfluenceError,
    CredentialsRejected,
    ImplausibleAnswer,
    InvalidBody,
    NoAnswer,
    NotAllowed,
    NotJson,
    PageNotCurrent,
    PageNotFound,
    RateLimited,
    Redirected,
    Refused,
    ScopeMissing,
    ServerFault,
    SpaceNotFound,
    TitleTaken,
    TooLarge,
    Unreachable,
    Unreconciled,
    VersionConflict,
)
from plays.confluence.values import Page, PageHead, SearchHit, Space, Task, User, Version
from plays.confluence.waiting import meanwhile

if TYPE_CHECKING:
    from plays.confluence.client import Confluence, Deployment

__all__ = [
    "AccessUnclear",
    "Confluence",
    "ConfluenceError",
    "CredentialsRejected",
    "Deployment",
    "ImplausibleAnswer",
    "InvalidBody",
    "NoAnswer",
    "NotAllowed",
    "NotJson",
    "Page",
    "PageHead",
    "PageNotCurrent",
    "PageNotFound",
    "RateLimited",
    "Redirected",
    "Refused",
    "ScopeMissing",
    "SearchHit",
    "ServerFault",
    "Space",
    "SpaceNotFound",
    "Task",
    "TitleTaken",
    "TooLarge",
    "Unreachable",
    "Unreconciled",
    "User",
    "Version",
    "VersionConflict",
    "meanwhile",
]


def __getattr__(name: str) -> Any:
    """The client brings requests along: who only names an error or a page need not wait for it."""
    if name not in ("Confluence", "Deployment"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from plays.confluence import client

    return getattr(client, name)
