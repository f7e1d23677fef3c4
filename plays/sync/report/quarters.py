"""The team's counters quarter on quarter: this one so far, and the last one to the same day."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils import timezone

from plays.models import Action
from plays.rules.planner import counter_of
from plays.rules.quarter import Quarter

COUNTERS = ("activity", "signal", "brief", "s2", "s3")


@dataclass(frozen=True, kw_only=True)
class QuarterLine:
    """A counter: `now` this quarter, `then` the last one to the same day, `last` all of it."""

    name: str
    now: int
    then: int
    last: int

    @property
    def change(self) -> int:
        return self.now - self.then


def quarter_on_quarter(at: datetime) -> list[QuarterLine]:
    """As of `at`; three queries, each of which the database counts."""
    zone = timezone.get_default_timezone()
    quarter = Quarter.of(at, zone)
    start, before = quarter.bounds(zone)[0], quarter.previous.bounds(zone)
    now = counts_between(start, at)
    then = counts_between(before[0], min(before[0] + (at - start), before[1]))
    last = counts_between(*before)
    return [
        QuarterLine(name=name, now=now[name], then=then[name], last=last[name]) for name in COUNTERS
    ]


def counts_between(start: datetime, end: datetime) -> Counter[str]:
    """The counters of all Plays from `start` up to, not including, `end`; one query."""
    actions = Action.objects.filter(occurred_at__gte=start, occurred_at__lt=end).order_by()
    rows = actions.values_list("action_type", "data__decision").annotate(count=Count("pk"))
    counts: Counter[str] = Counter()
    for action_type, decision, count in rows:
        if counter := counter_of(action_type, str(decision or "")):
            counts[counter] += count
    return counts
