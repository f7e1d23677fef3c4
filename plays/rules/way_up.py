"""What would make a Play's status better, and by when: the least that is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo

from plays.rules.quarter import Quarter
from plays.rules.status import Basis, Status, Verdict, pace_share
from plays.rules.weeks import Week

BETTER = {Status.RED: Status.YELLOW, Status.YELLOW: Status.GREEN}
LEAST_DAYS = 3  # nobody is told on a Friday to be done by Sunday
MOST_ADDED = 1000


@dataclass(frozen=True, kw_only=True)
class WayUp:
    """With `needs` more of each counter by the end of the day `by`, the status is `status`.

    Nothing in `needs`: the Play has no goals, and any action is enough.
    """

    status: Status
    by: date
    needs: Mapping[str, int]


def way_up(verdict: Verdict, *, now: datetime, zone: tzinfo) -> WayUp | None:
    """The fewest things that lead to the next better status by the end of this week, or of the
    next one where this is nearly over; never later than the quarter's end. None where it is green
    already, or where a thousand more would not do.
    """
    if verdict.status not in BETTER:
        return None
    by = _deadline(now, zone)
    if verdict.score is None:
        return WayUp(status=Status.GREEN, by=by, needs={})
    status = BETTER[verdict.status]
    needs = _fewest(verdict, status, _expected(verdict, by, zone))
    return None if needs is None else WayUp(status=status, by=by, needs=needs)


def _deadline(now: datetime, zone: tzinfo) -> date:
    this = Week.of(now, zone)
    days = (this.sunday - now.astimezone(zone).date()).days
    week = this if days >= LEAST_DAYS else this.next
    return min(week.sunday, Quarter.of(now, zone).last_day)


def _expected(verdict: Verdict, by: date, zone: tzinfo) -> dict[str, float]:
    """What each counter is held against at the end of the day `by`."""
    end = datetime.combine(by, time.max, zone)
    share = pace_share(end, zone) if verdict.rule.basis is Basis.PACE else 1.0
    return {each.name: each.goal * share for each in verdict.attainments}


def _fewest(verdict: Verdict, wanted: Status, expected: dict[str, float]) -> dict[str, int] | None:
    """Each more counts for less or for as much as the one before it, so the largest gain first is
    the fewest in all."""
    counts = {each.name: each.count for each in verdict.attainments}
    before = dict(counts)
    for _more in range(MOST_ADDED + 1):
        shares = {name: min(1.0, counts[name] / expected[name]) for name in counts}
        score = sum(shares.values()) / len(shares)
        if round(score, 9) >= verdict.rule.threshold(wanted):
            return {name: more for name in counts if (more := counts[name] - before[name])}
        gains = {
            name: min(1.0, (counts[name] + 1) / expected[name]) - shares[name] for name in counts
        }
        counts[max(gains, key=lambda name: gains[name])] += 1
    return None
