"""What a key cell calls its row: its text, or what stands out in it, or where its link leads."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote_plus, urlsplit

from plays.storage.layout.model import Known
from plays.storage.scan.page import Node
from plays.storage.scan.visible import HEADINGS, links, visible_text
from plays.storage.text import fold, url_identity

_PAGE_ID = re.compile(r"/pages/(?:edit-v2/|viewpage\.action\?pageId=)?(\d+)|[?&]pageId=(\d+)")
_NAMED = frozenset(("p", "li", "div", *HEADINGS))
# What may follow an id that stands at the start of a cell, and how an id must look for that.
_LEADING_ID = re.compile(r"([^\s(\[:,|·–—/]{3,}?)[\s(\[:,|·–—/]")
_SIMPLE = re.compile(r"\w++(?:[.-]++\w++)*+")


def row_names(cell: Node, text: str) -> Iterator[str]:
    """What the cell may call its row, folded, the surest first; `text` is its visible text.

    The whole text; each code element, link, paragraph and line; the text without signs around it;
    the title and the page id in a link's address.
    """
    yield text
    if not text and not cell.children:
        return
    bare = without_signs(text)
    if bare != text:
        yield bare
    for node in cell.descendants():
        if node.name == "code" or node.name in _NAMED:
            yield without_signs(visible_text(node))
            yield from _first_line(node)
    yield from _first_line(cell)
    for link in links(cell):
        yield fold(link.text)
        if link.title:
            yield fold(link.title)
        if link.url:
            yield from _address_names(link.url)


def targets(cell: Node) -> Iterator[str]:
    """Where the cell's links lead: page ids and addresses."""
    for link in links(cell):
        if link.url:
            page_id = _PAGE_ID.search(link.url)
            if page_id is not None:
                yield page_id[1] or page_id[2]
            yield url_identity(link.url)


def leading_name(text: str) -> str | None:
    """An id that a text starts with before it goes on; only what has a digit can be one."""
    found = _LEADING_ID.match(text)
    return found[1] if found is not None and any(c.isdigit() for c in found[1]) else None


def known_key(known: Known, cell: Node, text: str) -> str | None:
    """The key that the caller's database has for a cell, if any."""
    if known.is_empty or (not text and not cell.children):
        return None
    if key := listed_key(known, text):
        return key
    return next(
        (key for name in row_names(cell, text) if (key := listed_key(known, name))), None
    ) or (
        next((known.key_of_target[t] for t in targets(cell) if t in known.key_of_target), None)
        if known.targets
        else None
    )


def leading_key(known: Known, text: str) -> str | None:
    """The key that a text begins with before it goes on, if the caller's database has it."""
    name = leading_name(text)
    return listed_key(known, name) if name is not None else None


def names_known_row(known: Known, cell: Node, text: str) -> bool:
    """Whether a cell names a row of ours, as its whole text or otherwise."""
    return known_key(known, cell, text) is not None or leading_key(known, text) is not None


def is_simple(text: str) -> bool:
    """Whether a text can be one name only."""
    return _SIMPLE.fullmatch(text) is not None


def has_markup(cell: Node) -> bool:
    """Whether something in a cell may stand out: more than its text in one paragraph."""
    children = cell.children
    if len(children) == 1 and isinstance(children[0], Node) and children[0].name == "p":
        children = children[0].children
    return any(isinstance(child, Node) for child in children)


def without_signs(text: str) -> str:
    """A text without emoji, marks and colons at its ends: `LOG-2026-00001 ✅` is the log id."""
    start, end = 0, len(text)
    while start < end and _is_sign(text[start]):
        start += 1
    while end > start and _is_sign(text[end - 1]):
        end -= 1
    return text[start:end]


def listed_key(known: Known, name: str) -> str | None:
    """The key that the caller's database has under a name, folded, if any."""
    key = known.key_of.get(name.casefold())
    if key is None and known.pattern and known.keys_pattern.fullmatch(name):
        return name
    return key


def _is_sign(character: str) -> bool:
    return unicodedata.category(character)[0] not in "LN" and character not in "()[]_"


def _first_line(node: Node) -> Iterator[str]:
    """The text before a node's first line break."""
    children = node.children
    for i, child in enumerate(children):
        if isinstance(child, Node) and child.name == "br":
            texts = (c if isinstance(c, str) else visible_text(c) for c in children[:i])
            yield without_signs(fold("".join(texts)))
            return


def _address_names(url: str) -> Iterator[str]:
    """The title that an address of a page ends with, whole and without what follows an id."""
    for segment in reversed(urlsplit(url).path.split("/")):
        title = fold(unquote_plus(segment))
        if title:
            yield title
            if (name := leading_name(title)) is not None:
                yield name
            return
