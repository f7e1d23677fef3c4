"""One cell: whether it already says a value, and what to splice so that it does."""

from __future__ import annotations

import re

from plays.storage.edit.changeset import Splice, interior
from plays.storage.edit.render import link_label, render
from plays.storage.scan.page import Node, Page
from plays.storage.scan.visible import (
    LinkSeen,
    Lozenge,
    has_paragraph,
    is_blank,
    links,
    lozenges,
    visible_text,
)
from plays.storage.text import clean, fold, safe_url, url_identity
from plays.storage.values import Cell, Day, Link, Moment, Number, Status

# No longer than any count of ours: Python refuses to read very long numbers.
_PLAIN_NUMBER = re.compile(r"[+-]?\d{1,30}")
_GROUPED_NUMBER = re.compile(r"[+-]?\d{1,3}(?:([ ,'’_])\d{3})(?:\1\d{3}){0,8}")
_PAGE_ADDRESS = re.compile(r"/(?:wiki|pages|display|spaces)/|[?&]pageId=")
_MARKER = "ac:inline-comment-marker"
# Formatting that may lie between a cell and a comment's marker.
_INLINE = frozenset(("a", "code", "del", "em", "s", "span", "strong", "sub", "sup", "u"))


def says(cell: Node, value: Cell) -> bool:
    """Whether a reader finds `value` in the cell, however it is written there.

    A lozenge equals its title in plain text, a number itself with thousands separators, a link
    any link to the same target with the same text; a card shows no text of its own.
    """
    seen = visible_text(cell)
    match value:
        case Number():
            return _number(seen) == value.value
        case Link():
            return _says_link(list(links(cell)), seen, value)
        case Status():
            return _says_status(lozenges(cell), seen, value)
        case Moment():
            return seen == render(value)
        case Day():
            return seen == value.iso
        case _:
            return seen == fold(clean(value.text))


def fill(page: Page, cell: Node, value: Cell) -> Splice:
    """The splice that makes the cell say `value`.

    The cell's own tag stays, and the paragraph when it has exactly one; comment markers around
    all of its content stay around the new one, so that the thread keeps its anchor.
    """
    wrapper, markers = _wrapping(cell)
    text = render(value)
    for marker in reversed(markers):
        text = page.source(marker.start, marker.inner) + text + f"</{marker.name}>"
    if has_paragraph(wrapper):
        text = f"<p>{text}</p>"
    return interior(page, wrapper).filled(text)


def _number(seen: str) -> int | None:
    text = seen.replace("−", "-")
    if _GROUPED_NUMBER.fullmatch(text):
        text = re.sub(r"[ ,'’_]", "", text)
    return int(text) if _PLAIN_NUMBER.fullmatch(text) else None


def _says_link(found: list[LinkSeen], seen: str, link: Link) -> bool:
    label = fold(link_label(link))
    url = safe_url(link.url)
    if url is None:
        return seen == label
    if len(found) == 1 and found[0].is_card:
        return seen == found[0].text and _leads_to(found[0], url)
    return seen == label and bool(found) and all(_leads_to(one, url) for one in found)


def _leads_to(link: LinkSeen, url: str) -> bool:
    """Whether a link has this target.

    The editor turns the address of a Confluence page into a link by title, whose address
    nobody can see in the body; such a link counts for any page's address.
    """
    if link.url is None:
        return _PAGE_ADDRESS.search(url) is not None
    return url_identity(link.url) == url_identity(url)


def _says_status(found: list[Lozenge], seen: str, status: Status) -> bool:
    if seen.casefold() != fold(clean(status.title)).casefold():
        return False
    return not found or (len(found) == 1 and found[0].colour.casefold() == status.colour.casefold())


def _wrapping(cell: Node) -> tuple[Node, list[Node]]:
    """The innermost block that holds all of a cell, and the markers around all inside that."""
    wrapper, markers = cell, list[Node]()
    only = _only_child(cell)
    while only is not None:
        if only.name == "p" or _is_content_wrapper(only):
            wrapper, markers = only, []
        elif only.name == _MARKER:
            markers.append(only)
        elif only.name not in _INLINE:
            break
        only = _only_child(only)
    return wrapper, markers


def _only_child(node: Node) -> Node | None:
    children = [child for child in node.children if not is_blank(child)]
    only = children[0] if len(children) == 1 else None
    return only if isinstance(only, Node) else None


def _is_content_wrapper(node: Node) -> bool:
    """The old editor's `<div class="content-wrapper">` inside a cell."""
    return node.name == "div" and "content-wrapper" in node.attributes.get("class", "").split()
