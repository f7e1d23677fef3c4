"""A counter's way through a quarter: each day's count, and an even pace to the goal."""

import itertools
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from plays.rules.burn_up import burn_up, weekly
from plays.rules.quarter import Quarter

Q4 = Quarter(2026, 4)
DAYS = st.lists(st.integers(0, 91).map(lambda n: date(2026, 10, 1) + timedelta(days=n)))


def test_counts_climb_and_the_pace_ends_at_the_goal():
    days = [date(2026, 10, 1), date(2026, 10, 3), date(2026, 10, 3)]

    marks = burn_up(days, goal=92, quarter=Q4, last=date(2026, 12, 31))

    assert [mark.count for mark in marks[:4]] == [1, 1, 3, 3]
    assert [mark.expected for mark in marks[:2]] == [1, 2]
    assert (marks[-1].count, marks[-1].expected) == (3, 92)


def test_only_days_that_have_come_are_marked():
    marks = burn_up([], goal=10, quarter=Q4, last=date(2026, 11, 23))

    assert len(marks) == 54
    assert marks[-1].day == date(2026, 11, 23)


def test_without_a_goal_nothing_is_expected():
    marks = burn_up([date(2026, 10, 2)], goal=0, quarter=Q4, last=date(2026, 10, 9))

    assert {mark.expected for mark in marks} == {0}


def test_the_table_has_the_sundays_and_the_last_day():
    marks = burn_up([], goal=10, quarter=Q4, last=date(2026, 10, 14))

    assert [mark.day.day for mark in weekly(marks)] == [4, 11, 14]


@given(DAYS)
def test_every_deed_is_counted_once_by_the_end(days):
    marks = burn_up(days, goal=5, quarter=Q4, last=Q4.last_day)

    assert marks[-1].count == len(days)
    assert all(a.count <= b.count for a, b in itertools.pairwise(marks))
