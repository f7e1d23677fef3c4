"""A counter's way through its quarter, day by day, against the even pace to its goal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from plays.rules.quarter import Quarter


@dataclass(frozen=True, kw_only=True)
class Mark:
    """How much there was at the end of `day`, and how much an even pace would have by then."""

    day: date
    count: int
    expected: float


def burn_up(days: Iterable[date], *, goal: int, quarter: Quarter, last: date) -> tuple[Mark, ...]:
    """A mark per day from the quarter's first to `last`; `days` has one for each thing done.

    Goal 0 is none: nothing is expected.
    """
    done = Counter(days)
    length = (quarter.last_day - quarter.first_day).days + 1
    marks, count = [], 0
    for number in range(1, min((last - quarter.first_day).days + 1, length) + 1):
        day = quarter.first_day + timedelta(days=number - 1)
        count += done[day]
        marks.append(Mark(day=day, count=count, expected=goal * number / length))
    return tuple(marks)


def weekly(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """The marks of the Sundays, and the last one."""
    marks = tuple(marks)
    return tuple(m for m in marks if m.day.weekday() == 6 or m is marks[-1])
