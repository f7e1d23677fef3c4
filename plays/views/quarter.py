"""The quarter that the counters are of, in words for the screens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from plays.rules.quarter import Quarter


@dataclass(frozen=True, kw_only=True)
class QuarterFacts:
    """A quarter at one moment: `day` is the how-manieth of its `days` that moment lies in."""

    year: int
    number: int
    first_day: date
    last_day: date
    day: int
    days: int


def quarter_facts(now: datetime) -> QuarterFacts:
    zone = timezone.get_default_timezone()
    quarter = Quarter.of(now, zone)
    today = now.astimezone(zone).date()
    return QuarterFacts(
        year=quarter.year,
        number=quarter.number,
        first_day=quarter.first_day,
        last_day=quarter.last_day,
        day=(today - quarter.first_day).days + 1,
        days=(quarter.next.first_day - quarter.first_day).days,
    )
