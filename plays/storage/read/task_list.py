"""The tasks on a page, as people see them; it only reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from plays.storage.read.content import ACCOUNTS, Content, Mention, content_of
from plays.storage.scan.page import Node, inside, scan

_DONE = "complete"


@dataclass(frozen=True, kw_only=True)
class TaskWords:
    """What a task says. `assignee` is an account: Confluence takes the first that is mentioned,
    and the first date for the due date. A date at either end of the text is left out of it, and
    so is who is mentioned; `content` has everything.
    """

    text: str
    assignee: str = ""
    due: date | None = None
    content: Content = field(default=Content(), compare=False)

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing at all, as in the tasks that the editor leaves behind."""
        return not (self.text or self.assignee or self.due or self.content.accounts)

    def in_full(self, people: Mapping[str, str]) -> str:
        """The text with everybody's name (`people` by account) but the assignee's; where there is
        nothing else, that too.
        """
        pieces = list(self.content.pieces)
        mention = next((n for n, one in enumerate(pieces) if isinstance(one, Mention)), None)
        if mention is not None:
            del pieces[mention]
        rest = Content(tuple(pieces)).summary(people)
        return _without_day(rest, self.due) or self.content.summary(people)


@dataclass(frozen=True, kw_only=True)
class PageTask:
    """One task. `id` is its number on the page, empty until Confluence has given it one."""

    id: str
    is_done: bool
    words: TaskWords


def read_tasks(body: str) -> list[PageTask]:
    """A page's tasks in page order, each before those inside it. Raises NotStorage."""
    return [_task(node) for node in scan(body).named("ac:task") if not node.is_hidden]


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
    own = [c for c in children if isinstance(c, str) or c.name != "ac:task-list"]
    nodes = list(inside(own))
    accounts = (_account(node) for node in nodes if node.name == "ri:user")
    due = next((day for node in nodes if (day := _day(node))), None)
    content = content_of(own)
    unnamed = Content(tuple(one for one in content.pieces if not isinstance(one, Mention)))
    return TaskWords(
        text=_without_day(unnamed.summary(), due),
        assignee=next(filter(None, accounts), ""),
        due=due,
        content=content,
    )


def _without_day(text: str, day: date | None) -> str:
    said = day.isoformat() if day else ""
    return text.removeprefix(said).removesuffix(said).strip()


def _account(user: Node) -> str:
    return next((user.attributes[name] for name in ACCOUNTS if name in user.attributes), "")


def _day(node: Node) -> date | None:
    if node.name != "time":
        return None
    try:
        return date.fromisoformat(node.attributes.get("datetime", "")[:10])
    except ValueError:
        return None
