"""A team may say which counters make a status, and against what."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from plays.rules.status import AS_THE_PORTAL, Counts, Goals, Status, StatusRule, judge

SEOUL = ZoneInfo("Asia/Seoul")
MIDDLE = datetime(2026, 8, 16, 0, 0, tzinfo=SEOUL)  # half of the quarter has passed
GOALS = Goals(activity=20, signal=10, brief=4, s2=2)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (StatusRule(), Status.YELLOW),  # the mean of 0, 1, 1, 0
        (AS_THE_PORTAL, Status.YELLOW),  # 5/10 and 3/4 of the whole goals
        (StatusRule(counters=("signal", "brief")), Status.GREEN),
        (StatusRule(counters=("activity",)), Status.RED),
        (StatusRule(yellow_from=0.6), Status.RED),
        (StatusRule(green_from=0.4, yellow_from=0.1), Status.GREEN),
    ],
)
def test_the_teams_rule_decides(rule, expected):
    counts = Counts(signal=5, brief=3)

    verdict = judge(counts, GOALS, last_action_at=None, now=MIDDLE, zone=SEOUL, rule=rule)

    assert verdict.status is expected


def test_the_pace_of_a_counter_is_told_whatever_it_is_held_against():
    verdict = judge(
        Counts(), GOALS, last_action_at=None, now=MIDDLE, zone=SEOUL, rule=AS_THE_PORTAL
    )

    assert verdict.elapsed_share == pytest.approx(0.5)
    assert [each.expected for each in verdict.attainments] == [10, 4]
