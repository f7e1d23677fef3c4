"""The team's counters quarter on quarter: this one so far, and the last one to the same day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from itertools import pairwise
from operator import or_

from django.db.models import Count, Q, Sum, Value
from django.utils import timezone

from plays.models import Action, QuarterCount
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
    """As of `at`; two queries."""
    zone = timezone.get_default_timezone()
    this = Quarter.of(at, zone)
    start, before = this.bounds(zone)[0], Span.of(this.previous.bounds(zone))
    same_day = min(before.start + (at - start), before.end)
    now, then = _Side.of(this, at), _Side.of(this.previous, same_day)
    whole = _whole([this, this.previous])
    counted = counts_in([now.span, then.span])
    return [
        QuarterLine(
            name=name,
            now=now.told(counted[now.span][name], of=whole[this][name]),
            then=then.told(counted[then.span][name], of=whole[this.previous][name]),
            last=whole[this.previous][name],
        )
        for name in COUNTERS
    ]


@dataclass(frozen=True, kw_only=True)
class _Side:
    """The shorter part of a quarter, before a moment or after it: the only one to be counted, as
    the counters of the whole are kept.
    """

    span: Span
    is_before: bool

    @classmethod
    def of(cls, quarter: Quarter, moment: datetime) -> _Side:
        start, end = quarter.bounds(timezone.get_default_timezone())
        is_before = moment - start < end - moment
        span = Span(start=start, end=moment) if is_before else Span(start=moment, end=end)
        return cls(span=span, is_before=is_before)

    def told(self, count: int, *, of: int) -> int:
        """How many came before the moment."""
        return count if self.is_before else of - count


def _whole(quarters: Iterable[Quarter]) -> dict[Quarter, Counter[str]]:
    """All Plays' counters of each quarter; one query."""
    found = {quarter: Counter[str]() for quarter in quarters}
    wanted = reduce(or_, (Q(year=each.year, quarter=each.number) for each in found))
    rows = QuarterCount.objects.filter(wanted).order_by().values_list("year", "quarter")
    for year, number, *sums in rows.annotate(*(Sum(name) for name in COUNTERS)):
        found[Quarter(year, number)].update(dict(zip(COUNTERS, sums, strict=True)))
    return found


def counts_in(spans: Iterable[Span], *, until: datetime | None = None) -> dict[Span, Counter[str]]:
    """The counters of all Plays in each span, without what was done after `until`; one query, which
    an index answers. What several spans share is counted once.
    """
    # One upper bound: of two, an index is read as far as the later one.
    after = until + timedelta(microseconds=1) if until else None
    ends = {span: min(span.end, after) if after else span.end for span in spans}
    edges = sorted({span.start for span in ends} | set(ends.values()))
    parts = {
        part: [span for span in ends if span.start <= part.start and part.end <= ends[span]]
        for part in (Span(start=start, end=end) for start, end in pairwise(edges))
    }
    asked = [(part, name) for part, within in parts.items() if within for name in COUNTERS]
    counts = [
        Action.objects.order_by()
        .filter(counter=name)
        .within(part.start, part.end)
        .annotate(which=Value(number))
        .values_list("which")
        .annotate(count=Count("*"))
        for number, (part, name) in enumerate(asked)
    ]
    told: dict[Span, Counter[str]] = {span: Counter() for span in ends}
    for number, count in counts[0].union(*counts[1:], all=True) if counts else ():
        part, name = asked[number]
        for span in parts[part]:
            told[span][name] += count
    return told
