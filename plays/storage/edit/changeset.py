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
from plays.storage.scan.runs import Run as PlainBlocks
from plays.storage.scan.targets import Target, target_of
from plays.storage.scan.visible import HEADINGS
from plays.storage.text import safe_url
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


def behind(block: Node | PlainBlocks) -> Spot:
    return Spot(block.end, block.end)


def _opened(page: Page, node: Node) -> Spot:
    tag = page.raw[node.start : node.inner - len(b"/>")].rstrip()
    return Spot(node.start + len(tag), node.end, ">", f"</{node.name}>")


class Block:
    """A new block between its tags, and the new block that follows it."""

    __slots__ = ("following", "run", "tags", "text")

    def __init__(self, run: Run, text: str = "", tags: Tags = ("", "")) -> None:
        self.run = run
        self.text = text
        self.tags = tags
        self.following: Block | None = None


class Run:
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
    return PARAGRAPH_ITEM if any(child.name == "p" for child in item.elements()) else ITEM


class Changeset:
    """Pending changes: replaced cells, and runs of new blocks.

    An edit that asks "is it there?" looks in the page and at what new cells and parts link to.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.runs: dict[int, Run] = {}
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

    def run_at(self, spot: Spot, container: Node) -> Run:
        """The run of new blocks at a spot inside `container`. Raises Stale in a replaced cell."""
        run = self.runs.get(spot.start)
        if run is None:
            self.mark(container)
            run = self.runs[spot.start] = Run(spot)
        return run

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
        for run in self.runs.values():
            yield run.spot.filled("".join(run.texts()))

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
