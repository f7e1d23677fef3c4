"""Slots of a cron line: by the clock of the business, each once, none left out."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plays.rules.cron import Rhythm, latest_slot, next_slot, rhythm, schedule_problem

SEOUL = ZoneInfo("Asia/Seoul")
FRIDAY = "0 18 * * 5"
LINES = (FRIDAY, "0 9 * * 1-5", "30 0 1 * *", "*/7 * * * *", "59 23 31 12 *", "0 0 29 2 *")


# Seven years to the second, leap days and changes of the clock among them.
MOMENTS = st.integers(0, 7 * 365 * 24 * 3600).map(
    lambda seconds: datetime(2023, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


def at(text):
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("now", "latest", "following"),
    [
        ("2026-11-23T14:05+09:00", "2026-11-20T18:00+09:00", "2026-11-27T18:00+09:00"),
        ("2026-11-27T17:59:59+09:00", "2026-11-20T18:00+09:00", "2026-11-27T18:00+09:00"),
        ("2026-11-27T18:00:00+09:00", "2026-11-27T18:00+09:00", "2026-12-04T18:00+09:00"),
        ("2026-11-27T18:00:01+09:00", "2026-11-27T18:00+09:00", "2026-12-04T18:00+09:00"),
        ("2026-11-27T09:00:00+00:00", "2026-11-27T18:00+09:00", "2026-12-04T18:00+09:00"),
        ("2027-01-01T00:00:00+09:00", "2026-12-25T18:00+09:00", "2027-01-01T18:00+09:00"),
        ("2024-02-29T23:59:59+09:00", "2024-02-23T18:00+09:00", "2024-03-01T18:00+09:00"),
    ],
)
def test_friday_evening_is_meant_in_seoul(now, latest, following):
    assert latest_slot(FRIDAY, now=at(now), zone=SEOUL) == at(latest)
    assert next_slot(FRIDAY, now=at(now), zone=SEOUL) == at(following)


def test_a_line_that_names_no_time_has_no_slots():
    now = at("2026-11-23T14:05+09:00")

    assert latest_slot("0 0 30 2 *", now=now, zone=SEOUL) is None
    assert next_slot("0 0 30 2 *", now=now, zone=SEOUL) is None


@pytest.mark.parametrize("zone", ["Asia/Seoul", "UTC", "Europe/Berlin", "America/New_York"])
@given(
    line=st.sampled_from(LINES),
    now=MOMENTS,
)
def test_now_lies_between_two_slots(zone, line, now):
    zone = ZoneInfo(zone)
    latest = latest_slot(line, now=now, zone=zone)
    following = next_slot(line, now=now, zone=zone)

    assert latest <= now < following
    assert latest_slot(line, now=latest, zone=zone) == latest
    assert latest_slot(line, now=following - timedelta(seconds=61), zone=zone) <= latest


@given(MOMENTS)
def test_a_year_has_every_friday_once(start):
    slots, now = [], start
    while now < start + timedelta(days=366):
        now = next_slot(FRIDAY, now=now, zone=SEOUL)
        slots.append(now)

    assert {later - earlier for earlier, later in pairwise(slots)} == {timedelta(days=7)}
    assert {(slot.weekday(), slot.hour, slot.minute) for slot in slots} == {(4, 18, 0)}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (FRIDAY, Rhythm(hour=18, minute=0, weekdays=(4,))),
        ("30 9 * * 1-5", Rhythm(hour=9, minute=30, weekdays=(0, 1, 2, 3, 4))),
        ("0 9 * * *", Rhythm(hour=9, minute=0, weekdays=(0, 1, 2, 3, 4, 5, 6))),
        ("0 0 * * sun,7", Rhythm(hour=0, minute=0, weekdays=(6,))),
        ("*/5 * * * *", None),
        ("0 9,18 * * 5", None),
        ("0 9 1 * *", None),
        ("0 9 * 1 *", None),
        ("0 9 * * 5#2", None),
        ("0 18 * * 5 30", None),
    ],
)
def test_a_line_is_said_in_words_where_it_is_one_time_on_some_weekdays(line, said):
    assert rhythm(line) == said


@pytest.mark.parametrize(("line", "daily"), [("0 9 * * *", True), ("0 9 * * 1-6", False)])
def test_only_all_weekdays_are_daily(line, daily):
    assert rhythm(line).is_daily is daily


@pytest.mark.parametrize(
    ("cron", "wrong"),
    [
        ("0 18 * * 5", ""),
        ("0 9 29 2 *", ""),  # once in four years, but it comes
        ("0 0 18 * * 5", "perhaps 0 18 * * 5"),
        ("0 18 31 2 *", "a day that never comes"),
        ("every Friday", "no cron line"),
        ("@weekly", ""),
    ],
)
def test_a_schedule_that_cannot_be_followed_says_why(cron, wrong):
    problem = schedule_problem(cron)
    assert wrong in problem
    assert bool(problem) == bool(wrong)
