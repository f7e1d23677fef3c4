"""How ToDo pages stand, as the screens show it: read in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min, Q

from plays.models import Page, PageMapping, PageRequest, Play, TodoReading, TodoTask
from plays.models.mapping import PartChoice


@dataclass(frozen=True, kw_only=True)
class TodoState:
    """One Play's ToDo page: which it is, what it said last, and whether it is asked for.

    `open` counts tasks that are not done, `overdue` those whose day has passed.
    """

    play: Play
    page: Page | None = None
    reading: TodoReading | None = None
    request: PageRequest | None = None
    open: int = 0
    overdue: int = 0
    next_due: date | None = None

    @property
    def known(self) -> TodoReading | None:
        """The last reading of the page that the Play has now, with or without trouble."""
        return self.reading if self.page else None

    @property
    def done(self) -> int:
        return self.known.done if self.known else 0

    @property
    def total(self) -> int:
        return self.known.total if self.known else 0

    @property
    def has_trouble(self) -> bool:
        """A person is needed, or the last reading went wrong."""
        is_given_up = bool(self.request and self.request.given_up_at)
        return is_given_up or bool(self.known and self.known.error)

    @property
    def is_asked_for(self) -> bool:
        """Its page is made by itself, sooner or later."""
        return bool(self.request and not self.request.given_up_at)

    @property
    def badness(self) -> tuple[bool, bool, int, float, str]:
        """Sorts what needs somebody first, Plays without a page last."""
        share = self.done / self.total if self.total else 1.0
        has_no_page = self.page is None
        return (not self.has_trouble, has_no_page, -self.overdue, share, self.play.play_id)


def todo_states(plays: Iterable[Play], *, today: date) -> list[TodoState]:
    """How the ToDo page of each Play stands, in their order; four queries however many."""
    plays = list(plays)
    pages = _pages(plays)
    readings = {reading.play_id: reading for reading in TodoReading.objects.filter(play__in=plays)}
    asked = PageRequest.objects.open().filter(part=PartChoice.PLAY_TODO, play__in=plays)
    asked_for = {request.play_id: request for request in asked}
    figures = _open_tasks([play for play in plays if play.pk in pages], today)
    states = []
    for play in plays:
        count, overdue, next_due = figures.get(play.pk, (0, 0, None))
        states.append(
            TodoState(
                play=play,
                page=pages.get(play.pk),
                reading=readings.get(play.pk),
                request=asked_for.get(play.pk),
                open=count,
                overdue=overdue,
                next_due=next_due,
            )
        )
    return states


def open_tasks(state: TodoState) -> list[TodoTask]:
    """What is not done yet, in the order of the page; nothing without a page."""
    if state.page is None:
        return []
    return list(TodoTask.objects.filter(play=state.play, is_done=False))


def _pages(plays: list[Play]) -> dict[int | None, Page]:
    mapped = PageMapping.objects.filter(part=PartChoice.PLAY_TODO, play__in=plays)
    return {
        mapping.play_id: mapping.page for mapping in mapped.select_related("page") if mapping.page
    }


def _open_tasks(plays: list[Play], today: date) -> dict[int, tuple[int, int, date | None]]:
    """How many tasks are open, how many of them overdue, and when the next is due."""
    unfinished = TodoTask.objects.filter(play__in=plays, is_done=False).order_by()
    rows = unfinished.values_list("play").annotate(
        open=Count("*"), late=Count("pk", filter=Q(due_on__lt=today)), next=Min("due_on")
    )
    return {pk: (count, overdue, next_due) for pk, count, overdue, next_due in rows}
