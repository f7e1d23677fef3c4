"""The tasks on a page, as people see them; it only reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from plays.storage.scan.page import Node, scan
from plays.storage.scan.visible import visible_text

_DONE = "complete"
_ACCOUNT = ("ri:account-id", "ri:userkey")


@dataclass(frozen=True, kw_only=True)
class TaskWords:
    """What a task says. `assignee` is an account: Confluence takes the first that is mentioned,
    and the first date for the due date. A date at either end of the text is left out of it.
    """

    text: str
    assignee: str = ""
    due: date | None = None


@dataclass(frozen=True, kw_only=True)
class PageTask:
    """One task. `id` is its number on the page, empty until Confluence has given it one."""

    id: str
    is_done: bool
    words: TaskWords


def read_tasks(body: str) -> list[PageTask]:
    """A page's tasks in page order, each before those inside it. Raises NotStorage."""
    nodes = scan(body).nodes
    return [_task(node) for node in nodes if node.name == "ac:task" and not node.is_hidden]


def read_task_words(body: str) -> TaskWords:
    """What a task with this body, itself storage format, says. Raises NotStorage."""
    return _words(scan(body).root.children)


def _task(node: Node) -> PageTask:
    parts = {child.name: child for child in node.elements()}
    body = parts.get("ac:task-body")
    return PageTask(
        id=_own_text(parts.get("ac:task-id")),
        is_done=_own_text(parts.get("ac:task-status")) == _DONE,
        words=_words(body.children if body else []),
    )


def _own_text(node: Node | None) -> str:
    texts = node.children if node else []
    return "".join(text for text in texts if isinstance(text, str)).strip()


def _words(children: list[Node | str]) -> TaskWords:
    """Without the tasks inside, which speak for themselves."""
    own = Node("ac:task-body", {}, (0, 0), None)
    own.children = [c for c in children if isinstance(c, str) or c.name != "ac:task-list"]
    inside = list(own.descendants())
    accounts = (_account(node) for node in inside if node.name == "ri:user")
    due = next((day for node in inside if (day := _day(node))), None)
    text = visible_text(own)
    if due:
        text = text.removeprefix(due.isoformat()).removesuffix(due.isoformat()).strip()
    return TaskWords(text=text, assignee=next(filter(None, accounts), ""), due=due)


def _account(user: Node) -> str:
    return next((user.attributes[name] for name in _ACCOUNT if name in user.attributes), "")


def _day(node: Node) -> date | None:
    if node.name != "time":
        return None
    try:
        return date.fromisoformat(node.attributes.get("datetime", "")[:10])
    except ValueError:
        return None
