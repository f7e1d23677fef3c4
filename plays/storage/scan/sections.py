"""Where on a page new blocks go: the section under a heading, or the page's end."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from plays.storage.scan.page import Node, Page, scan
from plays.storage.scan.runs import Run
from plays.storage.scan.visible import (
    HEADINGS,
    LISTS,
    is_blank,
    macro_name,
    parameter,
    visible_text,
)
from plays.storage.text import fold, header_name

# Macros that show their body in its place; the others may hide it or show it elsewhere.
_OPEN_MACROS = frozenset(("expand", "panel", "info", "note", "tip", "warning", "section", "column"))
# Headings, and what may be one of these macros: what stands in an attribute may be encoded.
_MAY_BE_TITLED = re.compile(
    rb"<(?:h[1-6](?=[\s/>])|ac:structured-macro\s[^<]*?(?:&|%b))" % "|".join(_OPEN_MACROS).encode()
)
# Which cells of a layout section are narrow, by the section's `ac:type`.
_SIDEBARS = {
    "two_left_sidebar": (0,),
    "two_right_sidebar": (1,),
    "three_with_sidebars": (0, 2),
    "three_left_sidebars": (0, 1),
    "three_right_sidebars": (1, 2),
}
_WORDS = re.compile(r"[^\W_]+")
_BRACKETED = re.compile(r"[(\[{<〈《「『【][^)\]}>〉》」』】]*[)\]}>〉》」』】]")
# Numbers, letters, years and quarters that count a heading, and what says who writes below it.
_COUNTS = re.compile(r"제?\d+[장절년월]?|[ivx]+|[a-z]|\d+분기|\d*q\d*|자동|auto|automatic")


@dataclass(frozen=True, kw_only=True, eq=False)
class Section:
    """Neighbouring children of one element: all of them, or those under a heading.

    They lie between the offsets `start` and `end`. `heading` is None for a whole page, and the
    macro where that is the section; `next_heading` is what ends the section, if anything.
    """

    container: Node
    start: int
    end: int
    heading: Node | None = None
    next_heading: Node | None = None

    @cached_property
    def items(self) -> list[Node | str]:
        return list(self.container.content(self.start, self.end))

    def blocks(self) -> list[Node | Run]:
        """The section's elements, with runs of plain blocks unread."""
        blocks = self.container.blocks()
        return [block for block in blocks if self.start <= block.start < self.end]

    def elements(self) -> list[Node]:
        return [item for item in self.items if isinstance(item, Node)]

    def last_element(self) -> Node | None:
        """The section's last child if that is an element; space and empty paragraphs aside."""
        for item in reversed(self.items):
            if isinstance(item, str) and not is_blank(item):
                return None
            if isinstance(item, Node) and (item.name != "p" or item.children):
                return item
        return None

    def closing_list(self) -> Node | None:
        """The list that the section ends with, if it does."""
        last = self.last_element()
        return last if last is not None and last.name in LISTS else None


def find_section(page: Page, headings: Iterable[str]) -> Section | None:
    """The section under the first of `headings` that the page has.

    Headings match whatever their case, spaces, hyphens and underscores; where none does, also
    with a number, an emoji, a colon or brackets around them. An expand or a panel with the title
    is a section, too. Nothing in a sidebar is one, nor in a macro that only shows what it holds
    elsewhere. A section ends at the next heading of the same or a higher level beside it, or with
    the element around it.
    """
    wanted = [heading for heading in headings if header_name(heading)]
    if not wanted:
        return None
    nodes = page.matching(_MAY_BE_TITLED)
    titled = [(node, title) for node in nodes if (title := _title(node))]
    for name_of in (header_name, _undecorated):
        on_page: dict[str, Node] = {}
        for node, title in titled:
            on_page.setdefault(name_of(title), node)
        for heading in wanted:
            if (found := on_page.get(name_of(heading))) is not None:
                return _section_of(found)
    return None


def whole_page(page: Page) -> Section:
    """The page; its last wide cell when the page is one layout, where all content must lie."""
    container = page.root
    blocks = container.blocks()
    only = blocks[0] if len(blocks) == 1 else None
    if isinstance(only, Node) and only.name == "ac:layout" and _is_all(only):
        cells = [node for node in only.descendants() if node.name == "ac:layout-cell"]
        wide = [cell for cell in cells if not _is_sidebar(cell)]
        container = (wide or cells or [container])[-1]
    return Section(container=container, start=container.inner, end=container.close)


def _is_all(node: Node) -> bool:
    """Whether an element is all that is in the one around it, space aside."""
    return all(child is node or is_blank(child) for child in node.around.children)


def _title(node: Node) -> str:
    """What a heading, or an expand or a panel, is called where it can hold a section."""
    if node.is_hidden or not (node.name in HEADINGS or is_open_macro(node)):
        return ""
    if not all(_lets_in(above) for above in node.ancestors()):
        return ""
    return section_title(node)


def section_title(node: Node) -> str:
    """What a section's heading, or the macro that is one, says."""
    return visible_text(node) if node.name in HEADINGS else parameter(node, "title")


def is_open_macro(node: Node) -> bool:
    """Whether an element is a macro that shows its body in its place, as part of the page."""
    return macro_name(node) in _OPEN_MACROS


def _lets_in(node: Node) -> bool:
    if macro_name(node) is not None:
        return is_open_macro(node)
    return node.name != "ac:parameter" and not _is_sidebar(node)


def _is_sidebar(node: Node) -> bool:
    """Whether an element is a narrow cell of a page's layout."""
    if node.name != "ac:layout-cell":
        return False
    cells = [cell for cell in node.around.elements() if cell.name == "ac:layout-cell"]
    place = next(i for i, cell in enumerate(cells) if cell is node)
    return place in _SIDEBARS.get(node.around.attributes.get("ac:type", ""), ())


def _undecorated(heading: str) -> str:
    """A heading without its number, quarter, emoji, punctuation and what is in brackets."""
    plain = unicodedata.normalize("NFKC", fold(heading)).casefold()
    words = _WORDS.findall(_BRACKETED.sub(" ", plain))
    while len(words) > 1 and _COUNTS.fullmatch(words[0]):
        del words[0]
    while len(words) > 1 and _COUNTS.fullmatch(words[-1]):
        del words[-1]
    return header_name("".join(words))


def _section_of(node: Node) -> Section:
    if node.name in HEADINGS:
        return _section_under(node)
    body = next((e for e in node.elements() if e.name == "ac:rich-text-body"), node)
    return Section(container=body, start=body.inner, end=body.close, heading=node)


def _section_under(heading: Node) -> Section:
    container = heading.around
    following = (block for block in container.blocks() if block.start > heading.start)
    ends = (
        block
        for block in following
        if isinstance(block, Node) and block.name in HEADINGS and block.name <= heading.name
    )
    next_heading = next(ends, None)
    end = container.close if next_heading is None else next_heading.start
    return Section(
        container=container,
        start=heading.end,
        end=end,
        heading=heading,
        next_heading=next_heading,
    )


def heading_used(body: str, headings: Iterable[str]) -> str | None:
    """The heading, as the page has it, under which an edit with these `headings` goes.

    None where the page has none of them: it goes to the page's end. Raises NotStorage.
    """
    section = find_section(scan(body), headings)
    if section is None or section.heading is None:
        return None
    return section_title(section.heading)
