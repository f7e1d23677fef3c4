"""The week that a digest is of: the address may ask for an earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone

from plays.models import WeekCount
from plays.rules.digest import Span
from plays.rules.quarter import Quarter
from plays.rules.weeks import STRIP, Week, weeks_up_to
from plays.views.common.forms import midnight


@dataclass(frozen=True, kw_only=True)
class AskedWeek:
    """A week as it stood `at`: now, or at its last moment once it is over."""

    week: Week
    at: datetime
    is_over: bool
    previous: Week | None
    next: Week | None

    @property
    def span(self) -> Span:
        return Span.of(self.week.bounds(timezone.get_default_timezone()))

    @property
    def first_of_month(self) -> date:
        return timezone.localdate(self.at).replace(day=1)

    @property
    def month(self) -> Span:
        first = self.first_of_month
        after = (first + timedelta(days=31)).replace(day=1)
        return Span.of((midnight(first), midnight(after)))

    @property
    def quarter_back(self) -> Span:
        """The thirteen weeks up to this one."""
        first = weeks_up_to(self.week, STRIP)[0]
        return Span(start=midnight(first.monday), end=self.span.end)

    @property
    def quarter(self) -> Quarter:
        return Quarter.of(self.at, timezone.get_default_timezone())


def asked_week(request: HttpRequest, now: datetime) -> AskedWeek:
    """The week that `?week=2026-W47` names, if it is over and had actions; else the one now."""
    zone = timezone.get_default_timezone()
    current = Week.of(now, zone)
    counted = WeekCount.objects.filter(actions__gt=0).order_by("monday")
    oldest = counted.values_list("monday", flat=True).first()
    first = min(Week(oldest), current) if oldest else current
    asked = Week.read(request.GET.get("week", "")) or current
    week = asked if first <= asked < current else current
    is_over = week < current
    return AskedWeek(
        week=week,
        at=week.bounds(zone)[1] - timedelta(microseconds=1) if is_over else now,
        is_over=is_over,
        previous=week.previous if first < week else None,
        next=week.next if is_over else None,
    )
