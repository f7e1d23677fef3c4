"""Weeks from Monday to Sunday, numbered as ISO 8601 does, in the zone of the business."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from plays.rules.day import EARLIEST, LATEST

STRIP = 13  # weeks that a sparkline or a heat strip shows: about a quarter
_NAME = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)


@dataclass(frozen=True, order=True)
class Week:
    """The week that begins on `monday`."""

    monday: date

    @classmethod
    def of(cls, moment: datetime, zone: tzinfo) -> Week:
        """The week that `moment` (aware) lies in, by the calendar of `zone`."""
        day = moment.astimezone(zone).date()
        return cls(day - timedelta(days=day.weekday()))

    @classmethod
    def read(cls, name: str) -> Week | None:
        """The week that is called `2026-W48`; None for anything else."""
        found = _NAME.fullmatch(name)
        if found is None or not EARLIEST <= int(found[1]) <= LATEST:
            return None
        try:
            return cls(date.fromisocalendar(int(found[1]), int(found[2]), 1))
        except ValueError:
            return None

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def next(self) -> Week:
        return Week(self.monday + timedelta(days=7))

    @property
    def previous(self) -> Week:
        return Week(self.monday - timedelta(days=7))

    @property
    def number(self) -> int:
        return self.monday.isocalendar().week

    def bounds(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Start and end as aware datetimes; the end is the next week's start."""
        days = self.monday, self.next.monday
        start, end = (datetime.combine(day, time(), zone) for day in days)
        return start, end

    def __str__(self) -> str:
        year, number, _ = self.monday.isocalendar()
        return f"{year}-W{number:02d}"


def weeks_up_to(last: Week, count: int = STRIP) -> tuple[Week, ...]:
    """`count` weeks that follow each other, the newest last."""
    return tuple(Week(last.monday - timedelta(weeks=back)) for back in reversed(range(count)))
