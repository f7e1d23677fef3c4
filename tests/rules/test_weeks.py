"""Weeks: Monday to Sunday in the business's zone, by their ISO names."""

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plays.rules.weeks import STRIP, Week, weeks_up_to

SEOUL = ZoneInfo("Asia/Seoul")
FIRST = datetime(2000, 2, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 100 * 365 * 86_400).map(lambda seconds: FIRST + timedelta(seconds=seconds))


def test_a_week_begins_on_monday_at_midnight_in_the_zone():
    before = datetime(2026, 11, 22, 14, 59, 59, tzinfo=UTC)  # Sunday 23:59:59 in Seoul

    assert Week.of(before, SEOUL).monday == date(2026, 11, 16)
    assert Week.of(before + timedelta(seconds=1), SEOUL).monday == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 11, 23), "2026-W48"),
        (date(2025, 12, 29), "2026-W01"),
        (date(2020, 12, 28), "2020-W53"),
        (date(2000, 1, 3), "2000-W01"),
        (date(2100, 12, 27), "2100-W52"),
    ],
)
def test_a_week_has_its_iso_name(day, name):
    assert str(Week(day)) == name
    assert Week.read(name) == Week(day)


@pytest.mark.parametrize(
    "name",
    [
        *("", "2026-W54", "2026-W00", "2025-W53", "2026W48", "২০২৬-W48"),
        *("1999-W52", "2101-W01", "9999-W52"),
    ],
)
def test_what_is_no_week_is_none(name):
    assert Week.read(name) is None


@given(MOMENTS)
def test_every_moment_lies_in_its_week_and_weeks_leave_no_gap(moment):
    week = Week.of(moment, SEOUL)
    start, end = week.bounds(SEOUL)

    assert start <= moment < end
    assert week.next.bounds(SEOUL)[0] == end
    assert week.next.previous == week
    assert Week.read(str(week)) == week


@given(MOMENTS)
def test_a_strip_ends_with_the_week_it_is_of(moment):
    weeks = weeks_up_to(Week.of(moment, SEOUL))

    assert len(weeks) == STRIP
    assert weeks[-1] == Week.of(moment, SEOUL)
    assert all(a.next == b for a, b in itertools.pairwise(weeks))
