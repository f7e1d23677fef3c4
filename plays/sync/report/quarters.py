"""The team's counters quarter on quarter: this one so far, and the last one to the same day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Value
from django.utils import timezone

from plays.models import Action
from plays.rules.digest import Span
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
    """As of `at`; one query."""
    zone = timezone.get_default_timezone()
    quarter = Quarter.of(at, zone)
    start, before = quarter.bounds(zone)[0], Span.of(quarter.previous.bounds(zone))
    this = Span(start=start, end=at)
    same_days = Span(start=before.start, end=min(before.start + (at - start), before.end))
    counted = counts_in([this, same_days, before])
    return [
        QuarterLine(
            name=name,
            now=counted[this][name],
            then=counted[same_days][name],
            last=counted[before][name],
        )
        for name in COUNTERS
    ]


def counts_in(spans: Iterable[Span], *, until: datetime | None = None) -> dict[Span, Counter[str]]:
    """The counters of all Plays in each span, without what was done after `until`; one query, which
    an index answers.
    """
    asked = [(span, name) for span in dict.fromkeys(spans) for name in COUNTERS]
    known = Action.objects.order_by()
    if until is not None:
        known = known.filter(occurred_at__lte=until)
    counts = [
        known.filter(counter=name)
        .within(span.start, span.end)
        .annotate(which=Value(number))
        .values_list("which")
        .annotate(count=Count("*"))
        for number, (span, name) in enumerate(asked)
    ]
    found = dict(counts[0].union(*counts[1:], all=True))
    told: dict[Span, Counter[str]] = {span: Counter() for span, _ in asked}
    for number, (span, name) in enumerate(asked):
        told[span][name] = found.get(number, 0)
    return told
