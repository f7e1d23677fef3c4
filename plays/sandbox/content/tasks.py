"""Inline tasks: read out of storage bodies, remembered with who ticked them and when."""

from __future__ import annotations

import re
from dataclasses import dataclass

from plays.sandbox.content.entities import Page, TaskRecord

_OPAQUE = re.compile(r"<!\[CDATA\[.*?\]\]>|<!--.*?-->", re.DOTALL)
_HEAD = re.compile(r"<ac:task(?:\s[^>]*)?>(.*?)(?=<ac:task-body\b|</ac:task>)", re.DOTALL)
_LOCAL_ID = re.compile(r"<ac:task-id>\s*(\d+)\s*</ac:task-id>")
_STATUS = re.compile(r"(<ac:task-status>\s*)(incomplete|complete)(\s*</ac:task-status>)")
_BODY_EDGE = re.compile(r"<(/?)ac:task-body\b[^>]*>")
_ASSIGNEE = re.compile(r"<ri:user\b[^>]*\bri:(?:account-id|userkey)=\"([^\"]+)\"")
_DUE = re.compile(r"<time\b[^>]*\bdatetime=\"(\d{4}-\d{2}-\d{2})\"")


@dataclass(frozen=True, kw_only=True)
class InlineTask:
    """One `ac:task` of a body."""

    local_id: str
    status: str
    body: str
    assignee: str | None
    due: str | None


def task_heads(body: str) -> list[tuple[int, int]]:
    """Return where each task says its id and status: from its start tag to its own body."""
    masked = _masked(body)
    return [match.span(1) for match in _HEAD.finditer(masked)]


def local_id_in(head: str) -> str | None:
    """Return the task id that a head says, if any."""
    match = _LOCAL_ID.search(head)
    return match[1] if match else None


def read_tasks(body: str) -> list[InlineTask]:
    """Return the tasks of a storage body that have an id, in order, nested ones too."""
    masked = _masked(body)
    tasks = []
    for start, end in task_heads(body):
        local_id = local_id_in(body[start:end])
        if local_id is not None:
            inner = slice(*_body_span(masked, end))
            tasks.append(_inline_task(local_id, body[start:end], body[inner]))
    return tasks


def _inline_task(local_id: str, head: str, body: str) -> InlineTask:
    own_words = body.partition("<ac:task-list")[0]
    status = _STATUS.search(head)
    assignee, due = _ASSIGNEE.search(own_words), _DUE.search(own_words)
    return InlineTask(
        local_id=local_id,
        status=status[2] if status else "incomplete",
        body=body,
        assignee=assignee[1] if assignee else None,
        due=due[1] if due else None,
    )


def _body_span(masked: str, at: int) -> tuple[int, int]:
    """Return where the contents of the task body that begins at `at` lie; empty without one."""
    depth, start = 0, at
    for edge in _BODY_EDGE.finditer(masked, at):
        if depth == 0:
            if edge.start() != at or edge[0].endswith("/>"):
                break
            start = edge.end()
        depth += -1 if edge[1] else 1
        if depth == 0:
            return start, edge.start()
    return at, at


def _masked(body: str) -> str:
    return _OPAQUE.sub(lambda match: " " * len(match[0]), body)


def with_status(body: str, local_id: str, status: str) -> str:
    """Return the body with one task complete or incomplete, all else as it was."""
    for start, end in task_heads(body):
        head = body[start:end]
        if local_id_in(head) == local_id:
            head = _STATUS.sub(rf"\g<1>{status}\g<3>", head, count=1)
            return body[:start] + head + body[end:]
    return body


class TaskBook:
    """The site's task list; `record` brings it level with a page after every save."""

    def __init__(self) -> None:
        self._records: dict[tuple[str, str], TaskRecord] = {}
        self._last_id = 0

    def record(self, page: Page) -> None:
        """Take over the tasks of the page's newest version; none of a page that is not current."""
        found = read_tasks(page.body) if page.status == "current" else []
        kept = {(page.id, task.local_id) for task in found}
        for key in [key for key in self._records if key[0] == page.id and key not in kept]:
            del self._records[key]
        for task in found:
            self._record_task(page, task)

    def forget(self, page_id: str) -> None:
        """Drop every task of a page."""
        for key in [key for key in self._records if key[0] == page_id]:
            del self._records[key]

    def all(self) -> list[TaskRecord]:
        """Return every task, oldest first."""
        return sorted(self._records.values(), key=lambda record: int(record.id))

    def get(self, task_id: str) -> TaskRecord | None:
        """Return the task with this id, if any."""
        return next((r for r in self._records.values() if r.id == task_id), None)

    def _record_task(self, page: Page, task: InlineTask) -> None:
        version = page.version
        key = (page.id, task.local_id)
        record = self._records.get(key)
        if record is None:
            self._last_id += 1
            record = self._records[key] = TaskRecord(
                id=str(self._last_id), page_id=page.id, local_id=task.local_id,
                status="incomplete", body=task.body, created_by=version.author,
                created_at=version.created_at, updated_at=version.created_at,
            )  # fmt: skip
        if (record.status, record.body) != (task.status, task.body):
            record.updated_at = version.created_at
        if record.status != task.status:
            done = task.status == "complete"
            record.completed_by = version.author if done else None
            record.completed_at = version.created_at if done else None
        record.status, record.body = task.status, task.body
        record.assignee, record.due = task.assignee, task.due
