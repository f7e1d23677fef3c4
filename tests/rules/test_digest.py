"""The digest's sums: what counts in a week, how long steps took, what has been left lying."""

import itertools
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plays.rules.digest import (
    Deed,
    Span,
    Target,
    brief_to_s2,
    counts_by_play,
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


def deed(action_type, day=0.0, **changes):
    """Something done `day` days after Monday's midnight."""
    number = next(numbers)
    values = {"subject_id": f"{action_type}-{number}", "play": 1, **changes}
    moment = MONDAY + timedelta(days=day)
    return Deed(pk=number, action_type=action_type, occurred_at=moment, **values)


def test_a_week_counts_what_was_done_in_it():
    deeds = [
        deed("Activity", -0.001),
        deed("Activity", 0),
        deed("Activity", 6.999),
        deed("Activity", 7),
        deed("Signal", 1),
        deed("Scorecard", 1, decision="GO"),
        deed("S2", 2, decision="GO"),
        deed("S2", 2, decision="PIVOT"),
        deed("S3", 3),
    ]

    assert counts_in(deeds, WEEK) == Counts(activity=2, signal=1, s2=1, s3=1)


def test_each_plays_counts_are_its_own():
    deeds = [deed("Activity", play=1), deed("Activity", play=2), deed("Brief", play=2)]

    assert counts_by_play(deeds, WEEK) == {
        1: Counts(activity=1),
        2: Counts(activity=1, brief=1),
    }


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
    deeds = [
        deed("Signal", -5, subject_id="S1"),
        deed("Brief", 1, signal_id="S1"),
        deed("Brief", 6, signal_id="S1"),
        deed("Signal", -8, subject_id="S2"),
        deed("Brief", 2, signal_id="S2"),
        deed("Signal", -20, subject_id="S3"),
        deed("Brief", -9, signal_id="S3"),  # completed before this week
        deed("Brief", 3),  # names no signal
        deed("Brief", 3, signal_id="unheard of"),
    ]

    lead = signal_to_brief(deeds, WEEK, target=SEVEN)

    assert (lead.count, lead.median, lead.within, lead.share) == (2, timedelta(days=8), 1, 0.5)


def test_any_decision_completes_a_brief():
    deeds = [deed("Brief", -10, subject_id="B"), deed("S2", 1, brief_id="B", decision="NO_GO")]

    lead = brief_to_s2(deeds, WEEK, target=FOURTEEN)

    assert (lead.count, lead.median, lead.share) == (1, timedelta(days=11), 1)


def test_a_step_told_before_the_one_it_follows_took_no_time():
    deeds = [deed("Signal", 2, subject_id="S"), deed("Brief", 1, signal_id="S")]

    assert signal_to_brief(deeds, WEEK, target=SEVEN).median == timedelta(0)


def test_nothing_completed_is_no_share():
    lead = signal_to_brief([], WEEK, target=SEVEN)

    assert (lead.count, lead.median, lead.share) == (0, None, None)


def test_a_brief_is_overdue_after_its_time_unless_validated():
    late = deed("Brief", -16)
    later = deed("Brief", -15)
    just = deed("Brief", -14)
    done = deed("Brief", -30, subject_id="B")
    deeds = [later, late, just, done, deed("S2", -1, brief_id="B", decision="PIVOT")]

    left = overdue_briefs(deeds, at=MONDAY, within=FOURTEEN)

    assert [one.deed for one in left] == [late, later]
    assert left[0].due_at == MONDAY - timedelta(days=2)


def test_a_week_that_is_over_does_not_know_what_came_after():
    deeds = [deed("Brief", -16, subject_id="B"), deed("S2", 1, brief_id="B", decision="GO")]

    assert len(overdue_briefs(deeds, at=MONDAY, within=FOURTEEN)) == 1
    assert overdue_briefs(deeds, at=MONDAY + timedelta(days=2), within=FOURTEEN) == []


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
    deeds = [deed("Signal", -10, subject_id="S")]
    deeds += [
        deed("Scorecard", number - 9, subject_id="S", decision=decision)
        for number, decision in enumerate(scores)
    ]

    left = unbriefed_signals(reversed(deeds), at=MONDAY, within=SEVEN)

    assert bool(left) is is_left
    assert (
        unbriefed_signals([*deeds, deed("Brief", -1, signal_id="S")], at=MONDAY, within=SEVEN) == []
    )


@given(st.lists(st.sampled_from(["Activity", "Signal", "Brief", "S3", "Scorecard"]), max_size=30))
def test_the_team_has_done_what_its_plays_have(types):
    deeds = [deed(kind, number % 7, play=number % 3) for number, kind in enumerate(types)]

    by_play = counts_by_play(deeds, WEEK).values()
    total = counts_in(deeds, WEEK)

    for name in ("activity", "signal", "brief", "s2", "s3"):
        assert sum(getattr(counts, name) for counts in by_play) == getattr(total, name)
