"""What would make a status better, and by when."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plays.rules.status import AGAINST_PACE, AS_THE_PORTAL, Counts, Goals, Status, judge
from plays.rules.way_up import way_up

SEOUL = ZoneInfo("Asia/Seoul")
MONDAY = datetime(2026, 11, 23, 14, tzinfo=SEOUL)
numbers = st.integers(0, 12)
ORDER = [Status.RED, Status.YELLOW, Status.GREEN]


def judged(counts, goals, *, now=MONDAY, rule=AGAINST_PACE):
    return judge(counts, goals, last_action_at=None, now=now, zone=SEOUL, rule=rule)


def test_a_red_play_is_told_the_fewest_things_and_the_day():
    way = way_up(
        judged(Counts(activity=4), Goals(activity=4, signal=2, brief=1)), now=MONDAY, zone=SEOUL
    )

    assert (way.status, way.by, dict(way.needs)) == (
        Status.YELLOW,
        date(2026, 11, 29),
        {"brief": 1},
    )


def test_on_a_thursday_it_is_still_this_week():
    thursday = datetime(2026, 11, 26, 9, tzinfo=SEOUL)
    way = way_up(judged(Counts(), Goals(activity=4), now=thursday), now=thursday, zone=SEOUL)

    assert way.by == date(2026, 11, 29)


def test_on_a_friday_it_is_next_week_and_never_after_the_quarter():
    friday = datetime(2026, 11, 27, 9, tzinfo=SEOUL)
    last = datetime(2026, 12, 30, 9, tzinfo=SEOUL)
    goals = Goals(activity=4)

    assert way_up(judged(Counts(), goals, now=friday), now=friday, zone=SEOUL).by == date(
        2026, 12, 6
    )
    assert way_up(judged(Counts(), goals, now=last), now=last, zone=SEOUL).by == date(2026, 12, 31)


def test_without_goals_any_action_is_enough_and_green_needs_none():
    assert way_up(judged(Counts(), Goals()), now=MONDAY, zone=SEOUL).needs == {}
    assert way_up(judged(Counts(brief=9), Goals(brief=1)), now=MONDAY, zone=SEOUL) is None


@pytest.mark.parametrize(("goal", "needs"), [(2000, {"signal": 1000}), (2002, None)])
def test_a_thousand_more_are_within_reach_and_no_more(goal, needs):
    verdict = judged(Counts(), Goals(signal=goal), rule=AS_THE_PORTAL)
    way = way_up(verdict, now=MONDAY, zone=SEOUL)

    assert (way and dict(way.needs)) == needs


def test_a_goal_that_is_out_of_reach_promises_nothing():
    assert way_up(judged(Counts(), Goals(activity=90_000)), now=MONDAY, zone=SEOUL) is None


@given(
    st.tuples(numbers, numbers, numbers, numbers),
    st.tuples(numbers, numbers, numbers, numbers),
    st.integers(0, 91),
    st.sampled_from([AGAINST_PACE, AS_THE_PORTAL]),
)
def test_who_does_it_by_then_has_the_status_and_one_less_is_not_enough(counts, goals, day, rule):
    now = datetime(2026, 10, 1, 12, tzinfo=SEOUL) + timedelta(days=day)
    names = ("activity", "signal", "brief", "s2")
    counts, goals = (
        Counts(**dict(zip(names, counts, strict=True))),
        Goals(**dict(zip(names, goals, strict=True))),
    )
    way = way_up(judged(counts, goals, now=now, rule=rule), now=now, zone=SEOUL)
    if way is None or not way.needs:
        return

    def later(needs):
        done = replace(counts, **{n: getattr(counts, n) + more for n, more in needs.items()})
        end = datetime.combine(way.by, time.max, SEOUL)
        return ORDER.index(judged(done, goals, now=end, rule=rule).status)

    assert later(way.needs) >= ORDER.index(way.status)
    for name in way.needs:
        assert later(way.needs | {name: way.needs[name] - 1}) < ORDER.index(way.status)
