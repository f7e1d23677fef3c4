"""Whether an edit kept a page's skeleton: its tables, rows, cells, macros and layouts, in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from plays.storage.errors import SkeletonBroken
from plays.storage.scan.page import Node
from plays.storage.scan.visible import macro_name

# A comment or CDATA holds no tags. A status lozenge is what a cell says, not what it is made of.
_TAG = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>"
    r"|<(table|thead|tbody|tfoot|tr|th|td|ac:layout(?:-section|-cell)?|ac:adf-extension"
    r"|ac:task-list|ac:task)(?=[\s/>])"
    r"|<(ac:structured-macro)\s[^>]*?ac:name=[\"'](?!status[\"'])([^\"']*)",
    re.DOTALL,
)
_ROW_END = "</tr>"
_KEPT = frozenset(("table", "ac:adf-extension", "ac:task-list", "ac:layout"))


def check_skeleton(before: str, after: str) -> None:
    """Raise SkeletonBroken unless each tag of `before`'s skeleton is still in `after`, in order.

    Only what lies between the first and the last difference is read.
    """
    if before == after:
        return
    start, end = _common_start(before, after), _common_end(before, after)
    start = max(before.rfind("<", 0, start), 0)
    end = min(end, len(before) - start, len(after) - start)
    old, new = (before, start, len(before) - end), (after, start, len(after) - end)
    if _rows_keep_theirs(old, new) or _first_lost(_text(old), _text(new)) is None:
        return
    # What differs may begin at a tag that is kept, or end inside one.
    if (lost := _first_lost(before, after)) is not None:
        raise SkeletonBroken(f"The edit would take {lost} away from the page.")


# A text, and the stretch of it that counts.
_Stretch = tuple[str, int, int]


def _text(stretch: _Stretch) -> str:
    text, start, end = stretch
    return text[start:end]


def _rows_keep_theirs(old: _Stretch, new: _Stretch) -> bool:
    """Whether it is seen row by row that nothing is lost: only rows that differ are read."""
    if _may_hold_comment(old[0]) or _may_hold_comment(new[0]):
        return False  # a row's end may stand in it
    return all(
        a == b or (a is not None and b is not None and _first_lost(a, b) is None)
        for a, b in zip_longest(_rows(*old), _rows(*new))
    )


def _may_hold_comment(text: str) -> bool:
    # `"<!" in text` stops at every `<`, which takes a hundred times as long
    return any(part.endswith("<") for part in text.split("!")[:-1])


def _rows(text: str, start: int, end: int) -> Iterator[str]:
    """A stretch up to the end of each row, and what is left behind the last."""
    while (at := text.find(_ROW_END, start, end)) >= 0:
        yield text[start:at]
        start = at + len(_ROW_END)
    yield text[start:end]


def _first_lost(old: str, new: str) -> str | None:
    left = _tags(new)
    # `in` goes on where the last tag was found
    return next((tag for tag in _tags(old) if tag not in left), None)


def held_by(cell: Node) -> list[str]:
    """What of a page's skeleton lies inside a cell, by name: a cell's new text would remove it."""
    return [
        macro_name(node) or node.name
        for node in cell.descendants()
        if node.name in _KEPT or macro_name(node) not in (None, "status")
    ]


def _tags(text: str) -> Iterator[str]:
    for found in _TAG.finditer(text):
        name, macro, called = found.groups()
        if name or macro:
            yield name or f"{macro} {called}"


def _common_start(a: str, b: str) -> int:
    """How many characters two texts share from the start, found by halving."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a.startswith(b[low:middle], low):
            low = middle
        else:
            high = middle - 1
    return low


def _common_end(a: str, b: str) -> int:
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a.endswith(b[len(b) - middle : len(b) - low], 0, len(a) - low):
            low = middle
        else:
            high = middle - 1
    return low
