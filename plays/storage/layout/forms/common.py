"""What the forms of all kinds share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TypeVar

Item = TypeVar("Item")


def most_frequent(items: Iterable[Item]) -> Item | None:
    """The item that occurs most often, the first of those with the same count."""
    counted = Counter(items)
    return max(counted, key=lambda item: counted[item], default=None)
