"""What a person sees in a stretch of a page: its text, its links, its lozenges."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from plays.storage.scan.page import Node
from plays.storage.scan.runs import TAG_END
from plays.storage.text import fold

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LISTS = ("ul", "ol")
CELLS = ("th", "td")
LINK_BODIES = ("ac:link-body", "ac:plain-text-link-body")
# Elements that stand on lines of their own: text before and behind them is not one word.
BLOCKS = frozenset(
    (
        *("p", "div", "blockquote", "pre", "hr", *HEADINGS),
        *(*LISTS, "li", "dl", "dt", "dd"),
        *("table", "colgroup", "thead", "tbody", "tfoot", "tr", *CELLS),
        *("ac:layout", "ac:layout-section", "ac:layout-cell", "ac:adf-extension"),
        *("ac:rich-text-body", "ac:plain-text-body"),
        *("ac:task-list", "ac:task", "ac:task-body"),
    )
)
# Elements whose text no reader sees.
UNSEEN = frozenset(
    (
        *("ac:parameter", "ac:placeholder", "ac:adf-attribute", "ac:adf-parameter", "colgroup"),
        *("ac:task-id", "ac:task-uuid", "ac:task-status"),
    )
)
_UNSEEN = UNSEEN | {"ac:adf-extension"}
# Elements that show their text as it is; one text inside some of them is all that they show.
_SHOWS_TEXT = frozenset(
    ("", *CELLS, "p", "li", "code", "strong", "em", "b", "i", "u", "span", "a", *HEADINGS)
)
# What is before the text, the text, and what is behind it.
ONE_TEXT = (
    rb"(\s*(?:<(?:p|code|strong|em|b|i|u|span|a)%b\s*)*+)"
    rb"([^<>]*)((?:</(?:p|code|strong|em|b|i|u|span|a)\s*>\s*)*+)"
) % TAG_END
_ONE_TEXT = re.compile(ONE_TEXT)
# Elements without text that show one of their attributes.
SHOWN_ATTRIBUTE = {"time": "datetime", "ac:emoticon": "ac:emoji-fallback"}


@dataclass(frozen=True, kw_only=True)
class LinkSeen:
    """A link on the page. `url` is None for a link to a page by its `title` (in a `space`).

    A card ("smart link") shows the target's own title, whatever its text says.
    """

    url: str | None
    title: str | None
    text: str
    is_card: bool
    space: str = ""


@dataclass(frozen=True, kw_only=True)
class Lozenge:
    title: str
    colour: str


def visible_text(node: Node) -> str:
    """The text of an element as it reads, folded; blocks and line breaks are spaces."""
    if (text := _one_text(node)) is not None:
        return text
    pieces: list[str] = []
    waiting: list[Node | str] = [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            pieces.append(item)
        else:
            waiting += _seen(item)[::-1]
    return fold("".join(pieces))


def _one_text(node: Node) -> str | None:
    """The text of what holds one text, in nothing but paragraphs and formatting; else None."""
    page = node.page
    found = _ONE_TEXT.fullmatch(page.markup, node.inner, node.close)
    if found is None or node.name not in _SHOWS_TEXT:
        return None
    return fold(page.text(*found.span(2)))


def is_blank(item: Node | str) -> bool:
    """Whether a child is only space between elements."""
    return isinstance(item, str) and not fold(item)


def has_paragraph(node: Node) -> bool:
    """Whether one of an element's children is a paragraph."""
    return any(child.name == "p" for child in node.elements())


def macro_name(node: Node) -> str | None:
    """What a macro is called, "" where it is not said; None for any other element."""
    return node.attributes.get("ac:name", "") if node.name == "ac:structured-macro" else None


def parameter(macro: Node, name: str) -> str:
    """A macro's parameter, or "" when it has none of this name."""
    for child in macro.elements():
        if child.name == "ac:parameter" and child.attributes.get("ac:name") == name:
            return fold("".join(text for text in child.children if isinstance(text, str)))
    return ""


def is_status(node: Node) -> bool:
    return macro_name(node) == "status"


def lozenges(node: Node) -> list[Lozenge]:
    """The status macros inside. Without a colour one is Grey (confluence.atlassian.com)."""
    if not node.may_hold(b"<ac:structured-macro"):
        return []
    return [
        Lozenge(title=parameter(macro, "title"), colour=parameter(macro, "colour") or "Grey")
        for macro in node.descendants()
        if is_status(macro)
    ]


def links(node: Node) -> Iterator[LinkSeen]:
    """The links inside; mentions, attachments and links to anchors are none."""
    if not node.may_hold(b"<a"):
        return
    for inner in node.descendants():
        link = link_seen(inner)
        if link is not None:
            yield link


def link_seen(node: Node) -> LinkSeen | None:
    """The link that an element is, if it is one."""
    if node.name == "a" and "href" in node.attributes:
        url: str | None = node.attributes["href"]
        return LinkSeen(
            url=url,
            title=None,
            text=visible_text(node),
            is_card="data-card-appearance" in node.attributes,
        )
    if node.name != "ac:link":
        return None
    title = link_target(node, "ri:page", "ri:content-title")
    url = link_target(node, "ri:url", "ri:value")
    if title is None and url is None:
        return None
    space = link_target(node, "ri:page", "ri:space-key") or ""
    return LinkSeen(url=url, title=title, text=visible_text(node), is_card=False, space=space)


def _seen(node: Node) -> list[Node | str]:
    """What a reader sees in place of an element."""
    if node.name in _UNSEEN:
        return []
    if node.name in BLOCKS:
        return [" ", *node.children, " "]
    if node.name == "br":
        return [" "]
    if node.name in SHOWN_ATTRIBUTE:
        return [node.attributes.get(SHOWN_ATTRIBUTE[node.name], "")]
    if is_status(node):
        return [parameter(node, "title")]
    if node.name == "ac:link" and not any(e.name in LINK_BODIES for e in node.elements()):
        return [link_target(node, "ri:page", "ri:content-title") or ""]
    return node.children


def link_target(link: Node, element: str, attribute: str) -> str | None:
    for child in link.elements():
        if child.name == element:
            return child.attributes.get(attribute)
    return None
