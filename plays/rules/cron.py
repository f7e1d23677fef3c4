"""Slots: the times that a cron line names, by the clock of the business."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from croniter import CroniterBadDateError, croniter


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """A cron line that people can say: at this time on these weekdays (Monday is 0)."""

    hour: int
    minute: int
    weekdays: tuple[int, ...]

    @property
    def is_daily(self) -> bool:
        return len(self.weekdays) == 7


def schedule_problem(cron: str) -> str:
    """What is wrong with a cron line, in an English sentence; empty where it can be followed.

    Five fields only: of six, some programs read the first as seconds and others the last.
    """
    fields = cron.split()
    if len(fields) > 5:
        return (
            f"has {len(fields)} fields; write five (minute hour day month weekday), no seconds: "
            f"perhaps {' '.join(fields[1:])}"
        )
    if not croniter.is_valid(cron):
        return "is no cron line"
    year_2000 = datetime(2000, 1, 1, tzinfo=UTC)  # a year that has a 29 February
    if next_slot(cron, now=year_2000, zone=UTC) is None:
        return "names a day that never comes"
    return ""


def latest_slot(cron: str, *, now: datetime, zone: tzinfo) -> datetime | None:
    """The last slot that is not after `now`; None where the line names no time at all."""
    minute = now.astimezone(zone).replace(second=0, microsecond=0) + timedelta(minutes=1)
    slots = croniter(cron, minute)
    try:
        slot: datetime = slots.get_prev(datetime)
        while slot > now:
            slot = slots.get_prev(datetime)
    except CroniterBadDateError:
        return None
    return slot


def next_slot(cron: str, *, now: datetime, zone: tzinfo) -> datetime | None:
    """The first slot after `now`; None where the line names no time at all."""
    try:
        slot: datetime = croniter(cron, now.astimezone(zone)).get_next(datetime)
    except CroniterBadDateError:
        return None
    return slot


def rhythm(cron: str) -> Rhythm | None:
    """What the line says, where it is one time on some weekdays; None for anything else."""
    fields, nth = croniter.expand(cron)
    if len(fields) != 5 or nth:
        return None
    minutes, hours, days, months, weekdays = fields
    is_one_time = len(minutes) == len(hours) == 1 and "*" not in (*minutes, *hours)
    if not is_one_time or days != ["*"] or months != ["*"]:
        return None
    sundays_first = range(7) if weekdays == ["*"] else weekdays
    return Rhythm(
        hour=int(hours[0]),
        minute=int(minutes[0]),
        weekdays=tuple(sorted({(int(day) + 6) % 7 for day in sundays_first})),
    )
