"""Where in its section a new entry goes, and in which form: as people keep the section."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from operator import attrgetter

from plays.storage.edit.changeset import (
    ITEM,
    PARAGRAPH,
    Block,
    Changeset,
    Run,
    Spot,
    Tags,
    behind,
    end_inside,
    item_tags_like,
)
from plays.storage.edit.edits import InsertEntry
from plays.storage.edit.entry_row import RowForm, row_form
from plays.storage.edit.render import render_entry
from plays.storage.scan.entry_lines import day_of, without_decoration
from plays.storage.scan.lines import TextLine
from plays.storage.scan.page import Node
from plays.storage.scan.sections import Section, is_open_macro, section_end

_LISTS = ("ul", "ol")
ROW: Tags = ("<tr>", "</tr>")
# Elements that only hold other blocks.
_HOLDERS = ("table", "thead", "tbody", "ac:rich-text-body", "blockquote", "div")
_NUMBER = re.compile(r"(\d+)")
# From this many entries on, the first and the last tell the order where neighbours do not.
_ENOUGH = 5

_BY_KEY, _BY_DAY = attrgetter("by_key"), attrgetter("by_day")

# The numbers that order entries: those of a key, or of a day and its time.
Order = tuple[int, ...]


@dataclass(frozen=True)
class _Orders:
    """When something was, by its key and by its day, as far as it says; `rest` is its text behind
    the key.
    """

    by_key: Order | None
    rest: str

    @cached_property
    def by_day(self) -> Order | None:
        return day_of(self.rest)


@dataclass(eq=False)
class _Group:
    """Neighbours that each tell of one event: elements of the page and blocks yet to come."""

    container: Node
    units: list[Node | Block]
    orders: list[_Orders]

    @property
    def rank(self) -> tuple[Order, int]:
        """Where our last entry went comes first, then where most is kept."""
        return max((o.by_key for o in self.orders if o.by_key), default=()), len(self.units)

    @property
    def last_node(self) -> Node | None:
        return next((unit for unit in reversed(self.units) if isinstance(unit, Node)), None)

    def add(self, at: int | None, block: Block, orders: _Orders) -> None:
        at = len(self.units) if at is None else at
        self.units.insert(at, block)
        self.orders.insert(at, orders)


class SectionLog:
    """The entries of one section, pending ones included. `pattern` is what our keys look like."""

    def __init__(
        self,
        changeset: Changeset,
        section: Section,
        lines: Iterable[TextLine],
        *,
        pattern: re.Pattern[str] | None,
    ) -> None:
        self._changeset = changeset
        self._section = section
        self._key = pattern
        self._group = self._main_group(lines)
        self._row = self._row_form()
        self._list = self._last_list()

    def insert(self, edit: InsertEntry, text: str, *, below: Node | Block | None = None) -> Block:
        """Place an entry, which reads as `text`; `below` is the row that it belongs to."""
        orders = self._orders(text)
        at = self._index_below(below)
        at = self._index(orders) if at is None else at
        previous = self._previous(at)
        inside = self._row.render(edit) if self._row else render_entry(edit.key, edit.parts)
        block = previous.run.insert(inside, behind=previous, tags=self._tags())
        if orders.by_key is not None and self._section.heading is not None:
            self._group = self._group or _Group(self._container, [], [])
            self._group.add(at, block, orders)
        return block

    def note(self, block: Block, text: str, *, below: Node | Block | None) -> bool:
        """Note an entry that was placed directly below another; False where that is no part of
        the log, so that only the page as it will be tells what the log is then.
        """
        if self._section.heading is None:
            return True
        at, orders = self._index_below(below), self._orders(text)
        if self._group is None or at is None:
            return False
        if orders.by_key is not None:
            self._group.add(at, block, orders)
        return True

    def unit_ending_at(self, spot: Spot) -> Node | None:
        """The entry of the page behind which a spot is."""
        units = self._group.units if self._group is not None else []
        return next((u for u in units if isinstance(u, Node) and u.end == spot.start), None)

    def _index_below(self, row: Node | Block | None) -> int | None:
        units = self._group.units if self._group is not None else []
        return next((n for n, unit in enumerate(units, 1) if unit is row), None)

    def _index(self, mine: _Orders) -> int | None:
        """The place among the group's units; None for the end of the section."""
        if self._group is None:
            return None
        others = self._group.orders
        for order_of in (_BY_KEY, _BY_DAY):
            order, orders = order_of(mine), [order_of(one) for one in others]
            known = [one for one in orders if one is not None]
            if order is None or len(known) < 2:
                continue
            if not _is_newest_first(known):
                return None
            older = (i for i, one in enumerate(orders) if one is not None and one < order)
            return next(older, len(orders))
        return None

    def _previous(self, at: int | None) -> Block:
        """The new block to follow, or a run's head."""
        if at is None or self._group is None:
            return self._run(self._end()).last
        if at == 0:
            first = next((unit for unit in self._group.units if isinstance(unit, Node)), None)
            if first is None:
                return self._run(self._end()).head
            return self._run(Spot(first.start, first.start)).head
        unit = self._group.units[at - 1]
        return unit if isinstance(unit, Block) else self._run(behind(unit)).head

    def _run(self, spot: Spot) -> Run:
        return self._changeset.run_at(spot, self._container)

    @property
    def _container(self) -> Node:
        if self._group is not None:
            return self._group.container
        return self._list or self._section.container

    def _end(self) -> Spot:
        if self._container is self._section.container:
            return section_end(self._changeset.page, self._section)
        parts = self._container.elements()
        return behind(parts[-1]) if parts else end_inside(self._changeset.page, self._container)

    def _tags(self) -> Tags:
        if self._list is not None:
            items = self._list.elements()
            return item_tags_like(items[-1]) if items else ITEM
        last = self._group.last_node if self._group is not None else None
        if last is None:
            return PARAGRAPH
        if last.name == "li":
            return item_tags_like(last)
        return ROW if last.name == "tr" else PARAGRAPH

    def _main_group(self, lines: Iterable[TextLine]) -> _Group | None:
        """What people keep under a heading; a page's end is not a log, whatever is on the page."""
        if self._section.heading is None:
            return None
        groups: dict[Node, _Group] = {}
        seen: set[Node] = set()
        items = frozenset(self._section.elements())
        for line in lines:
            found = _unit_of(line, self._section.container, items)
            if found is None or found[1] in seen:
                continue
            container, unit = found
            seen.add(unit)
            orders = self._orders(line.context)
            if orders.by_key is not None or _begins_with_day(line.text):
                group = groups.setdefault(container, _Group(container, [], []))
                group.units.append(unit)
                group.orders.append(orders)
        return max(reversed(groups.values()), key=lambda group: group.rank, default=None)

    def _orders(self, text: str) -> _Orders:
        start = without_decoration(text)
        found = self._key.match(start) if self._key else None
        by_key = tuple(map(int, found.groups())) if found else None
        return _Orders(by_key, start[found.end() :] if found else start)

    def _row_form(self) -> RowForm | None:
        """How rows look where the section keeps a table; one with merged cells is left alone."""
        last = self._group.last_node if self._group is not None else None
        if last is None or last.name != "tr":
            return None
        form = row_form(last)
        if form is None:
            self._group = None
        return form

    def _last_list(self) -> Node | None:
        """The list that a section without any entry ends with."""
        if self._group is not None or self._section.heading is None:
            return None
        last = self._section.last_element(lambda node: node.name == "p" and not node.children)
        return last if last is not None and last.name in _LISTS else None


def key_pattern(key: str) -> re.Pattern[str] | None:
    """What keys like this one look like, each number a group; None where it has no number."""
    parts = _NUMBER.split(key)
    if len(parts) == 1:
        return None
    looks = (r"(\d+)" if n % 2 else re.escape(part) for n, part in enumerate(parts))
    return re.compile("".join(looks) + r"(?!\w)")


def _unit_of(line: TextLine, container: Node, items: frozenset[Node]) -> tuple[Node, Node] | None:
    """The bullet, row or paragraph of a section that a line lies in, and what is around it.

    The section is some neighbours (`items`) in one element.
    """
    path = [line.around, *line.around.ancestors()]
    depth = next((n for n, node in enumerate(path) if node is container), 0)
    inside = path[:depth][::-1]
    if not inside or inside[0] not in items:
        return None
    for node, inner in pairwise([*inside, inside[-1]]):
        if node.name in _LISTS and inner.name == "li":
            return node, inner
        if node.name in _HOLDERS or is_open_macro(node):
            container = node
        elif node.name == "ac:structured-macro":
            return None
        else:
            return container, node
    return None


def _begins_with_day(text: str) -> bool:
    start = without_decoration(text)
    return start[:1].isdigit() and day_of(start[:16]) is not None


def _is_newest_first(orders: Sequence[Order]) -> bool:
    """Whether entries mostly stand above older ones."""
    falling = sum(a > b for a, b in pairwise(orders))
    rising = sum(a < b for a, b in pairwise(orders))
    if falling == rising and len(orders) >= _ENOUGH:
        return orders[0] > orders[-1]
    return falling > rising
