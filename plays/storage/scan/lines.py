"""A page's lines as they read: where each begins, what it says, what stands with it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter

from plays.storage.scan.page import Node, Page, characters
from plays.storage.scan.runs import FORMATTED, Run
from plays.storage.scan.visible import (
    BLOCKS,
    CELLS,
    HEADINGS,
    LINK_BODIES,
    SHOWN_ATTRIBUTE,
    UNSEEN,
    is_status,
    link_target,
    parameter,
    visible_text,
)
from plays.storage.text import fold

# Blocks that are a line each where there is nothing but formatting inside.
_SIMPLE_BLOCKS = frozenset(("p", "li", *CELLS, *HEADINGS))
_FORMATTED = re.compile(FORMATTED)
_TAG = re.compile(rb"<[^>]*>")
# From one offset to another.
Span = tuple[int, int]
_START, _END = itemgetter(0), itemgetter(1)

_PARAGRAPHS = frozenset(("p", "pre", "li", "dt", "dd"))
_EDGES = BLOCKS | {"ac:adf-node", "ac:adf-content", "ac:adf-fallback"}
_UNREAD = UNSEEN | {"ac:plain-text-body"}
# Decorations: an emoji or a lozenge in front of a line is not what the line begins with.
_DECORATIONS = frozenset(("ac:emoticon",))
# What may stand in front of what a row begins with: its number, its day.
_NUMBER_OR_DAY = re.compile(r"[\d\s.:/년월일-]{1,20}")


@dataclass(slots=True, eq=False)
class TextLine:
    """Text from the edge of a block, or a line break, to the next.

    `context` is `text` with what belongs to it: what follows in the same paragraph, or the rest of
    the row that it begins. `row` is that row.
    """

    text: str
    context: str
    block: Node
    spot: tuple[Node, int] | None
    row: Node | None = None

    @property
    def holder(self) -> Node:
        """The element right around the line's first text."""
        return self._first()[0]

    @property
    def index(self) -> int:
        """The place of the line's first text among the holder's children."""
        return self._first()[1]

    @property
    def around(self) -> Node:
        """The holder, or the block where the line is all that this says."""
        return self.block if self.spot is None else self.spot[0]

    def _first(self) -> tuple[Node, int]:
        return _first_text(self.block) if self.spot is None else self.spot


def lines_of(page: Page, near: Sequence[Span] | None = None) -> list[TextLine]:
    """The lines of a page in order. What the editor keeps twice is read once; code is not read.

    With `near`, spans of the page's bytes in page order, at least all lines that lie in them,
    each with its whole context.
    """
    walk = _Walk(page.root, near)
    walk.run()
    _join_paragraphs(walk.lines)
    _join_rows(walk.lines)
    return walk.lines


def shown_half(extension: Node) -> list[Node]:
    """What an `ac:adf-extension` shows: its nodes, or its fallback where those say nothing."""
    nodes = [child for child in extension.elements() if child.name == "ac:adf-node"]
    if any(_says_something(node) for node in nodes):
        return nodes
    return [child for child in extension.elements() if child.name == "ac:adf-fallback"] or nodes


class _Walk:
    """One pass through a page."""

    def __init__(self, root: Node, near: Sequence[Span] | None) -> None:
        self.lines: list[TextLine] = []
        self._near = near
        self._read_to = 0
        self._waiting: list[_Step] = [(root, root)]
        self._blocks = [root]
        self._pieces: list[str] = []
        self._first: tuple[Node, int] | None = None

    def run(self) -> None:
        while self._waiting:
            holder, item = self._waiting.pop()
            if isinstance(item, Node):
                self._enter(item)
            elif item is None:
                self._end_line()
                self._blocks.pop()
            else:
                self._add(holder, item)
        self._end_line()

    def _enter(self, node: Node) -> None:
        if node.name in _UNREAD:
            return
        if node.name in ("br", "hr"):
            self._end_line()
        elif node.name in _EDGES:
            self._open(node)
        elif node.name in _DECORATIONS or is_status(node):
            if self._first is not None:
                self._pieces.append(_shown(node))
        elif node.name in SHOWN_ATTRIBUTE or _is_bare_link(node):
            self._add_shown(node)
        else:
            self._push(node, self._children(node))

    def _open(self, node: Node) -> None:
        self._end_line()
        if not self._is_near(node):
            return
        if node.name in _SIMPLE_BLOCKS and (text := _only_formatted(node)) is not None:
            if text:
                self.lines.append(TextLine(text, text, node, None))
            return
        self._blocks.append(node)
        self._waiting.append((node, None))
        is_kept_twice = node.name == "ac:adf-extension"
        self._push(node, shown_half(node) if is_kept_twice else self._children(node))

    def _children(self, node: Node) -> list[Node | str]:
        """What to read of an element: of runs only what is near, or a block that ends a line."""
        if self._near is None or node.start < self._read_to or not _holds_runs(node):
            return node.children
        children: list[Node | str] = []
        at = node.inner
        for block in node.blocks():
            children += [" "] if block.start > at else []
            children += [block] if isinstance(block, Node) else self._near_in(block, self._near)
            at = block.end
        return children

    def _near_in(self, run: Run, near: Sequence[Span]) -> Iterable[Node]:
        first, last = (
            bisect_right(near, run.start, key=_END),
            bisect_left(near, run.end, key=_START),
        )
        found = {one: None for span in near[first:last] for one in run.between(*span)}
        return found or [run.at(run.start)]

    def _is_near(self, node: Node) -> bool:
        """Whether to look into a block; what has a common context is read whole."""
        if self._near is None or node.start < self._read_to:
            return True
        first = bisect_right(self._near, node.start, key=_END)
        if first == len(self._near) or self._near[first][0] >= node.end:
            return False
        if node.name in _PARAGRAPHS or any(cell.name in CELLS for cell in node.elements()):
            self._read_to = node.end
        return True

    def _push(self, node: Node, children: list[Node] | list[Node | str]) -> None:
        for index in reversed(range(len(children))):
            child = children[index]
            self._waiting.append((node, child if isinstance(child, Node) else (child, index)))

    def _add(self, holder: Node, item: tuple[str, int]) -> None:
        text, index = item
        self._pieces.append(text)
        if self._first is None and fold(text):
            self._first = (holder, index)

    def _add_shown(self, node: Node) -> None:
        index = next(i for i, child in enumerate(node.around.children) if child is node)
        self._add(node.around, (_shown(node), index))

    def _end_line(self) -> None:
        if self._first is not None:
            text = fold("".join(self._pieces))
            self.lines.append(TextLine(text, text, self._blocks[-1], self._first))
        self._pieces, self._first = [], None


# An element to enter, a text with its place in its holder, or the end of the holder.
_Step = tuple[Node, Node | tuple[str, int] | None]


def _holds_runs(node: Node) -> bool:
    """Whether an element holds runs, and between its blocks nothing but space."""
    blocks = node.blocks()
    if not any(isinstance(block, Run) for block in blocks):
        return False
    starts = (*(block.start for block in blocks), node.close)
    ends = (node.inner, *(block.end for block in blocks))
    return not any(node.page.raw[a:b].strip() for a, b in zip(ends, starts, strict=True))


def _only_formatted(node: Node) -> str | None:
    """All that a block says where it is text with nothing but formatting, folded; else None."""
    if _FORMATTED.fullmatch(node.page.markup, node.inner, node.close) is None:
        return None
    return text_without_tags(node.page, node.inner, node.close)


def text_without_tags(page: Page, start: int, end: int) -> str:
    """What a stretch of a page says, folded, where none of its tags shows or parts anything."""
    return fold(characters(_TAG.sub(b"", page.raw[start:end])))


def _first_text(node: Node) -> tuple[Node, int]:
    """The first text in an element that says something: what holds it, and its place there."""
    for index, child in enumerate(node.children):
        if isinstance(child, Node):
            if visible_text(child):
                return _first_text(child)
        elif fold(child):
            return node, index
    raise AssertionError("the element says nothing")


def _shown(node: Node) -> str:
    if is_status(node):
        return parameter(node, "title")
    if node.name in SHOWN_ATTRIBUTE:
        return node.attributes.get(SHOWN_ATTRIBUTE[node.name], "")
    return link_target(node, "ri:page", "ri:content-title") or ""


def _is_bare_link(node: Node) -> bool:
    return node.name == "ac:link" and not any(e.name in LINK_BODIES for e in node.elements())


def _says_something(node: Node) -> bool:
    waiting: list[Node | str] = [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            if fold(item):
                return True
        elif item.name not in _UNREAD:
            waiting += item.children
    return False


def _join_paragraphs(lines: list[TextLine]) -> None:
    """Give each line what follows it in the same paragraph, behind line breaks."""
    below: TextLine | None = None
    for line in reversed(lines):
        if below is not None and below.block is line.block and line.block.name in _PARAGRAPHS:
            line.context = f"{line.text} · {below.context}"
        below = line


def _join_rows(lines: list[TextLine]) -> None:
    """Give what a row begins with the text of the whole row."""
    rows: dict[Node, list[tuple[Node, TextLine]]] = {}
    for line in lines:
        around = (line.block, *line.block.ancestors())
        cell = next((node for node in around if node.name in CELLS), None)
        if cell is not None:
            rows.setdefault(cell.around, []).append((cell, line))
    for row in rows.values():
        filled = [cell for cell, _ in row]
        whole = " · ".join(line.text for _, line in row)
        for cell, line in row:
            if filled.count(cell) > 1:
                break
            line.context = whole
            line.row = cell.around if len(cell.around.elements()) > 1 else None
            if not _NUMBER_OR_DAY.fullmatch(line.text):
                break
