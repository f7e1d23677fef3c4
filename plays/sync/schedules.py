"""django-q2's schedules, made in code: the table says what runs when, and nothing else does."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_q.models import Schedule

from plays.models import Site
from plays.models.weekly import WeeklySchedule
from plays.rules.cron import next_slot

SWEEP, READ_TODO, CLEANUP, WEEKLY = "sweep", "read todo pages", "cleanup", "weekly sync"
# As people read them.
NAMES = {
    SWEEP: _("Look for what is due"),
    READ_TODO: _("Read the ToDo pages"),
    CLEANUP: _("Delete what is old"),
    WEEKLY: _("Weekly sync"),
}

# What should have happened by itself this long ago will not.
LATE = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A task by its dotted name, and the cron line (in `TIME_ZONE`) that it follows.

    `remembers_start` says that the task is told since when the line has been in force.
    """

    name: str
    func: str
    cron: str
    remembers_start: bool = False


def weekly_line() -> str:
    """The cron line that the weekly sync follows: an admin's, else that of the settings."""
    return WeeklySchedule.current().line or settings.SYNC_SCHEDULE


def planned() -> tuple[Planned, ...]:
    return (
        Planned(name=SWEEP, func="plays.tasks.sweep", cron="*/10 * * * *"),
        Planned(name=READ_TODO, func="plays.tasks.read_todo_pages", cron="*/30 * * * *"),
        Planned(name=CLEANUP, func="plays.tasks.cleanup", cron="40 3 * * *"),
        Planned(
            name=WEEKLY,
            func="plays.tasks.weekly_sync",
            cron=weekly_line(),
            remembers_start=True,
        ),
    )


def ensure_schedules() -> None:
    """Make the schedules what `planned` says, once each, however many processes start at once.

    django-q2 finds the next run only when a schedule is made, so a changed line makes a new one.
    """
    with transaction.atomic():
        Site.lock()  # schedule names are not unique in django-q2
        for wanted in planned():
            same = Schedule.objects.filter(name=wanted.name, func=wanted.func, cron=wanted.cron)
            same = same.filter(schedule_type=Schedule.CRON, repeats=-1)
            if wanted.remembers_start:
                same = same.filter(kwargs__startswith="since=")
            keep = same.order_by("pk").first()
            Schedule.objects.filter(name=wanted.name).exclude(pk=keep and keep.pk).delete()
            if keep is None:
                Schedule.objects.create(
                    name=wanted.name,
                    func=wanted.func,
                    schedule_type=Schedule.CRON,
                    cron=wanted.cron,
                    repeats=-1,
                    kwargs=_start_of(wanted),
                )
        names = [wanted.name for wanted in planned()]
        Schedule.objects.filter(func__startswith="plays.").exclude(name__in=names).delete()


def begin_again() -> None:
    """The weekly line is in force from now on: earlier slots are nobody's."""
    Schedule.objects.filter(name=WEEKLY).update(kwargs=_since(timezone.now()))


def in_force_since(name: str) -> datetime | None:
    """When a schedule that remembers its start was made, or its line changed last."""
    return _start_in(Schedule.objects.filter(name=name).values_list("kwargs", flat=True).first())


def _start_in(kwargs: str | None) -> datetime | None:
    if not kwargs or not kwargs.startswith("since="):
        return None
    return datetime.fromisoformat(ast.literal_eval(kwargs.removeprefix("since=")))


def void_impossible_times(*, now: datetime, slack: timedelta) -> int:
    """Bring forward next runs that lie behind the line's own next slot, and starts yet to come:
    the clock was ahead when they were written down. Returns how many schedules were wrong."""
    wrong = 0
    zone = timezone.get_default_timezone()
    for row in Schedule.objects.filter(name__in=[wanted.name for wanted in planned()]):
        slot = next_slot(row.cron, now=now, zone=zone)
        if slot and row.next_run and row.next_run > slot + slack:
            wrong += Schedule.objects.filter(pk=row.pk).update(next_run=slot)
        since = _start_in(row.kwargs)
        if since and since > now + slack:
            wrong += Schedule.objects.filter(pk=row.pk).update(kwargs=_since(now))
    return wrong


def _start_of(wanted: Planned) -> str | None:
    return _since(timezone.now()) if wanted.remembers_start else None


def _since(moment: datetime) -> str:
    return f"since={moment.isoformat()!r}"
