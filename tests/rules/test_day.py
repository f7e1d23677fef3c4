"""Days as people type them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plays.rules.day import NotADay, read_day

DAY = date(2026, 1, 8)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-08",
        " 2026-1-8 ",
        "2026/01/08",
        "2026.1.8",
        "2026. 1. 8.",
        "2026년 1월 8일",
        "2026년1월8일",
        "2026-01-08 (목)",
        "2026-01-08 00:00:00",
        "2026-01-08T09:30",
        "2026-01-08 오전 12:00:00",
        "2026-01-08 오후 3:00",
        "2026-01-08 12:00:00 AM",
        "2026년 1월 8일 목요일",
        "2026-01-08T00:00:00Z",
    ],
)
def test_a_day_with_the_year_first_is_read(text):
    assert read_day(text) == DAY


@pytest.mark.parametrize("text", ["", "  ", "\n", "TBD", "-", "미정", "추후 결정", "n/a"])
def test_nothing_is_no_day(text):
    assert read_day(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *("1/8/2026", "08.01.2026", "26-01-08", "2026-02-30", "2026-13-01", "1026-01-08"),
        *("9999-01-08", "다음 주", "2026-01", "2026-01-08?", "２０２６-01-08", "TBD?"),
        "2026-01-08 2026-01-09",
    ],
)
def test_what_could_be_another_day_is_refused(text):
    with pytest.raises(NotADay):
        read_day(text)


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_every_day_is_read_back(day):
    assert read_day(day.isoformat()) == day


@given(st.text(max_size=30))
def test_any_text_is_a_day_or_refused(text):
    try:
        day = read_day(text)
    except NotADay:
        return
    assert day is None or 2000 <= day.year <= 2100
