"""How many rows a list has: counted as far as it pays, told as "10,000+" beyond."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

DEEPEST = 10_000


class Count(int):
    """A number of rows; `is_least` where there may be more. Shown as people read it."""

    is_least: bool

    def __new__(cls, value: int, *, is_least: bool = False) -> Count:
        made = super().__new__(cls, value)
        made.is_least = is_least
        return made

    def __str__(self) -> str:
        return f"{int(self):,}+" if self.is_least else f"{int(self)}"


def total_of(counts: Iterable[int]) -> Count:
    counts = list(counts)
    is_least = any(isinstance(each, Count) and each.is_least for each in counts)
    return Count(sum(counts), is_least=is_least)


def before_newest(rows: QuerySet[Any], newest: int) -> int:
    """The key of the newest row that is not among the `newest` rows; 0 where there is none.

    By rows, not by a difference of keys: a sequence skips keys (events sent again, transactions
    taken back), and deleted rows leave gaps. Keys only grow, after a restore as well, so the order
    of keys is the order in which rows came.
    """
    keys = rows.order_by("-pk").values_list("pk", flat=True)
    return keys[newest : newest + 1].first() or 0


def count_of(rows: QuerySet[Any] | list[Any], *, newest_first: bool = False) -> Count:
    """All of `rows`, of a query no more than one beyond `DEEPEST`; `newest_first` where it is the
    old ones that do not fit.
    """
    if isinstance(rows, list):
        return Count(len(rows))
    counted = rows.order_by(*(["-pk"] if newest_first else []))[: DEEPEST + 1].count()
    return Count(DEEPEST, is_least=True) if counted > DEEPEST else Count(counted)
