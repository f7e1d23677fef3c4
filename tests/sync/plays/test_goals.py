"""Goals are a quarter's: what is over stays as it was, what has none takes the last ones."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from plays.models import Play, QuarterGoal
from plays.rules.quarter import Quarter
from plays.sync.plays.editing import edit_play
from plays.sync.plays.goals import goals_at, write_goals
from plays.sync.plays.play_status import play_statuses
from tests.factories import NOW, make_play

pytestmark = pytest.mark.django_db
Q2, Q3, Q4, Q1 = Quarter(2026, 2), Quarter(2026, 3), Quarter(2026, 4), Quarter(2027, 1)


def held(play, *quarters):
    return [goals_at([play], quarter)[play.pk].activity for quarter in quarters]


def write(play, quarter, **values):
    return write_goals({(play.pk, quarter): values}, now=NOW)


def test_a_quarter_without_its_own_takes_the_last_before_it():
    play = make_play(goals_from=Q2, activity_goal=7)
    assert held(play, Quarter(2026, 1), Q2, Q3, Q4, Q1) == [0, 7, 7, 7, 7]


def test_a_new_goal_holds_from_its_quarter_on_and_leaves_earlier_ones():
    play = make_play(goals_from=Q2, activity_goal=7)
    assert write(play, Q4, activity=9) == {play.pk}
    assert held(play, Q3, Q4, Q1) == [7, 9, 9]


def test_goals_of_the_next_quarter_leave_this_one():
    play = make_play(activity_goal=7)
    assert write(play, Q1, activity=9, lead_time="S0→S1≤7d") == set()
    assert held(play, Q4, Q1) == [7, 9]
    assert goals_at([play], Q1)[play.pk].signal == 10  # what was not named stays


def test_a_quarter_that_is_over_keeps_its_own_where_one_before_it_is_put_right():
    play = make_play(goals_from=Q2, activity_goal=7)
    assert write(play, Q2, activity=1) == set()
    assert held(play, Q2, Q3, Q4) == [1, 7, 7]


def test_the_status_goes_by_the_goals_of_its_quarter():
    play = make_play(activity_goal=7)
    write(play, Q1, activity=9)
    assert play_statuses([play], now=NOW)[play.pk].goals.activity == 7


def test_an_edit_of_both_quarters_is_noted_by_quarter(admin_user):
    play = make_play(activity_goal=7)
    seen = {"2026Q4_activity": 7, "2027Q1_brief": 4}
    wanted = {"2026Q4_activity": 8, "2027Q1_brief": 5}
    assert edit_play(play, seen=seen, wanted=wanted, by=admin_user, now=NOW) == list(wanted)
    assert held(play, Q3, Q4, Q1) == [7, 8, 8]


def test_goals_cost_the_same_however_many_plays(django_assert_num_queries):
    plays = [make_play() for _ in range(20)]
    with django_assert_num_queries(1):
        goals_at(plays, Q4)
    with django_assert_num_queries(2):
        write_goals({(play.pk, Q1): {"s2": 5} for play in plays}, now=NOW)


quarters = st.sampled_from([Quarter(2026, 1), Q2, Q3, Q4, Q1, Quarter(2027, 2)])


class WrittenGoals(TestCase):
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(quarters, st.integers(0, 9)), max_size=8))
    def test_no_write_changes_another_quarter_that_is_over_or_runs(self, writes):
        play = Play.objects.create(play_id="A")
        past = (Quarter(2026, 1), Q2, Q3, Q4)
        for quarter, goal in writes:
            before = held(play, *past)
            write(play, quarter, activity=goal)
            wanted = [
                goal if each == quarter else old for each, old in zip(past, before, strict=True)
            ]
            assert held(play, *past) == wanted
            assert held(play, quarter) == [goal]
        play.delete()
        assert not QuarterGoal.objects.exists()
