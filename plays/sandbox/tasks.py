"""Inline tasks: read out of storage bodies, remembered with who ticked them and when."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .entities import Page, TaskRecord

_TASK = re.compile(r"<ac:task>(?P<inner>.*?)</ac:task>", re.DOTALL)
_LOCAL_ID = re.compile(r"<ac:task-id>\s*(\d+)\s*</ac:task-id>")
_STATUS = re.compile(r"(<ac:task-status>\s*)(incomplete|complete)(\s*</ac:task-status>)")
_BODY = re.compile(r"<ac:task-body>(.*)</ac:task-body>", re.DOTALL)
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


def read_tasks(body: str) -> list[InlineTask]:
    """Return the tasks of a storage body that have an id, in order; nested lists count singly."""
    return [task for match in _TASK.finditer(body) if (task := _read_task(match["inner"]))]


def _read_task(inner: str) -> InlineTask | None:
    local_id, status, body = _LOCAL_ID.search(inner), _STATUS.search(inner), _BODY.search(inner)
    if local_id is None:
        return None
    text = body[1] if body else ""
    assignee, due = _ASSIGNEE.search(text), _DUE.search(text)
    return InlineTask(
        local_id=local_id[1],
        status=status[2] if status else "incomplete",
        body=text,
        assignee=assignee[1] if assignee else None,
        due=due[1] if due else None,
    )


def with_status(body: str, local_id: str, status: str) -> str:
    """Return the body with one task complete or incomplete, all else as it was."""

    def set_one(match: re.Match[str]) -> str:
        found = _LOCAL_ID.search(match[0])
        if found is None or found[1] != local_id:
            return match[0]
        return _STATUS.sub(rf"\g<1>{status}\g<3>", match[0], count=1)

    return _TASK.sub(set_one, body)


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
