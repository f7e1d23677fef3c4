"""Long lists of keys, cut for the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

CHUNK = 500
T = TypeVar("T")


def in_chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Few enough for one query, whatever the database."""
    items = list(items)
    for start in range(0, len(items), size):
        yield items[start : start + size]
