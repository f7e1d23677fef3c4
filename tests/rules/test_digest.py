"""The digest's sums: what counts in a week, how long steps took, what has been left lying."""

import itertools
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from plays.rules.digest import (
    DigestAction,
    Span,
    Target,
    brief_to_s2,
    counts_in,
    overdue_briefs,
    signal_to_brief,
    unbriefed_signals,
)
from plays.rules.status import Counts
from plays.rules.weeks import Week

SEOUL = ZoneInfo("Asia/Seoul")
MONDAY = datetime(2026, 11, 23, tzinfo=SEOUL)
WEEK = Span.of(Week.of(MONDAY, SEOUL).bounds(SEOUL))
SEVEN, FOURTEEN = timedelta(days=7), timedelta(days=14)
numbers = itertools.count(1)


def action(action_type, day=0.0, **changes):
    """Something done `day` days after Monday's midnight."""
    number = next(numbers)
    values = {"subject_id": f"{action_type}-{number}", "play": 1, **changes}
    moment = MONDAY + timedelta(days=day)
    return DigestAction(pk=number, action_type=action_type, occurred_at=moment, **values)


def test_a_week_counts_what_was_done_in_it():
    actions = [
        action("Activity", -0.001),
        action("Activity", 0),
        action("Activity", 6.999),
        action("Activity", 7),
        action("Signal", 1),
        action("Scorecard", 1, decision="GO"),
        action("S2", 2, decision="GO"),
        action("S2", 2, decision="PIVOT"),
        action("S3", 3),
    ]

    assert counts_in(actions, WEEK) == Counts(activity=2, signal=1, s2=1, s3=1)


def test_a_target_grows_with_the_days_of_a_month():
    november = Span(
        start=datetime(2026, 11, 1, tzinfo=SEOUL), end=datetime(2026, 12, 1, tzinfo=SEOUL)
    )

    assert Target(least=7).over(WEEK) == 7
    assert Target(least=7).over(november) == 30


@pytest.mark.parametrize(("day", "share"), [(-1, 0), (0, 0), (3.5, 0.5), (7, 1), (9, 1)])
def test_how_much_of_a_span_has_passed(day, share):
    assert WEEK.share_at(MONDAY + timedelta(days=day)) == share


def test_the_lead_time_runs_from_the_signal_to_its_first_brief():
    actions = [
        action("Signal", -5, subject_id="S1"),
        action("Brief", 1, signal_id="S1"),
        action("Brief", 6, signal_id="S1"),
        action("Signal", -8, subject_id="S2"),
        action("Brief", 2, signal_id="S2"),
        action("Signal", -20, subject_id="S3"),
        action("Brief", -9, signal_id="S3"),  # completed before this week
        action("Brief", 3),  # names no signal
        action("Brief", 3, signal_id="unheard of"),
    ]

    lead = signal_to_brief(actions, WEEK, target=SEVEN)

    assert (lead.count, lead.median, lead.within, lead.share) == (2, timedelta(days=8), 1, 0.5)


def test_any_decision_completes_a_brief():
    actions = [
        action("Brief", -10, subject_id="B"),
        action("S2", 1, brief_id="B", decision="NO_GO"),
    ]

    lead = brief_to_s2(actions, WEEK, target=FOURTEEN)

    assert (lead.count, lead.median, lead.share) == (1, timedelta(days=11), 1)


def test_a_step_told_before_the_one_it_follows_took_no_time():
    actions = [action("Signal", 2, subject_id="S"), action("Brief", 1, signal_id="S")]

    assert signal_to_brief(actions, WEEK, target=SEVEN).median == timedelta(0)


def test_nothing_completed_is_no_share():
    lead = signal_to_brief([], WEEK, target=SEVEN)

    assert (lead.count, lead.median, lead.share) == (0, None, None)


def test_a_brief_is_overdue_after_its_time_unless_validated():
    late = action("Brief", -16)
    later = action("Brief", -15)
    just = action("Brief", -14)
    done = action("Brief", -30, subject_id="B")
    actions = [later, late, just, done, action("S2", -1, brief_id="B", decision="PIVOT")]

    left = overdue_briefs(actions, at=MONDAY, within=FOURTEEN)

    assert [one.action for one in left] == [late, later]
    assert left[0].due_at == MONDAY - timedelta(days=2)


def test_a_week_that_is_over_does_not_know_what_came_after():
    actions = [action("Brief", -16, subject_id="B"), action("S2", 1, brief_id="B", decision="GO")]

    assert len(overdue_briefs(actions, at=MONDAY, within=FOURTEEN)) == 1
    assert overdue_briefs(actions, at=MONDAY + timedelta(days=2), within=FOURTEEN) == []


@pytest.mark.parametrize(
    ("scores", "is_left"),
    [
        ([], False),
        (["GO"], True),
        (["HOLD"], False),
        (["HOLD", "GO"], True),
        (["GO", "NO_GO"], False),
    ],
)
def test_a_signal_waits_for_a_brief_while_its_newest_score_says_go(scores, is_left):
    actions = [action("Signal", -10, subject_id="S")]
    actions += [
        action("Scorecard", number - 9, subject_id="S", decision=decision)
        for number, decision in enumerate(scores)
    ]

    left = unbriefed_signals(reversed(actions), at=MONDAY, within=SEVEN)

    assert bool(left) is is_left
    assert (
        unbriefed_signals([*actions, action("Brief", -1, signal_id="S")], at=MONDAY, within=SEVEN)
        == []
    )
