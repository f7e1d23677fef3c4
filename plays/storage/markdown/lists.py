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

_TASK = re.compile(r"\[([ xX])\](?:\s|$)")
_MARK_LENGTH = len("[ ]")
_LISTS = ("bullet_list", "ordered_list")


@dataclass(frozen=True, kw_only=True)
class _Piece:
    """An item of a list of some kind, or a block that had to leave its list (kind "")."""

    kind: str
    text: str
    number: int = 1


class ListWriter:
    """Writes lists; `write_block` writes any other block, `task_ids` counts over a page."""

    def __init__(self, write_block: Callable[[SyntaxTreeNode], str]) -> None:
        self._write_block = write_block
        self._task_ids = count(1)

    def write(self, node: SyntaxTreeNode) -> str:
        return _joined(self._pieces(node))

    def _pieces(self, node: SyntaxTreeNode) -> list[_Piece]:
        """A list's items in order, with what cannot stay inside them behind them."""
        kind = "ol" if node.type == "ordered_list" else "ul"
        first = int(node.attrs.get("start", 1))
        pieces: list[_Piece] = []
        for number, item in enumerate(node.children, first):
            mark = _task_mark(item)
            if mark is None:
                pieces += self._item_pieces(item, kind, number)
            else:
                pieces += self._task_pieces(item, is_done=mark != " ")
        return pieces

    def _item_pieces(self, item: SyntaxTreeNode, kind: str, number: int) -> list[_Piece]:
        inside: list[str] = []
        behind: list[_Piece] = []
        for child in item.children:
            pieces = self._child_pieces(child)
            text = _joined(pieces)
            if behind or "<ac:task-list>" in text:
                behind += pieces
            else:
                inside.append(text)
        if behind and not any(inside):
            return behind
        return [_Piece(kind=kind, text=f"<li>{''.join(inside)}</li>", number=number), *behind]

    def _task_pieces(self, item: SyntaxTreeNode, *, is_done: bool) -> list[_Piece]:
        """A task; paragraphs and tasks stay inside it, other blocks follow."""
        number = next(self._task_ids)
        lines = [markup_of(item.children[0])[_MARK_LENGTH:].strip()]
        nested, behind = list[_Piece](), list[_Piece]()
        for child in item.children[1:]:
            if child.type == "paragraph" and not nested and not behind:
                lines.append(markup_of(child))
                continue
            for piece in self._child_pieces(child):
                stays = piece.kind == "task" and not behind
                (nested if stays else behind).append(piece)
        body = "<br />".join(lines) + _joined(nested)
        return [_Piece(kind="task", text=_task(number, body, is_done=is_done)), *behind]

    def _child_pieces(self, child: SyntaxTreeNode) -> list[_Piece]:
        if child.type in _LISTS:
            return self._pieces(child)
        return [_Piece(kind="", text=self._write_block(child))]


def markup_of(paragraph: SyntaxTreeNode) -> str:
    """The markup of a paragraph's (or heading's, or table cell's) text."""
    return "".join(str(child.meta["markup"]) for child in paragraph.children)


def _task_mark(item: SyntaxTreeNode) -> str | None:
    """What stands between the brackets that make an item a task, if it is one."""
    first = item.children[0] if item.children else None
    if first is None or first.type != "paragraph" or not markup_of(first).startswith("["):
        return None
    mark = _TASK.match(first.children[0].content)
    return mark[1] if mark else None


def _task(number: int, body: str, *, is_done: bool) -> str:
    status = "complete" if is_done else "incomplete"
    return (
        f"<ac:task><ac:task-id>{number}</ac:task-id><ac:task-status>{status}</ac:task-status>"
        f"<ac:task-body>{body}</ac:task-body></ac:task>"
    )


def _joined(pieces: list[_Piece]) -> str:
    return "".join(_lists(pieces))


def _lists(pieces: list[_Piece]) -> Iterator[str]:
    for kind, group in groupby(pieces, key=lambda piece: piece.kind):
        items = list(group)
        text = "".join(item.text for item in items)
        if kind == "task":
            yield f"<ac:task-list>{text}</ac:task-list>"
        elif kind == "ol" and items[0].number != 1:
            yield f'<ol start="{items[0].number}">{text}</ol>'
        else:
            yield f"<{kind}>{text}</{kind}>" if kind else text
