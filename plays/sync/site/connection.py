"""The Confluence client that settings describe, one per thread: its connection is reused."""

from __future__ import annotations

import threading
from typing import Literal

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from plays.confluence import Confluence

_NAMES = (
    "CONFLUENCE_URL",
    "CONFLUENCE_EMAIL",
    "CONFLUENCE_API_TOKEN",
    "CONFLUENCE_DEPLOYMENT",
    "CONFLUENCE_TIMEOUT",
    "CONFLUENCE_SPACE_KEY",
)
_local = threading.local()


def is_configured() -> bool:
    return bool(settings.CONFLUENCE_URL and settings.CONFLUENCE_API_TOKEN)


def connect() -> Confluence:
    """This thread's client. Raises `ImproperlyConfigured` where settings name no usable site."""
    if not is_configured():
        raise ImproperlyConfigured("CONFLUENCE_URL and CONFLUENCE_API_TOKEN must be set")
    wanted = tuple(getattr(settings, name) for name in _NAMES)
    if getattr(_local, "settings", None) != wanted:
        _local.client = _client(*wanted)
        _local.settings = wanted
    client: Confluence = _local.client
    return client


def _client(
    url: str,
    email: str,
    token: str,
    deployment: Literal["cloud", "datacenter"],
    timeout: float,
    space_key: str,
) -> Confluence:
    try:
        return Confluence(
            url,
            email=email,
            token=token,
            deployment=deployment,
            timeout=timeout,
            space_key=space_key,
        )
    except ValueError as error:
        raise ImproperlyConfigured(str(error)) from error
