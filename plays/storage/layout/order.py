"""Whether a table is kept with its newest rows on top."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from plays.storage.layout.candidates import Candidate
from plays.storage.layout.forms.moments import read_moment
from plays.storage.layout.model import Insert, Known
from plays.storage.shapes import TableShape

_NUMBERS = re.compile(r"\d{1,12}")


def order_of(group: Iterable[Candidate], shape: TableShape, known: Known) -> Insert:
    """TOP where the times, or the ids that we know, fall from row to row more than they rise."""
    if not shape.order:
        return Insert.END
    balance = sum(_balance(one, shape, known) for one in group)
    return Insert.TOP if balance < 0 else Insert.END


def _balance(one: Candidate, shape: TableShape, known: Known) -> int:
    """Rises less falls from row to row."""
    found = [_times(one, shape)]
    if known.pattern:
        found.append(_ids(one, shape, known.pattern))
    return sum((b > a) - (b < a) for values in found for a, b in pairwise(values))


def _times(one: Candidate, shape: TableShape) -> list[tuple[int, ...]]:
    if shape.order not in one.taken:
        return []
    column = one.taken[shape.order].cells[0].column
    read = (read_moment(cell.text) for cell in one.cells(column))
    return [(p.year or 0, p.month, p.day, p.hour or 0, p.minute or 0) for p in read if p]


def _ids(one: Candidate, shape: TableShape, pattern: str) -> list[tuple[int, ...]]:
    column = one.taken[shape.key].cells[0].column
    texts = (cell.text for cell in one.cells(column))
    return [
        tuple(map(int, _NUMBERS.findall(text))) for text in texts if re.fullmatch(pattern, text)
    ]
