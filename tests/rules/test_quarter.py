"""Quarters follow the calendar of the business, to the second."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plays.rules.quarter import Quarter

SEOUL = ZoneInfo("Asia/Seoul")
moments = st.datetimes(
    datetime(2001, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2099, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@pytest.mark.parametrize(
    ("name", "quarter"),
    [("2026Q4", Quarter(2026, 4)), ("2026Q5", None), ("26Q4", None), ("2026Q4 ", None)],
)
def test_a_quarter_s_name_is_read_and_nothing_else(name, quarter):
    assert Quarter.read(name) == quarter


@pytest.mark.parametrize(
    ("moment", "quarter"),
    [
        ("2026-12-31T23:59:59+09:00", Quarter(2026, 4)),
        ("2027-01-01T00:00:00+09:00", Quarter(2027, 1)),
        ("2026-12-31T15:00:00+00:00", Quarter(2027, 1)),  # midnight in Seoul
        ("2026-12-31T14:59:59+00:00", Quarter(2026, 4)),
        ("2026-03-31T23:59:59+09:00", Quarter(2026, 1)),
        ("2026-04-01T00:00:00+09:00", Quarter(2026, 2)),
        ("2028-02-29T12:00:00+09:00", Quarter(2028, 1)),
    ],
)
def test_a_moment_lies_in_the_quarter_of_its_day_in_seoul(moment, quarter):
    assert Quarter.of(datetime.fromisoformat(moment), SEOUL) == quarter


def test_a_quarter_knows_its_days_and_neighbours():
    fourth = Quarter(2026, 4)

    assert fourth.first_day == date(2026, 10, 1)
    assert fourth.last_day == date(2026, 12, 31)
    assert fourth.next == Quarter(2027, 1)
    assert fourth.next.previous == fourth
    assert str(fourth) == "2026Q4"


@given(moments)
def test_every_moment_lies_within_its_own_quarter_only(moment):
    quarter = Quarter.of(moment, SEOUL)
    start, end = quarter.bounds(SEOUL)

    assert start <= moment < end
    assert quarter.next.bounds(SEOUL)[0] == end
    assert quarter.previous.bounds(SEOUL)[1] == start


@given(moments)
def test_the_share_that_has_passed_grows_from_nought_to_one(moment):
    quarter = Quarter.of(moment, SEOUL)
    start, end = quarter.bounds(SEOUL)

    share = quarter.elapsed_share(moment, SEOUL)

    assert 0 <= share < 1
    assert quarter.elapsed_share(moment + timedelta(hours=1), SEOUL) > share
    assert quarter.elapsed_share(start, SEOUL) == 0
    assert quarter.elapsed_share(end, SEOUL) == 1


@pytest.mark.parametrize(
    "text",
    [
        *("2026Q4", " 2026q4 ", "2026-Q4", "2026 Q4", "2026/4Q", "26Q4", "2026년 4분기"),
        *("26년 4분기", "2026.4분기", "Q4 2026", "4Q26", "4Q 2026", "4분기 2026년", "2026_Q4"),
    ],
)
def test_a_quarter_is_read_as_people_write_it(text):
    assert Quarter.written(text) == Quarter(2026, 4)


@pytest.mark.parametrize("text", ["", "Q4", "4분기", "2026", "2026Q5", "1926Q4", "2026Q4x", "26-4"])
def test_a_quarter_that_does_not_say_its_year_or_is_none_is_not_guessed(text):
    assert Quarter.written(text) is None
