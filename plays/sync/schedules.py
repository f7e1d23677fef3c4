"""django-q2's schedules, made in code: the table says what runs when, and nothing else does."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django_q.models import Schedule

from plays.models import Site


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A task by its dotted name, and the cron line (in `TIME_ZONE`) that it follows."""

    name: str
    func: str
    cron: str


def planned() -> tuple[Planned, ...]:
    return (
        Planned(name="sweep", func="plays.tasks.sweep", cron="* * * * *"),
        Planned(name="read todo pages", func="plays.tasks.read_todo_pages", cron="*/30 * * * *"),
    )


def ensure_schedules() -> None:
    """Make the schedules what `planned` says, once each, however many processes start at once.

    django-q2 reckons the next run only when a schedule is made, so a changed line makes a new one.
    """
    with transaction.atomic():
        _lock()
        for wanted in planned():
            same = Schedule.objects.filter(name=wanted.name, func=wanted.func, cron=wanted.cron)
            keep = same.filter(schedule_type=Schedule.CRON, repeats=-1).order_by("pk").first()
            Schedule.objects.filter(name=wanted.name).exclude(pk=keep and keep.pk).delete()
            if keep is None:
                Schedule.objects.create(
                    name=wanted.name,
                    func=wanted.func,
                    schedule_type=Schedule.CRON,
                    cron=wanted.cron,
                    repeats=-1,
                )
        names = [wanted.name for wanted in planned()]
        Schedule.objects.filter(func__startswith="plays.").exclude(name__in=names).delete()


def _lock() -> None:
    """Schedule names are not unique in django-q2; the site's row keeps two makers apart."""
    Site.current()
    Site.objects.select_for_update().get(pk=1)
