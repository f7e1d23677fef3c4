"""The order in which a section keeps its entries: by their keys, or by the days that they tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import gt, lt

from plays.storage.edit.changeset import Block
from plays.storage.scan.entry_lines import day_of, without_decoration
from plays.storage.scan.lines import text_without_tags
from plays.storage.scan.page import Node

# From this many entries on, the first and the last tell the order where neighbours do not.
_ENOUGH = 5

# The numbers that order entries: those of a key, or of a day and its time.
Order = tuple[int, ...]


@dataclass(frozen=True)
class When:
    """When something was, by its key, if it has one of ours, and by its day; `rest` is its text
    behind the key.
    """

    by_key: Order | None
    rest: str

    @cached_property
    def by_day(self) -> Order | None:
        return day_of(self.rest)


def when_of(text: str, key: re.Pattern[str] | None) -> When:
    """When it was that a text tells of; `key` is what our keys look like."""
    start = without_decoration(text)
    found = key.match(start) if key else None
    if found is None:
        return When(None, start)
    return When(tuple(map(int, found.groups())), start[found.end() :])


# Elements of a page by where they start: of a plain block the numbers of its key are enough.
Units = dict[int, When | Order]


class Trend:
    """Whether orders, those that are known, mostly rise or fall from one to the next."""

    def __init__(self, orders: Sequence[Order | None]) -> None:
        known = [one for one in orders if one is not None]
        self.known = len(known)
        self._falls: int = sum(map(gt, known, known[1:]))
        self._rises: int = sum(map(lt, known, known[1:]))

    def add(self, orders: Sequence[Order | None], at: int, new: Order | None) -> None:
        """Count in one that comes into the orders at a place."""
        if new is None:
            return
        above = _first_known(orders[n] for n in range(at - 1, -1, -1))
        below = _first_known(orders[n] for n in range(at, len(orders)))
        self.known += 1
        self._count(above, below, -1)
        self._count(above, new, 1)
        self._count(new, below, 1)

    def is_newest_first(self, orders: Sequence[Order | None]) -> bool:
        """Whether entries mostly stand above older ones."""
        first, last = _first_known(orders), _first_known(reversed(orders))
        if self._falls == self._rises and self.known >= _ENOUGH and first and last:
            return first > last
        return self._falls > self._rises

    def _count(self, above: Order | None, below: Order | None, times: int) -> None:
        if above is not None and below is not None:
            self._falls += times * (above > below)
            self._rises += times * (above < below)


def _first_known(orders: Iterable[Order | None]) -> Order | None:
    return next((one for one in orders if one is not None), None)


class Group:
    """Neighbours that each tell of one event, in page order: elements of the page, by where they
    start, and blocks yet to come. `pattern` is what our keys look like.
    """

    def __init__(self, container: Node, pattern: re.Pattern[str] | None) -> None:
        self.container = container
        self._pattern = pattern
        self._units: list[int | Block] = []
        self._keys: list[Order | None] = []
        self._told: dict[int | Block, When] = {}

    @property
    def rank(self) -> tuple[Order, int]:
        """Where our last entry went comes first, then where most is kept."""
        return max(filter(None, self._keys), default=()), len(self._units)

    @property
    def first_node(self) -> Node | None:
        return self._first_node(self._units)

    @property
    def last_node(self) -> Node | None:
        return self._first_node(reversed(self._units))

    def read(self, units: Units) -> None:
        """Note elements of the page, behind those before them."""
        self._told.update((u, when) for u, when in units.items() if isinstance(when, When))
        self._units += units
        self._keys += [when.by_key if isinstance(when, When) else when for when in units.values()]

    def add(self, at: int | None, block: Block, when: When) -> None:
        """Note a block that is yet to come; without a place, at the end."""
        at = len(self._units) if at is None else at
        self._trend.add(self._keys, at, when.by_key)
        self._units.insert(at, block)
        self._keys.insert(at, when.by_key)
        self._told[block] = when

    def unit_before(self, at: int) -> Node | Block:
        unit = self._units[at - 1]
        return self._node(unit) if isinstance(unit, int) else unit

    def index_below(self, unit: Node | Block | None) -> int | None:
        """The place right below one of the units."""
        wanted = unit.start if isinstance(unit, Node) else unit
        if wanted is None or wanted not in self._units:
            return None
        return self._units.index(wanted) + 1

    def unit_ending_at(self, offset: int) -> Node | None:
        """The unit of the page behind which an offset is."""
        before = (unit for unit in reversed(self._units) if isinstance(unit, int) and unit < offset)
        node = self._first_node(before)
        return node if node is not None and node.end == offset else None

    def index(self, mine: When) -> int | None:
        """The place among the units where a new one belongs; None for the end."""
        if mine.by_key is not None and self._trend.known > 1:
            return _index(mine.by_key, self._keys, self._trend)
        if mine.by_day is None:
            return None
        days = [self._when(unit).by_day for unit in self._units]
        trend = Trend(days)
        return _index(mine.by_day, days, trend) if trend.known > 1 else None

    @cached_property
    def _trend(self) -> Trend:
        return Trend(self._keys)

    def _first_node(self, units: Iterable[int | Block]) -> Node | None:
        start = next((unit for unit in units if isinstance(unit, int)), None)
        return self._node(start) if start is not None else None

    def _node(self, start: int) -> Node:
        return self.container.page.element(start, self.container)

    def _when(self, unit: int | Block) -> When:
        if unit not in self._told and isinstance(unit, int):
            text = text_without_tags(self.container.page, unit, self._node(unit).end)
            self._told[unit] = when_of(text, self._pattern)
        return self._told[unit]


def _index(mine: Order, orders: Sequence[Order | None], trend: Trend) -> int | None:
    if not trend.is_newest_first(orders):
        return None
    older = (i for i, one in enumerate(orders) if one is not None and one < mine)
    return next(older, len(orders))
