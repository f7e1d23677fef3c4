"""The forms of columns that were found before: a page is read at every write, and the rows that its
forms are found from seldom change in between.
"""

from __future__ import annotations

from collections.abc import Callable

from plays.storage.layout.model import Form
from plays.storage.shapes import Kind

# A column's form, how many of its cells fit, how many do not.
Found = tuple[Form, int, int]
# All that these follow from: the rows, the column's place, its kind and words, its heading.
Source = tuple[bytes | None, int, Kind, tuple[tuple[str, ...], ...], str]

# About what fifty tables need; rows with so many bytes are not kept.
_MOST, _MOST_BYTES = 512, 32_768
_found: dict[Source, Found] = {}


def remembered(source: Source, find: Callable[[], Found]) -> Found:
    """What was found for the same source, else what `find` finds now; None has no memory."""
    rows = source[0]
    if rows is None or len(rows) > _MOST_BYTES:
        return find()
    found = _found.get(source)
    if found is None:
        if len(_found) >= _MOST:
            _found.clear()
        found = _found[source] = find()
    return found


def forget() -> None:
    """Find every form again, as a process that has just begun."""
    _found.clear()
