"""Live-doc entries: known by a key in a `code` element, added in their section, never changed."""

from __future__ import annotations

import re
from functools import cached_property

from plays.storage.edit.changeset import (
    PARAGRAPH,
    Block,
    Draft,
    Spot,
    Stale,
    Tags,
    behind,
    item_tags_like,
)
from plays.storage.edit.edits import InsertEntry
from plays.storage.edit.render import render_entry
from plays.storage.edit.rows import checked_key
from plays.storage.scan.page import Node, Page
from plays.storage.scan.sections import Section, find_section, section_end, whole_page
from plays.storage.scan.visible import BLOCKS, HEADINGS, visible_text
from plays.storage.text import key_text

_PARAGRAPHS = frozenset(("p", "pre", "dt", "dd", *HEADINGS))
# What holds blocks; the page's root has no name.
_CONTAINERS = frozenset(
    ("", "td", "th", "div", "blockquote", "ac:rich-text-body", "ac:layout-cell")
)
# An inline comment on a part of a key makes the editor split its code element around the marker.
_MARKER_TAGS = re.compile(rb"(?:</?ac:inline-comment-marker\b[^>]*>)*")


class EntryDraft:
    """The pending entries of one draft."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self._new: dict[str, Block] = {}
        self._ends: dict[tuple[str, ...], tuple[Spot, Node]] = {}

    def insert(self, edit: InsertEntry) -> bool:
        """Make sure of an entry; whether that changes the page."""
        key = checked_key(edit.key)
        if key in self._codes or key in self._new or key in self.draft.codes:
            return False
        previous, tags = self._place(edit)
        text = render_entry(edit.key, edit.parts)
        self._new[key] = previous.run.insert(text, behind=previous, tags=tags)
        self.draft.show(edit.parts)
        return True

    def _place(self, edit: InsertEntry) -> tuple[Block, Tags]:
        """The new block to follow (or a run's head), and the tags to write."""
        after = key_text(edit.after or "")
        if after in self.draft.codes:
            raise Stale  # where that is will be known once it is written
        if after in self._new:
            return self._new[after], self._new[after].tags
        if after in self._codes:
            spot, container, tags = _below(self._codes[after])
            return self.draft.run_at(spot, container).head, tags
        spot, container = self._end(edit.headings)
        return self.draft.run_at(spot, container).last, PARAGRAPH

    def _end(self, headings: tuple[str, ...]) -> tuple[Spot, Node]:
        if headings not in self._ends:
            section = section_for(self.draft.page, headings)
            self._ends[headings] = section_end(self.draft.page, section), section.container
        return self._ends[headings]

    @cached_property
    def _codes(self) -> dict[str, Node]:
        return code_elements(self.draft.page)


def section_for(page: Page, headings: tuple[str, ...]) -> Section:
    """The section that new blocks go to: under a heading, or the whole page."""
    return find_section(page, headings) or whole_page(page)


def code_elements(page: Page) -> dict[str, Node]:
    """Every visible text of a code element, with the first element that shows it.

    Neighbours with nothing but comment markers between them are one element.
    """
    found: dict[str, Node] = {}
    first: Node | None = None
    last: Node | None = None
    text = ""
    for node in (node for node in page.nodes if node.name == "code"):
        if last is None or not _MARKER_TAGS.fullmatch(page.raw, last.end, node.start):
            if first is not None:
                found.setdefault(text, first)
            first, text = node, ""
        text, last = text + visible_text(node), node
    if first is not None:
        found.setdefault(text, first)
    found.pop("", None)
    return found


def _below(code: Node) -> tuple[Spot, Node, Tags]:
    """Directly below the block that holds an entry: the spot, what is around it, our tags."""
    node = _outermost(code, "ac:adf-extension") or code
    while True:
        around = node.around
        if node.name == "li":
            return behind(node), around, item_tags_like(node)
        if node.name == "ac:task":
            tasks = _outermost(node, "ac:task-list") or node
            return behind(tasks), tasks.around, PARAGRAPH
        if node.name in _PARAGRAPHS and around.name not in ("li", "ac:task-body"):
            return behind(node), around, PARAGRAPH
        if around.name in _CONTAINERS:
            return _end_of_line(node, around), around, PARAGRAPH
        node = around


def _end_of_line(node: Node, container: Node) -> Spot:
    """Behind the loose text that starts with an element: before the next block, or at the end."""
    siblings = container.children
    start = next(i for i, child in enumerate(siblings) if child is node) + 1
    for sibling in siblings[start:]:
        if isinstance(sibling, Node) and sibling.name in BLOCKS:
            return Spot(sibling.start, sibling.start)
    return Spot(container.close, container.close)


def _outermost(node: Node, name: str) -> Node | None:
    found = None
    for above in node.ancestors():
        if above.name == name:
            found = above
    return found
