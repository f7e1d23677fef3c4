"""What is due when: next actions of Plays, and open tasks of their ToDo pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter

from plays.models import Play, TodoTask
from plays.rules.owners import is_owned


@dataclass(frozen=True, kw_only=True)
class Due:
    """Something with a day; `key` stays the same as long as it is the same thing."""

    day: date
    play: Play
    text: str
    who: str
    is_task: bool
    key: str

    def is_overdue(self, today: date) -> bool:
        return self.day < today


@dataclass(frozen=True, kw_only=True)
class DueWeek:
    """The dues of a week; of all that is overdue where `monday` is None."""

    monday: date | None
    dues: list[Due]

    @property
    def sunday(self) -> date | None:
        return self.monday + timedelta(days=6) if self.monday else None


def dues(plays: Iterable[Play], *, names: tuple[str, ...] = ()) -> list[Due]:
    """What is due for `plays`, the earliest first; one query. With `names`, also tasks of other
    Plays that are assigned to somebody of these names.
    """
    of_these = {play.pk: play for play in plays}
    rows = TodoTask.objects.filter(
        is_done=False, due_on__isnull=False, play__is_active=True
    ).order_by()
    if names:
        rows = rows.select_related("play")
    found = [_of_play(play, play.due_date) for play in of_these.values() if play.due_date]
    for task in rows:
        play = of_these.get(task.play_id)
        if play is None and is_owned(task.assignee, names):
            play = task.play
        if play and task.due_on:
            found.append(_of_task(task, play, task.due_on))
    return sorted(found, key=lambda due: (due.day, due.play.play_id, due.key))


def by_week(found: Iterable[Due], *, today: date) -> list[DueWeek]:
    """The running week first, then those ahead, then all that is overdue from before it."""
    this = today - timedelta(days=today.weekday())
    weeks: dict[date, list[Due]] = {this: []}
    before: list[Due] = []
    for due in found:
        monday = due.day - timedelta(days=due.day.weekday())
        (before if monday < this else weeks.setdefault(monday, [])).append(due)
    ahead = [DueWeek(monday=monday, dues=weeks[monday]) for monday in sorted(weeks)]
    return [ahead[0], *([DueWeek(monday=None, dues=before)] if before else []), *ahead[1:]]


def in_order(weeks: Iterable[DueWeek]) -> list[tuple[date | None, Due]]:
    """All dues of `weeks` with their week's Monday, for a list to be turned."""
    return [(week.monday, due) for week in weeks for due in week.dues]


def grouped(rows: Iterable[tuple[date | None, Due]]) -> list[DueWeek]:
    """The weeks of a part of `in_order`."""
    return [
        DueWeek(monday=monday, dues=[due for _, due in group])
        for monday, group in groupby(rows, key=itemgetter(0))
    ]


def _of_play(play: Play, day: date) -> Due:
    return Due(
        day=day,
        play=play,
        text=play.next_action,
        who=play.owner,
        is_task=False,
        key=f"play-{play.pk}",
    )


def _of_task(task: TodoTask, play: Play, day: date) -> Due:
    return Due(
        day=day,
        play=play,
        text=task.text,
        who=task.assignee,
        is_task=True,
        key=f"task-{task.play_id}-{task.task_id or task.position}",
    )
