"""Reading ToDo pages back: the tasks API, and the page itself where the API does not tell.

A page that cannot be read leaves the last numbers as they are, with what was wrong beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from plays import confluence
from plays.confluence import Confluence, ConfluenceError
from plays.models import Page, PageMapping, Play, Site, TodoReading, TodoTask
from plays.models.mapping import PageMappingQuerySet, PartChoice
from plays.rules.retry import Remedy
from plays.storage import NotStorage
from plays.storage.read.task_list import TaskWords, read_task_words, read_tasks
from plays.sync.jobs.wakeups import send_on_commit
from plays.sync.site import pages
from plays.sync.site.availability import went_well
from plays.sync.site.diagnosis import report
from plays.sync.site.people import display_names
from plays.sync.site.remedies import remedy_for
from plays.sync.todo.preconditions import open_client

_COMPLETE = "complete"


@dataclass(frozen=True, kw_only=True)
class _Task:
    """One task, whoever told of it. `assignee` is an account."""

    id: str
    words: TaskWords
    is_done: bool
    assignee: str
    due: date | None

    @property
    def accounts(self) -> set[str]:
        """Whose names are needed."""
        return {*self.words.content.accounts, self.assignee} - {""}


def wake_for_readings() -> int:
    """Wake workers to read every active Play's ToDo page; returns how many pages there are."""
    if not Site.current().is_open(timezone.now()):
        return 0
    plays = _mapped().filter(play__is_active=True).values_list("play_id", flat=True)
    for pk in plays:
        _wake_to_read(pk)
    return len(plays)


def _wake_to_read(play_pk: int) -> None:
    send_on_commit(lambda: async_task("plays.tasks.read_todo_page", play_pk))


def read_todo_page(play: Play) -> TodoReading | None:
    """Read the tasks of a Play's ToDo page; None where it has none.

    What Confluence or the page had wrong is in the reading. Raises NotSetUp and SiteClosed.
    """
    mapping = _mapped().filter(play=play).select_related("page").first()
    if mapping is None or mapping.page is None:
        return None
    client = open_client()
    try:
        tasks = _tasks(client, mapping.page)
        names = display_names({a for task in tasks for a in task.accounts}, client=client)
    except ConfluenceError as error:
        return _keep_trouble(play, report(client, error).error)
    except NotStorage as error:
        return _keep_trouble(play, error)
    went_well()
    return _keep(play, tasks, names, timezone.now())


def _mapped() -> PageMappingQuerySet:
    return PageMapping.objects.filter(part=PartChoice.PLAY_TODO, page__isnull=False)


def _tasks(client: Confluence, page: Page) -> list[_Task]:
    """By the API where it tells of any. It lags behind a page that is new, knows no page that
    is in the trash, and is missing on Data Center: then the page itself is read."""
    try:
        listed = client.tasks(page.page_id)
    except ConfluenceError as error:
        if _is_hopeless(error):
            raise
        listed = None
    if listed and page.url:
        return _not_blank(map(_from_api, listed))
    read = pages.read(client, page)
    pages.remember_well(read, version=read.version.number, read_at=timezone.now())
    if listed:
        return _not_blank(map(_from_api, listed))
    return _not_blank(
        _task(task.id, is_done=task.is_done, words=task.words) for task in read_tasks(read.body)
    )


def _is_hopeless(error: ConfluenceError) -> bool:
    """Whether the next call would not be answered either, or must not be made."""
    return isinstance(error, confluence.Unreachable) or remedy_for(error) is Remedy.WAIT_SITE


def _not_blank(tasks: Iterable[_Task]) -> list[_Task]:
    """The editor leaves blank tasks behind: nobody has anything to do there."""
    return [task for task in tasks if not task.words.is_blank]


def _from_api(task: confluence.Task) -> _Task:
    try:
        words = read_task_words(task.body)
    except NotStorage:
        words = TaskWords(text=task.body)
    due = words.due or (timezone.localdate(task.due_at) if task.due_at else None)
    task_read = _task(task.local_id, is_done=task.status == _COMPLETE, words=words)
    return replace(task_read, assignee=task.assigned_to or words.assignee, due=due)


def _task(number: str, *, is_done: bool, words: TaskWords) -> _Task:
    return _Task(id=number, words=words, is_done=is_done, assignee=words.assignee, due=words.due)


def _keep(play: Play, tasks: Sequence[_Task], names: dict[str, str], now: datetime) -> TodoReading:
    with transaction.atomic():
        Play.objects.select_for_update(no_key=True).get(pk=play.pk)
        TodoTask.objects.filter(play=play).delete()
        TodoTask.objects.bulk_create(
            TodoTask(
                play=play,
                position=position,
                task_id=task.id[:50],
                text=task.words.in_full(names),
                is_done=task.is_done,
                assignee=names.get(task.assignee, "")[:200],
                assignee_id=task.assignee[:200],
                due_on=task.due,
            )
            for position, task in enumerate(tasks, 1)
        )
        figures = {"total": len(tasks), "done": sum(task.is_done for task in tasks)}
        fresh = {**figures, "read_at": now, "error": "", "message": ""}
        return TodoReading.objects.update_or_create(play=play, defaults=fresh)[0]


def _keep_trouble(play: Play, error: ConfluenceError | NotStorage) -> TodoReading:
    words = {"error": type(error).__name__, "message": str(error)}
    first = {**words, "read_at": timezone.now()}
    return TodoReading.objects.update_or_create(play=play, defaults=words, create_defaults=first)[0]
