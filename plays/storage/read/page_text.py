"""A page as lines that people can read: a line a paragraph, heading, list item or table row.

For looking at only: macros shrink to their name, and nothing is ever written from these lines.
"""

from __future__ import annotations

import re

from plays.storage.scan.page import Node, scan
from plays.storage.scan.visible import BLOCKS, CELLS, is_status, macro_name, parameter

_HEADING = re.compile(r"h([1-6])")
_BLOCK_TAG = re.compile(
    r"(?=<(?:p|h[1-6]|ul|ol|li|table|tbody|thead|tr|hr|ac:layout|ac:task)[\s/>])"
)
_ROW = re.compile(r"<tr[\s>].*?</tr>", re.DOTALL)
_SKIPPED = frozenset(("ac:parameter", "ac:task-id", "ac:task-uuid"))
_STANDS_FOR = {
    "ri:page": "ri:content-title",
    "ri:user": "ri:account-id",
    "ri:attachment": "ri:filename",
    "time": "datetime",
}
_MARKERS = {"li": "• ", "hr": "———"}


def text_lines(body: str) -> list[str]:
    """A body's visible text, line by line. Raises NotStorage when it cannot be read."""
    lines = _Lines()
    waiting: list[Node | str | tuple[Node]] = [scan(body).root]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            lines.add(item)
        elif isinstance(item, tuple):
            lines.leave(item[0])
        elif item.name not in _SKIPPED and lines.enter(item):
            waiting.append((item,))
            waiting += reversed(item.children)
    lines.end()
    return lines.done


def source_lines(body: str) -> list[str]:
    """The page's own source, a line a block or table row; joined they are the body without its
    line breaks.
    """
    lines: list[str] = []
    at = 0
    for row in _ROW.finditer(body):
        lines += [*_blocks(body[at : row.start()]), row[0].replace("\n", "")]
        at = row.end()
    return lines + _blocks(body[at:])


def _blocks(source: str) -> list[str]:
    return [part for line in source.split("\n") for part in _BLOCK_TAG.split(line) if part.strip()]


class _Lines:
    """Lines so far, and the one that is being filled."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.line = ""
        self.marker = ""
        self.rows = 0
        self.cells = 0

    def add(self, text: str) -> None:
        self.line += text

    def enter(self, node: Node) -> bool:
        """Whether to go on inside."""
        if (macro := macro_name(node)) is not None:
            return self._enter_macro(node, macro)
        if node.name == "ac:task-status":
            self.marker = "☑ " if "complete" in node.children else "☐ "
            return False
        if node.name in _STANDS_FOR:
            self.add(node.attributes.get(_STANDS_FOR[node.name], ""))
        elif node.name == "tr" and not self.rows:
            self.end()
            self.rows, self.cells = 1, 0
        elif node.name == "tr":
            self.rows += 1
        elif node.name in CELLS and self.rows == 1:
            self.add(" | " if self.cells else "")
            self.cells += 1
        elif node.name in BLOCKS or node.name in ("br", "ac:task"):
            self._enter_block(node)
        return True

    def leave(self, node: Node) -> None:
        if node.name == "tr":
            self.rows -= 1
        if node.name == "a" and (address := node.attributes.get("href")):
            self.add(f" ‹{address}›")
        elif node.name in BLOCKS and not self.rows:
            self.end()

    def end(self) -> None:
        """Close the line; one without text is none."""
        text = " ".join(self.line.split())
        if text:
            self.done.append(self.marker + text)
            self.marker = ""
        self.line = ""

    def _enter_block(self, node: Node) -> None:
        if self.rows:
            self.add(" ")
            return
        self.end()
        if heading := _HEADING.fullmatch(node.name):
            self.marker = "#" * int(heading[1]) + " "
        elif node.name == "hr":
            self.add(_MARKERS["hr"])
        elif node.name in _MARKERS:
            self.marker = _MARKERS[node.name]

    def _enter_macro(self, node: Node, name: str) -> bool:
        if is_status(node):
            self.add(f"[{parameter(node, 'title')} · {parameter(node, 'colour') or 'Grey'}]")
            return False
        if not self.rows:
            self.end()
        self.add(f"{{{name}}} ")
        return True
