"""Where on a page new blocks go: the section under a heading, or the page's end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from plays.storage.edit.changeset import Spot, behind, end_inside
from plays.storage.scan.page import Node, Page
from plays.storage.scan.visible import HEADINGS, is_blank, visible_text
from plays.storage.text import header_name


@dataclass(frozen=True, kw_only=True, eq=False)
class Section:
    """Neighbouring children of one element: all of them, or those under a heading.

    `heading` is None for a whole page; `next_heading` is what ends the section, if anything.
    """

    container: Node
    items: list[Node | str]
    heading: Node | None = None
    next_heading: Node | None = None

    def elements(self) -> list[Node]:
        return [item for item in self.items if isinstance(item, Node)]

    def last_element(self, is_skipped: Callable[[Node], bool]) -> Node | None:
        """The section's last child if that is an element; space and what is skipped aside."""
        for item in reversed(self.items):
            if is_blank(item) or (isinstance(item, Node) and is_skipped(item)):
                continue
            return item if isinstance(item, Node) else None
        return None


def find_section(page: Page, headings: Iterable[str]) -> Section | None:
    """The section under the first of `headings` that the page has.

    Headings match whatever their case, spaces, hyphens and underscores. A section ends at the
    next heading of the same or a higher level beside it, or with the element around it.
    """
    on_page: dict[str, Node] = {}
    for node in page.nodes:
        if node.name in HEADINGS and not node.is_hidden:
            on_page.setdefault(header_name(visible_text(node)), node)
    for heading in map(header_name, headings):
        if heading and heading in on_page:
            return _section_under(on_page[heading])
    return None


def whole_page(page: Page) -> Section:
    """The page; its last cell when the page is one layout, where all content must lie."""
    container = page.root
    content = [child for child in page.root.children if not is_blank(child)]
    only = content[0] if len(content) == 1 else None
    if isinstance(only, Node) and only.name == "ac:layout":
        cells = [node for node in only.descendants() if node.name == "ac:layout-cell"]
        container = cells[-1] if cells else container
    return Section(container=container, items=container.children)


def section_end(page: Page, section: Section) -> Spot:
    """Behind the last thing in a section, spaces left below."""
    for item in reversed(section.items):
        if isinstance(item, Node):
            return behind(item)
        if not is_blank(item):
            break
    else:
        if section.heading is not None:
            return behind(section.heading)
    if section.next_heading is not None:
        return Spot(section.next_heading.start, section.next_heading.start)
    return end_inside(page, section.container)


def _section_under(heading: Node) -> Section:
    container = heading.around
    siblings = container.children
    start = next(i for i, child in enumerate(siblings) if child is heading) + 1
    for i in range(start, len(siblings)):
        item = siblings[i]
        if isinstance(item, Node) and item.name in HEADINGS and item.name <= heading.name:
            return Section(
                container=container, items=siblings[start:i], heading=heading, next_heading=item
            )
    return Section(container=container, items=siblings[start:], heading=heading)
