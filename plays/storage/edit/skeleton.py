"""Whether an edit kept a page's skeleton: its tables, rows, cells, macros and layouts, in order."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plays.storage.errors import SkeletonBroken
from plays.storage.scan.page import Node

# A comment or CDATA holds no tags. A status lozenge is what a cell says, not what it is made of.
_TAG = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>"
    r"|<(table|thead|tbody|tfoot|tr|th|td|ac:layout(?:-section|-cell)?|ac:adf-extension"
    r"|ac:task-list|ac:task)(?=[\s/>])"
    r"|<(ac:structured-macro)\s[^>]*?ac:name=[\"'](?!status[\"'])([^\"']*)",
    re.DOTALL,
)
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
    left = _tags(after[start : len(after) - end])
    for tag in _tags(before[start : len(before) - end]):
        if tag not in left:  # goes on where the last one was found
            raise SkeletonBroken(f"The edit would take {tag} away from the page.")


def held_by(cell: Node) -> list[str]:
    """What of a page's skeleton lies inside a cell, by name: a cell's new text would remove it."""
    return [
        node.attributes.get("ac:name", "macro") if node.name == "ac:structured-macro" else node.name
        for node in cell.descendants()
        if node.name in _KEPT
        or (node.name == "ac:structured-macro" and node.attributes.get("ac:name") != "status")
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
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_end(a: str, b: str) -> int:
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[len(a) - middle : len(a) - low] == b[len(b) - middle : len(b) - low]:
            low = middle
        else:
            high = middle - 1
    return low
