"""Runs of plain blocks: neighbouring paragraphs, or bullets, that hold nothing but formatted text.

A section of ten thousand entries is one run: one pattern sees that, and a block becomes an element
only when it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plays.storage.scan.page import Node

# What is behind a tag's name where it is not self-closed and no attribute has a `>`.
TAG_END = rb"(?:>|\s[^<>]*+(?<!/)>)"
FORMATTING_TAG = rb"</?(?:strong|em|code|a|span|b|i|u|s|del|sub|sup)" + TAG_END
# Text with formatting: no `>`, which may end a tag that an attribute's `>` seemed to end, and no
# zero, which stands for what only looks like markup.
FORMATTED = rb"[^<>\0]*+(?:%b[^<>\0]*+)*+" % FORMATTING_TAG
# How the start tags of a run's blocks begin.
PARAGRAPH, ITEM = b"<p", b"<li"
_PLAIN_PARAGRAPH = rb"<p%b%b</p\s*+>" % (TAG_END, FORMATTED)
_PLAIN_ITEM = rb"<li%b(?:%b|\s*+%b\s*+)</li\s*+>" % (TAG_END, FORMATTED, _PLAIN_PARAGRAPH)
_RUNS = {
    name: re.compile(rb"%b(?:\s*+%b)*+" % (block, block))
    for name, block in ((PARAGRAPH, _PLAIN_PARAGRAPH), (ITEM, _PLAIN_ITEM))
}


class Run:
    """Neighbouring plain blocks of one name in an element, from one offset to another.

    `opening` is how their start tags begin; nothing else in a run begins so.
    """

    __slots__ = ("around", "end", "opening", "start")

    def __init__(self, around: Node, start: int, end: int, opening: bytes) -> None:
        self.around = around
        self.start = start
        self.end = end
        self.opening = opening

    def at(self, offset: int) -> Node:
        """The last block that begins at an offset or before it."""
        page = self.around.page
        start = page.markup.rfind(self.opening, self.start, offset + len(self.opening))
        return page.element(start, self.around)

    def between(self, start: int, end: int) -> Iterator[Node]:
        """The blocks that have something between two offsets."""
        at, end = max(start, self.start), min(end, self.end)
        while at < end:
            node = self.at(at)
            if node.end > at:
                yield node
            at = self._next(max(node.end, at))

    def _next(self, offset: int) -> int:
        found = self.around.page.markup.find(self.opening, offset, self.end)
        return self.end if found < 0 else found


def run_at(around: Node, start: int) -> Run | None:
    """The run that begins with the tag at an offset inside an element, if one does."""
    markup = around.page.markup
    for opening, run in _RUNS.items():
        if markup.startswith(opening, start) and (found := run.match(markup, start, around.close)):
            return Run(around, start, found.end(), opening)
    return None
