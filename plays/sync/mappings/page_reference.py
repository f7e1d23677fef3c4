"""A page as people name it, an id or an address from the browser -> its id; titles are refused."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, parse_qs, urlsplit

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

_PAGE_ID = re.compile(r"[0-9]{1,20}")
# What tables say instead of an id where no page is known yet.
_NOT_YET = frozenset({"", "TBD", "-", "–"})
# Behind the space's key: a space, or a page's title, may be called "blog".
_NOT_PAGES = re.compile(r"/spaces/[^/]+/(blog|whiteboard|database|folder|embed|live)/")
# Where an address has its page's id. Sources: addresses of Cloud and Data Center as their
# browsers show them, REST v2 (/api/v2/pages/{id}) and v1 (/rest/api/content/{id}).
_ID_IN_PATH = (
    re.compile(r"/pages/(?:edit-v2/|edit/|resumedraft/)?([0-9]{1,20})(?=/|$)"),
    re.compile(r"/rest/api/content/([0-9]{1,20})(?=/|$)"),
)
_ID_IN_QUERY = ("pageId", "pageid", "contentId", "draftId", "homepageId")
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})

TINY = _("This is a short link (/x/…). Open it, then copy the address that the browser shows.")
TITLED = _(
    "This address has the page's title, not its ID. Look for the page by its title below, or take "
    "the ID from ⋯ → Page information in Confluence."
)
NOT_A_PAGE = _("This address is of a blog post, whiteboard, database or folder, not of a page.")
ELSEWHERE = _("This address is of another Confluence ({host}); pages here are on {site}.")
NO_ID = _("There is no page ID in this address. Open the page in Confluence and copy its address.")
NEITHER = _("This is neither a page ID (digits) nor the address of a page.")


class BadReference(ValueError):
    """No page id can be read from what was given; `str` says why and what to do instead."""

    def __init__(self, words: str | Promise) -> None:
        super().__init__(words)
        self.words = words

    def __str__(self) -> str:
        return str(self.words)


def is_page_id(text: str) -> bool:
    return _PAGE_ID.fullmatch(text) is not None


def page_id_of(text: str, *, site: str = "") -> str:
    """The id in an id or a page's address; "" for what stands for no page yet (empty, TBD).

    `site` is our Confluence's address, where it is one that people's browsers see: addresses of
    other hosts are refused. Raises `BadReference`.
    """
    text = text.strip().strip("<>\"'")
    if text.upper() in _NOT_YET:
        return ""
    if is_page_id(text):
        return text.lstrip("0") or "0"
    parts = _address(text)
    _refuse_other_sites(parts, site)
    _refuse_what_has_no_id(parts)
    return _id_in(parts)


def _address(text: str) -> SplitResult:
    """An address with its host, or a path of one; anything else is refused."""
    if not re.match(r"https?://|/", text, re.IGNORECASE) or re.search(r"[\s\\]", text):
        raise BadReference(NEITHER)
    try:
        parts = urlsplit(text)
        parts.hostname, parts.port  # noqa: B018 - reading them is what finds them broken
    except ValueError as error:
        raise BadReference(NEITHER) from error
    return parts


def _refuse_other_sites(parts: SplitResult, site: str) -> None:
    ours = _host(urlsplit(site)) if site else ""
    theirs = _host(parts)
    if ours and theirs and ours != theirs and ours != "api.atlassian.com":
        raise BadReference(format_lazy(ELSEWHERE, host=theirs, site=ours))


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").lower()
    return "localhost" if host in _LOOPBACK else host


def _refuse_what_has_no_id(parts: SplitResult) -> None:
    if re.search(r"(?:^|/)x/[^/]+/?$", parts.path):
        raise BadReference(TINY)
    if _NOT_PAGES.search(parts.path):
        raise BadReference(NOT_A_PAGE)


def _id_in(parts: SplitResult) -> str:
    query = parse_qs(parts.query)
    found = [match.group(1) for form in _ID_IN_PATH if (match := form.search(parts.path))]
    found += [query[name][0] for name in _ID_IN_QUERY if is_page_id(query.get(name, [""])[0])]
    if found:
        return found[0]
    raise BadReference(TITLED if "/display/" in parts.path else NO_ID)
