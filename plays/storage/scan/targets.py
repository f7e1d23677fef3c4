"""What an address leads to: the same page is the same target, however it is addressed."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote_plus, urlsplit

from plays.storage.text import fold, url_identity

# Where an address has its page's id, as the browsers of Cloud and Data Center show it.
_ID_IN_PATH = re.compile(r"/pages/(?:edit-v2/|edit/|resumedraft/)?([0-9]{1,20})(?=/|$)")
_ACTION = re.compile(r"/pages/\w+\.action$")
_TINY = re.compile(r"/x/([\w-]{1,11})/?$", re.ASCII)
_DISPLAY = re.compile(r"/display/([^/]+)/([^/]+)/?$")
_SPACE = re.compile(r"/(?:spaces|display)/([^/]+)(?=/|$)")
_LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1"))


@dataclass(frozen=True, kw_only=True)
class Target:
    """A page by `id` or by `title` in a `space`, or any other `address`; `host` is "" in a path."""

    host: str = ""
    id: str = ""
    space: str = ""
    title: str = ""
    address: str = ""

    def is_same(self, other: Target) -> bool:
        """Whether both lead to the same place; a path leads to the site that it stands on."""
        if self.address or other.address:
            return self.address == other.address
        if self.host and other.host and self.host != other.host:
            return False
        if self.id and other.id:
            return self.id == other.id
        return bool(self.title) and self.has_title(other.title, other.space)

    def has_title(self, title: str, space: str) -> bool:
        """Whether this is the page with a title; in Confluence titles have no case."""
        if self.space and space and self.space != fold_key(space):
            return False
        return self.title == page_title(title)


def target_of(url: str) -> Target:
    """The target of a link's address."""
    try:
        parts = urlsplit(url.strip())
        host = _host(parts.hostname or "", parts.port)
        query = parse_qs(parts.query)
    except ValueError:
        return Target(address=url_identity(url))
    space = _SPACE.search(parts.path)
    key = fold_key(unquote_plus(space[1])) if space else ""
    if found := _ID_IN_PATH.search(parts.path):
        return Target(host=host, id=found[1].lstrip("0"), space=key)
    if found := _TINY.search(parts.path):
        return Target(host=host, id=_tiny_id(found[1]))
    if found := _DISPLAY.search(parts.path):
        return Target(host=host, space=key, title=page_title(unquote_plus(found[2])))
    if _ACTION.search(parts.path):
        if page_id := (query.get("pageId") or [""])[0]:
            return Target(host=host, id=page_id.lstrip("0"))
        if title := (query.get("title") or [""])[0]:
            key = fold_key((query.get("spaceKey") or [""])[0])
            return Target(host=host, space=key, title=page_title(title))
    return Target(address=url_identity(url))


def page_title(title: str) -> str:
    return fold(title).casefold()


def fold_key(space: str) -> str:
    return fold(space).casefold()


def _host(name: str, port: int | None) -> str:
    name = "localhost" if name.lower() in _LOOPBACK else name.lower()
    return f"{name}:{port}" if name and port not in (None, 80, 443) else name


def _tiny_id(code: str) -> str:
    """The id in a short link: eight bytes, lowest first, in base64 with `_` and `-` for `+` and
    `/`, its zeros at the end left out (support.atlassian.com, "How to create a tiny link").
    """
    whole = code.ljust(11, "A") + "="
    return str(int.from_bytes(base64.b64decode(whole, altchars=b"_-"), "little"))
