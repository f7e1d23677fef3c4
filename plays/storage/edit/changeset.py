"""Changes to one scanned page, collected and then spliced in together.

A changeset refuses (`Stale`) whatever it cannot plan from the page as scanned: the caller then
commits it, scans the result and plans again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from plays.storage.edit.skeleton import held_by
from plays.storage.errors import HoldsContent
from plays.storage.scan.page import Node, Page
from plays.storage.scan.runs import Run
from plays.storage.scan.sections import Section
from plays.storage.scan.targets import Target, target_of
from plays.storage.scan.visible import HEADINGS, has_paragraph
from plays.storage.text import fold, safe_url
from plays.storage.values import Inline, Link

# What opens and what closes a block.
Tags = tuple[str, str]
PARAGRAPH: Tags = ("<p>", "</p>")
ITEM: Tags = ("<li>", "</li>")
PARAGRAPH_ITEM: Tags = ("<li><p>", "</p></li>")

_SIGHTS = frozenset(("a", "ac:link", "code", "table", *HEADINGS))


class Stale(Exception):
    """The edit depends on what is pending: commit first."""


@dataclass(frozen=True, slots=True)
class Splice:
    """The bytes from `start` to `end` give way to `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Spot:
    """Where text can go: what it replaces, and the tags that must stand around it there."""

    start: int
    end: int
    before: str = ""
    after: str = ""

    def filled(self, text: str) -> Splice:
        return Splice(self.start, self.end, self.before + text + self.after)


def interior(page: Page, node: Node) -> Spot:
    """All that is inside an element; a self-closed one is opened."""
    if node.is_self_closed:
        return _opened(page, node)
    return Spot(node.inner, node.close)


def end_inside(page: Page, node: Node) -> Spot:
    """Behind all that is inside an element."""
    if node.is_self_closed:
        return _opened(page, node)
    return Spot(node.close, node.close)


def behind(block: Node | Run) -> Spot:
    return Spot(block.end, block.end)


def section_end(page: Page, section: Section) -> Spot:
    """Behind the last thing in a section, spaces left below."""
    blocks = section.blocks()
    if not fold(page.text(blocks[-1].end if blocks else section.start, section.end)):
        if blocks:
            return behind(blocks[-1])
        if section.heading is not None and section.heading.around is section.container:
            return behind(section.heading)
    if section.next_heading is not None:
        return Spot(section.next_heading.start, section.next_heading.start)
    return end_inside(page, section.container)


def _opened(page: Page, node: Node) -> Spot:
    tag = page.raw[node.start : node.inner - len(b"/>")].rstrip()
    return Spot(node.start + len(tag), node.end, ">", f"</{node.name}>")


class Block:
    """A new block between its tags, and the new block that follows it."""

    __slots__ = ("following", "insertion", "tags", "text")

    def __init__(self, insertion: Insertion, text: str = "", tags: Tags = ("", "")) -> None:
        self.insertion = insertion
        self.text = text
        self.tags = tags
        self.following: Block | None = None


class Insertion:
    """The new blocks at one spot, in page order."""

    def __init__(self, spot: Spot) -> None:
        self.spot = spot
        self.head = self.last = Block(self)

    def insert(self, text: str, *, behind: Block, tags: Tags) -> Block:
        block = Block(self, text, tags)
        block.following, behind.following = behind.following, block
        if behind is self.last:
            self.last = block
        return block

    def texts(self) -> Iterator[str]:
        block: Block | None = self.head
        while block is not None:
            yield block.tags[0] + block.text + block.tags[1]
            block = block.following


def item_tags_like(item: Node) -> Tags:
    """The tags of a bullet in the manner of another."""
    return PARAGRAPH_ITEM if has_paragraph(item) else ITEM


class Changeset:
    """Pending changes: replaced cells, and new blocks.

    An edit that asks "is it there?" looks in the page and at what new cells and parts link to.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.insertions: dict[int, Insertion] = {}
        self._shown: list[Iterable[Inline]] = []
        self.hides_something = False
        self._replaced: dict[Node, Splice] = {}
        self._holds_change: set[Node] = set()
        self._alone: list[Splice] = []

    @property
    def has_replaced(self) -> bool:
        return bool(self._replaced)

    @property
    def is_empty(self) -> bool:
        return not self._holds_change

    def insertion_at(self, spot: Spot, container: Node) -> Insertion:
        """The new blocks at a spot inside `container`. Raises Stale in a replaced cell."""
        insertion = self.insertions.get(spot.start)
        if insertion is None:
            self.mark(container)
            insertion = self.insertions[spot.start] = Insertion(spot)
        return insertion

    def check_replaceable(self, cell: Node) -> None:
        """Raise HoldsContent when new text would remove more than text, and Stale when a change is
        pending inside the cell or around it.
        """
        if held := held_by(cell):
            message = f"The cell holds more than text: {', '.join(held)}."
            raise HoldsContent(message, [self.page.place(cell.start)])
        self.check_unchanged(cell)
        self._check_stands(cell.ancestors())

    def check_unchanged(self, node: Node) -> None:
        """Raise Stale when a change is pending inside an element."""
        if node in self._holds_change:
            raise Stale

    def replace(self, cell: Node, splice: Splice) -> None:
        self._replaced[cell] = splice
        self.mark(cell.around)
        if any(node.name in _SIGHTS for node in cell.descendants()):
            self.hides_something = True

    def add(self, splices: Iterable[Splice]) -> None:
        """Note splices that stand alone: nothing else may be planned on this scan any more."""
        self._alone += splices
        self._holds_change.add(self.page.root)

    @property
    def is_closed(self) -> bool:
        """Whether a change that stands alone is pending."""
        return bool(self._alone)

    def show(self, values: Iterable[Inline]) -> None:
        """Remember what a new part brings to the page; read when somebody asks for links."""
        self._shown.append(values)

    def targets(self) -> list[Target]:
        """What the new cells and parts link to."""
        links = [one for one in chain.from_iterable(self._shown) if isinstance(one, Link)]
        self._shown = [links]
        return [target_of(url) for link in links if (url := safe_url(link.url)) is not None]

    def splices(self) -> Iterator[Splice]:
        yield from self._replaced.values()
        yield from self._alone
        for insertion in self.insertions.values():
            yield insertion.spot.filled("".join(insertion.texts()))

    def mark(self, node: Node) -> None:
        """Note that an element, and so all around it, holds a change. Raises Stale if replaced."""
        around = [node, *node.ancestors()]
        self._check_stands(around)
        self._holds_change.update(around)

    def _check_stands(self, nodes: Iterable[Node]) -> None:
        if any(node in self._replaced for node in nodes):
            raise Stale


def spliced(raw: bytes, splices: Iterable[Splice]) -> str:
    """The page with every splice made; all bytes outside them are the page's own."""
    pieces: list[bytes] = []
    done = 0
    for splice in sorted(splices, key=lambda splice: splice.start):
        pieces += (raw[done : splice.start], splice.text.encode())
        done = splice.end
    return b"".join((*pieces, raw[done:])).decode()
