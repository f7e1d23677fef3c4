"""Long lists of keys, cut for the database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

CHUNK = 500
T = TypeVar("T")


def in_chunks(items: Iterable[T], size: int = CHUNK) -> list[list[T]]:
    """Few enough for one query, whatever the database."""
    items = list(items)
    return [items[start : start + size] for start in range(0, len(items), size)]
