"""The quarter that the counters are of: the address may ask for an earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.http import HttpRequest
from django.utils import timezone

from plays.models import QuarterCount
from plays.rules.quarter import Quarter


@dataclass(frozen=True, kw_only=True)
class QuarterFacts:
    """A quarter at one moment: `day` is the number of its day, from 1 to `days`."""

    year: int
    number: int
    first_day: date
    last_day: date
    day: int
    days: int


@dataclass(frozen=True, kw_only=True)
class AskedQuarter:
    """The quarter that a screen shows, as it stood `at`: now, or at its end once it is over."""

    quarter: Quarter
    at: datetime
    is_over: bool
    previous: Quarter | None
    next: Quarter | None

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        return self.quarter.bounds(timezone.get_default_timezone())

    @cached_property
    def facts(self) -> QuarterFacts:
        return quarter_facts(self.at)


def asked_quarter(request: HttpRequest, now: datetime) -> AskedQuarter:
    """The quarter that `?quarter=2026Q3` names, if it is over and was counted; else the one now."""
    current = Quarter.of(now, timezone.get_default_timezone())
    first = _first_counted() or current
    asked = Quarter.read(request.GET.get("quarter", "")) or current
    quarter = asked if first <= asked < current else current
    is_over = quarter < current
    return AskedQuarter(
        quarter=quarter,
        at=_last_moment(quarter) if is_over else now,
        is_over=is_over,
        previous=quarter.previous if first < quarter else None,
        next=quarter.next if is_over else None,
    )


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


def _first_counted() -> Quarter | None:
    first = QuarterCount.objects.order_by("year", "quarter").values_list("year", "quarter").first()
    return Quarter(*first) if first else None


def _last_moment(quarter: Quarter) -> datetime:
    _, end = quarter.bounds(timezone.get_default_timezone())
    return end - timedelta(microseconds=1)
