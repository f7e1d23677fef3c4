"""Lead-time targets as teams write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plays.rules.lead_time import BRIEF_TO_S2, SIGNAL_TO_BRIEF, limits


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("A→S0≤1d / S0→S1≤7d", [("A→S0", 1, ""), ("S0→S1", 7, SIGNAL_TO_BRIEF)]),
        ("A→S0≤2d / S1→S2≤14d", [("A→S0", 2, ""), ("S1→S2", 14, BRIEF_TO_S2)]),
        ("시그널 -> 브리프: 7일 이내", [("시그널 -> 브리프", 7, SIGNAL_TO_BRIEF)]),
        ("브리프→검증 2주", [("브리프→검증", 14, BRIEF_TO_S2)]),
        ("접수→분류≤2h", [("접수→분류", 2 / 24, "")]),
        ("확인≤3d", [("확인", 3, "")]),
        ("7", [("", 7, SIGNAL_TO_BRIEF)]),
        ("10 days", [("", 10, SIGNAL_TO_BRIEF)]),
        ("as soon as possible", []),
        ("", []),
    ],
)
def test_each_step_has_its_time(text, wanted):
    found = [(limit.name, limit.within, limit.step) for limit in limits(text)]
    assert found == [(name, timedelta(days=days), step) for name, days, step in wanted]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        *(("1h", 1 / 24), ("6시간", 0.25), ("3", 3), ("3d", 3), ("3일", 3), ("1 day", 1)),
        *(("2 days", 2), ("1w", 7), ("2주", 14), ("1.5d", 1.5)),
    ],
)
def test_a_time_is_read_in_its_unit_and_in_days_without_one(text, days):
    (limit,) = limits(text)

    assert limit.within == timedelta(days=days)


@given(st.text(max_size=60))
def test_any_text_is_read_without_complaint(text):
    assert all(limit.within >= timedelta(0) for limit in limits(text))
