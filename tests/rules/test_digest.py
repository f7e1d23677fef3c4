"""The digest's sums: targets over a span, the share of it that has passed, lead times."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from plays.rules.digest import Lead, Span, Target
from plays.rules.weeks import Week

SEOUL = ZoneInfo("Asia/Seoul")
MONDAY = datetime(2026, 11, 23, tzinfo=SEOUL)
WEEK = Span.of(Week.of(MONDAY, SEOUL).bounds(SEOUL))


def test_a_target_grows_with_the_days_of_a_month():
    november = Span(
        start=datetime(2026, 11, 1, tzinfo=SEOUL), end=datetime(2026, 12, 1, tzinfo=SEOUL)
    )

    assert Target(least=7).over(WEEK) == 7
    assert Target(least=7).over(november) == 30


@pytest.mark.parametrize(("day", "share"), [(-1, 0), (0, 0), (3.5, 0.5), (7, 1), (9, 1)])
def test_how_much_of_a_span_has_passed(day, share):
    assert WEEK.share_at(MONDAY + timedelta(days=day)) == share


def test_a_lead_time_is_the_median_and_the_share_within_the_target():
    lead = Lead.of([timedelta(days=days) for days in (10, 6)], timedelta(days=7))

    assert (lead.count, lead.median, lead.within, lead.share) == (2, timedelta(days=8), 1, 0.5)


def test_nothing_completed_is_no_share():
    lead = Lead.of([], timedelta(days=7))

    assert (lead.count, lead.median, lead.share) == (0, None, None)
