"""What every answer about a page must be before anybody believes it."""

from __future__ import annotations

from collections.abc import Collection

from plays.confluence.errors import PageNotCurrent, Refused
from plays.confluence.fields import Fields, Implausible

ANY_STATUS = frozenset({"current", "historical", "archived", "trashed", "deleted", "draft"})


def checked_id(page_id: str) -> str:
    """A page id, which is digits; anything else is Refused here and never becomes an address."""
    text = page_id.strip()
    if not (text.isascii() and text.isdigit()):
        raise Refused(f"{page_id[:50]!r} is not a page id: those are digits")
    return text


def require_id(answer: Fields, page_id: str) -> None:
    """Refuse an answer about another page."""
    if answer.id("id") != page_id:
        raise Implausible(f"asked for page {page_id}, answered with {answer.id('id')[:50]}")


def storage_text(answer: Fields, *, otherwise: str | None) -> str:
    """A page's storage text, `otherwise` where the answer carries none. Raises Implausible where
    there is neither: Cloud answers with `"body": {}` unless asked, which is no empty page.
    """
    storage = answer.optional_inside("body").optional_inside("storage")
    if otherwise is not None and not storage.has("value"):
        return otherwise
    return answer.inside("body").inside("storage").text("value")


def require_status(answer: Fields, allowed: Collection[str], *, path: str) -> None:
    """Raise PageNotCurrent: a trashed page is answered with 200 too (its body is no truth)."""
    status = answer.text("status")
    if status not in allowed:
        title = answer.optional_text("title")
        raise PageNotCurrent(
            f"“{title}” is {status}", page_status=status, status=200, method="GET", path=path
        )
