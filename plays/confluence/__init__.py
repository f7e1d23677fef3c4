"""Confluence over HTTP: requests go out, frozen dataclasses or one typed error come back.

No Django and no retries: who calls decides what a failure asks for, by the error's class.
"""

from plays.confluence.client import Confluence, Deployment
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
]
