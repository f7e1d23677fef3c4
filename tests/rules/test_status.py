"""A status follows from counts, goals and pace, and shows the sum it comes from."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plays.rules.status import Counts, Goals, Status, judge

SEOUL = ZoneInfo("Asia/Seoul")
MIDDLE = datetime(2026, 8, 16, 0, 0, tzinfo=SEOUL)  # 46 of 92 days have passed
GOALS = Goals(activity=20, signal=10)


def status(counts, goals=GOALS, *, now=MIDDLE, last_action_at=None):
    return judge(counts, goals, last_action_at=last_action_at, now=now, zone=SEOUL).status


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        (Counts(activity=10, signal=5), Status.GREEN),  # exactly on pace
        (Counts(activity=8, signal=4), Status.GREEN),  # exactly 0.8
        (Counts(activity=20, signal=3), Status.GREEN),  # 1 and 0.6: no more than 1 counts
        (Counts(activity=7, signal=4), Status.YELLOW),  # 0.75
        (Counts(activity=10, signal=0), Status.YELLOW),  # exactly 0.5
        (Counts(activity=9, signal=0), Status.RED),
        (Counts(), Status.RED),
    ],
)
def test_the_mean_attainment_against_the_pace_decides(counts, expected):
    assert status(counts) is expected


def test_a_goal_of_nought_is_no_goal():
    counts = Counts(activity=10)

    verdict = judge(counts, Goals(activity=20), last_action_at=None, now=MIDDLE, zone=SEOUL)

    assert [a.name for a in verdict.attainments] == ["activity"]
    assert verdict.status is Status.GREEN


def test_what_is_not_said_is_nothing_done_and_no_goal():
    assert Counts() == Counts(activity=0, signal=0, brief=0, s2=0, s3=0)
    assert Goals() == Goals(activity=0, signal=0, brief=0, s2=0)


def test_the_first_week_counts_as_a_whole_week():
    second_day = datetime(2026, 7, 2, tzinfo=SEOUL)

    verdict = judge(
        Counts(activity=1), Goals(activity=92), last_action_at=None, now=second_day, zone=SEOUL
    )

    assert verdict.attainments[0].expected == pytest.approx(7)
    assert verdict.status is Status.RED


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(0), Status.GREEN),
        (timedelta(days=14), Status.GREEN),
        (timedelta(days=14, seconds=1), Status.YELLOW),
        (timedelta(days=28), Status.YELLOW),
        (timedelta(days=28, seconds=1), Status.RED),
    ],
)
def test_without_goals_the_age_of_the_last_action_decides(age, expected):
    assert status(Counts(), Goals(), last_action_at=MIDDLE - age) is expected


def test_without_goals_and_actions_a_play_is_red():
    assert status(Counts(), Goals()) is Status.RED


@given(st.integers(0, 200), st.integers(0, 200), st.integers(1, 100), st.integers(0, 91))
def test_doing_more_never_makes_a_status_worse(activity, signal, goal, day):
    goals = Goals(activity=goal, signal=goal)
    now = datetime(2026, 7, 1, tzinfo=SEOUL) + timedelta(days=day)
    order = [Status.RED, Status.YELLOW, Status.GREEN]

    before = status(Counts(activity=activity, signal=signal), goals, now=now)
    after = status(Counts(activity=activity + 1, signal=signal), goals, now=now)

    assert order.index(after) >= order.index(before)
