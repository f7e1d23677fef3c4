"""REST v1 JSON -> values: all of Data Center, and search and accounts on Cloud."""

from __future__ import annotations

import html
import re

from plays.confluence.address import Address
from plays.confluence.fields import Fields
from plays.confluence.page_checks import storage_text
from plays.confluence.values import Page, PageHead, SearchHit, Space, User, Version

_MARKUP = re.compile(r"@@@(?:end)?hl@@@|<[^<>]*>")


def version(answer: Fields) -> Version:
    """A version object, inside a page or in the list of versions."""
    return Version(
        number=answer.number("number"),
        created_at=answer.moment("when"),
        author_id=_account_id(answer.optional_inside("by")),
        message=answer.optional_text("message"),
        minor_edit=answer.flag("minorEdit"),
    )


def page(answer: Fields, address: Address, *, body: str | None = None) -> Page:
    """A page with its storage text, or with `body` where the answer carries none."""
    text = storage_text(answer, otherwise=body)
    return head(answer, address).with_text(text, version(answer.inside("version")))


def head(answer: Fields, address: Address, base: str = "") -> PageHead:
    """A page without its text; its parent is the last of its ancestors."""
    links = answer.optional_inside("_links")
    ancestors = answer.each("ancestors") if answer.has("ancestors") else []
    return PageHead(
        id=answer.id("id"),
        title=answer.text("title"),
        status=answer.text("status"),
        space_id=answer.optional_inside("space").optional_id("id"),
        parent_id=ancestors[-1].optional_id("id") if ancestors else "",
        url=address.for_people(
            links.optional_text("webui"), base=links.optional_text("base") or base
        ),
        version=version(answer.inside("version")) if answer.has("version") else None,
    )


def space(answer: Fields) -> Space:
    """A space; the homepage is there when it was expanded."""
    return Space(
        id=answer.id("id"),
        key=answer.text("key"),
        name=answer.optional_text("name"),
        homepage_id=answer.optional_inside("homepage").optional_id("id"),
    )


def user(answer: Fields) -> User | None:
    """The account that asks; None for nobody."""
    account_id = _account_id(answer)
    if answer.optional_text("type") == "anonymous" or not account_id:
        return None
    name = answer.optional_text("displayName") or answer.optional_text("publicName")
    return User(account_id=account_id, name=name or account_id)


def search_hit(row: Fields, address: Address, base: str) -> SearchHit | None:
    """A page found; None for spaces, people and other finds.

    The row's own title is HTML with marks round the words found; the content's is plain.
    """
    content = row.optional_inside("content")
    if not content.optional_id("id"):
        return None
    link = content.optional_inside("_links").optional_text("webui") or row.optional_text("url")
    return SearchHit(
        id=content.id("id"),
        title=content.optional_text("title") or _plain(row.optional_text("title")),
        url=address.for_people(link, base=base),
        excerpt=_plain(row.optional_text("excerpt")),
        changed_at=row.moment("lastModified"),
    )


def _plain(text: str) -> str:
    return " ".join(html.unescape(_MARKUP.sub("", text)).split())


def _account_id(answer: Fields) -> str:
    """Cloud has account ids; Data Center user keys, and user names where keys are hidden."""
    names = ("accountId", "userKey", "username")
    return next((found for name in names if (found := answer.optional_id(name))), "")
