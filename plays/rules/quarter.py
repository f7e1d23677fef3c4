"""Calendar quarters in the zone of the business."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

_NAME = re.compile(r"(2\d{3})Q([1-4])", re.ASCII)
# As people write a quarter, the year in four or two digits: 2026Q4, 2026-Q4, 26Q4, 26년 4분기,
# 2026/4Q; and the other way round: Q4 2026, 4Q26.
_YEAR, _NUMBER = r"(?P<year>20\d{2}|\d{2})\s*년?", r"(?:Q\s*(?P<n>[1-4])|(?P<m>[1-4])\s*(?:Q|분기))"
_WRITTEN = tuple(
    re.compile(pattern, re.ASCII | re.IGNORECASE)
    for pattern in (rf"{_YEAR}[\s\-./_]*{_NUMBER}", rf"{_NUMBER}[\s\-./_']*{_YEAR}")
)


@dataclass(frozen=True, order=True)
class Quarter:
    """A calendar quarter, e.g. `Quarter(2026, 4)`."""

    year: int
    number: int

    @classmethod
    def of(cls, moment: datetime, zone: tzinfo) -> Quarter:
        """The quarter that `moment` (aware) lies in, by the calendar of `zone`."""
        return cls.on(moment.astimezone(zone).date())

    @classmethod
    def on(cls, day: date) -> Quarter:
        """The quarter that a day lies in."""
        return cls(day.year, (day.month - 1) // 3 + 1)

    @classmethod
    def read(cls, name: str) -> Quarter | None:
        """The quarter that is called `2026Q4`; None for anything else."""
        found = _NAME.fullmatch(name)
        return cls(int(found[1]), int(found[2])) if found else None

    @classmethod
    def written(cls, text: str) -> Quarter | None:
        """The quarter that people mean by a text like `2026Q4` or `26년 4분기`; it must say the
        year. None for anything else.
        """
        text = text.strip()
        for pattern in _WRITTEN:
            if found := pattern.fullmatch(text):
                year = int(found["year"])
                return cls(year if year >= 100 else 2000 + year, int(found["n"] or found["m"]))
        return None

    @property
    def first_day(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def next(self) -> Quarter:
        return (
            Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)
        )

    @property
    def previous(self) -> Quarter:
        return (
            Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)
        )

    @property
    def last_day(self) -> date:
        return self.next.first_day - timedelta(days=1)

    def bounds(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Start and end as aware datetimes; the end is the next quarter's start."""
        return _midnight(self.first_day, zone), _midnight(self.next.first_day, zone)

    def elapsed_share(self, now: datetime, zone: tzinfo) -> float:
        """How much of the quarter has passed at `now`, 0 to 1."""
        start, end = self.bounds(zone)
        return min(1.0, max(0.0, (now - start) / (end - start)))

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)
