"""Pages of the site: read so that nothing implausible is believed, and found or else made, once;
and what was told of them kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from plays import confluence
from plays.confluence import Confluence, ConfluenceError, PageHead, TitleTaken
from plays.models import Page
from plays.models.page import PageState
from plays.storage import EditError, same_body
from plays.sync.site.remedies import ImplausibleRead
from plays.sync.site.title_holders import HELD_BY_STATUS, TitleHidden, holder

Head = confluence.Page | PageHead


@dataclass(frozen=True, kw_only=True)
class Ensured:
    """A page that is there now; "adopted": there before we came, "there": and mapped already."""

    page: Head
    how: Literal["made", "adopted", "there"]


Adopts = Callable[[PageHead], bool]


def read(client: Confluence, page: Page) -> confluence.Page:
    """The page as it is: one call, three where it reads empty.

    Raises `ConfluenceError`, ImplausibleRead where what was read cannot be so.
    """
    seen = client.get_page(page.page_id)
    _refuse_implausible(client, page, seen)
    return seen


def ensure(
    client: Confluence,
    title: str,
    *,
    body: str,
    parent_id: str | None = None,
    adopts: Adopts = lambda _: True,
) -> Ensured:
    """The page with this very title in the space, made where there is none; calling again, also
    after a lost answer or at the same time as somebody else, gives the same page.

    `adopts` says of a page that people see whether it may be taken. Raises a `TitleHeld` that says
    which page has the title and why it is not taken, and any `ConfluenceError`.
    """
    return find(client, title, adopts=adopts) or make(
        client, title, body=body, parent_id=parent_id, adopts=adopts
    )


def find(client: Confluence, title: str, *, adopts: Adopts = lambda _: True) -> Ensured | None:
    """`ensure`'s first half, by one call; None where no page has the title."""
    heads = client.find_page(title, statuses=HELD_BY_STATUS)
    found = [head for head in heads if head.status in HELD_BY_STATUS]
    for head in found:
        if head.status == "current" and adopts(head):
            return Ensured(page=head, how="adopted")
    if found:
        raise holder(found)
    return None


def make(
    client: Confluence,
    title: str,
    *,
    body: str,
    parent_id: str | None = None,
    adopts: Adopts = lambda _: True,
) -> Ensured:
    """`ensure`'s second half, for who has found no page; by one call, or two if that fails."""
    try:
        page = client.create_page(title=title, body=body, parent_id=parent_id)
    except ConfluenceError as error:
        # The answer was lost, and the page may be there; or somebody was quicker.
        if error.outcome_unknown and (landed := find(client, title)):
            return replace(landed, how="made")
        if not isinstance(error, TitleTaken):
            raise
        if there := find(client, title, adopts=adopts):
            return there
        raise TitleHidden(error.message) from error
    return Ensured(page=page, how="made")


def remember(seen: Head, **values: Any) -> Page:
    """Keep the title and address that Confluence told of a page, and `values` of its row."""
    return Page.objects.update_or_create(
        page_id=seen.id, defaults={**names_of(seen.title, seen.url), **values}
    )[0]


def remember_well(seen: Head, **values: Any) -> Page:
    """`remember`, for a page that is as it should be."""
    return remember(seen, state=PageState.OK, state_reason="", **values)


def names_of(title: str, url: str) -> dict[str, str]:
    """A title and an address as their columns can hold them; an empty address tells nothing."""
    return {"title": title[:300], **({"url": url[:2000]} if url else {})}


def is_same(body: str, ours: str) -> bool:
    """Whether a page says what we would have written; False where it cannot be read."""
    try:
        return same_body(body, ours)
    except EditError:
        return False


def _refuse_implausible(client: Confluence, page: Page, seen: confluence.Page) -> None:
    """A live doc may read empty although it is not; writing that back would lose everything.

    Its text then sits in the version's own history (atlassian-mcp-server, issue 192).
    `body_size` 0 says that the page is known to be empty.
    """
    if seen.body.strip() or page.body_size == 0:
        return
    known = page.body_size or _size_in_history(client, page.page_id, seen.version.number)
    if known:
        raise ImplausibleRead(
            f"version {seen.version.number} reads empty; {known:,} characters were known",
            path=f"page {page.page_id}",
        )


def _size_in_history(client: Confluence, page_id: str, newest: int) -> int:
    numbers = [number for number in (newest, newest - 1) if number > 0]
    bodies = [client.get_page_version(page_id, number).body for number in numbers]
    return max(len(body.strip()) for body in bodies)
