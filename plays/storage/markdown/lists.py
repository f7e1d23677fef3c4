"""Markdown lists as storage format, where tasks and bullets never share a list.

Confluence keeps tasks in `ac:task-list`, which holds nothing but tasks and lies in no `li`.
A list that mixes both is split where the kind changes, and tasks inside a bullet follow it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, groupby

from markdown_it.tree import SyntaxTreeNode

from plays.storage.scan.visible import LISTS

_TASK = re.compile(r"\[([ xX])\](?:\s|$)")
_MARK_LENGTH = len("[ ]")


@dataclass(frozen=True, kw_only=True)
class _Item:
    """An item of a list ("ul", "ol", "task"), or a block that had to leave its list ("")."""

    kind: str
    text: str
    number: int = 1


class ListWriter:
    """Writes lists; `write_block` writes any other block, `task_ids` counts over a page."""

    def __init__(self, write_block: Callable[[SyntaxTreeNode], str]) -> None:
        self._write_block = write_block
        self._task_ids = count(1)

    def write(self, node: SyntaxTreeNode) -> str:
        return _joined(self._items(node))

    def _items(self, node: SyntaxTreeNode) -> list[_Item]:
        """A list's items in order, with what cannot stay inside them behind them."""
        first = int(node.attrs.get("start", 1))
        items: list[_Item] = []
        for number, item in enumerate(node.children, first):
            mark = _task_mark(item)
            if mark is None:
                items += self._bullet(item, node.tag, number)
            else:
                items += self._task(item, is_done=mark != " ")
        return items

    def _bullet(self, item: SyntaxTreeNode, kind: str, number: int) -> list[_Item]:
        """A bullet or a number; tasks inside it follow, and what stands below them."""
        inside: list[str] = []
        behind: list[_Item] = []
        for child in item.children:
            items = self._child(child)
            if behind or _holds_tasks(child):
                behind += items
            else:
                inside.append(_joined(items))
        if behind and not any(inside):
            return behind
        return [_Item(kind=kind, text=f"<li>{''.join(inside)}</li>", number=number), *behind]

    def _task(self, item: SyntaxTreeNode, *, is_done: bool) -> list[_Item]:
        """A task; paragraphs and tasks stay inside it, other blocks follow."""
        number = next(self._task_ids)
        lines = [paragraph_markup(item.children[0])[_MARK_LENGTH:].strip()]
        nested, behind = list[_Item](), list[_Item]()
        for child in item.children[1:]:
            if child.type == "paragraph" and not nested and not behind:
                lines.append(paragraph_markup(child))
                continue
            for one in self._child(child):
                stays = one.kind == "task" and not behind
                (nested if stays else behind).append(one)
        body = "<br />".join(lines) + _joined(nested)
        return [_Item(kind="task", text=_task_markup(number, body, is_done=is_done)), *behind]

    def _child(self, child: SyntaxTreeNode) -> list[_Item]:
        if child.tag in LISTS:
            return self._items(child)
        return [_Item(kind="", text=self._write_block(child))]


def paragraph_markup(paragraph: SyntaxTreeNode) -> str:
    """The markup of a paragraph's (or heading's, or table cell's) text."""
    return "".join(str(child.meta["markup"]) for child in paragraph.children)


def _task_mark(item: SyntaxTreeNode) -> str | None:
    """What stands between the brackets that make an item a task, if it is one.

    Neither `\\[x]` nor `[x]` as a reference link does: the first is no mark as it was written, the
    other none as it reads.
    """
    first = item.children[0] if item.children else None
    if first is None or first.type != "paragraph" or not paragraph_markup(first).startswith("["):
        return None
    mark = _TASK.match(first.children[0].content)
    return mark[1] if mark else None


def _holds_tasks(block: SyntaxTreeNode) -> bool:
    return any(node.type == "list_item" and _task_mark(node) for node in block.walk())


def _task_markup(number: int, body: str, *, is_done: bool) -> str:
    status = "complete" if is_done else "incomplete"
    return (
        f"<ac:task><ac:task-id>{number}</ac:task-id><ac:task-status>{status}</ac:task-status>"
        f"<ac:task-body>{body}</ac:task-body></ac:task>"
    )


def _joined(items: list[_Item]) -> str:
    return "".join(_lists(items))


def _lists(items: list[_Item]) -> Iterator[str]:
    for kind, group in groupby(items, key=lambda item: item.kind):
        alike = list(group)
        text = "".join(item.text for item in alike)
        if kind == "task":
            yield f"<ac:task-list>{text}</ac:task-list>"
        elif kind == "ol" and alike[0].number != 1:
            yield f'<ol start="{alike[0].number}">{text}</ol>'
        else:
            yield f"<{kind}>{text}</{kind}>" if kind else text
