"""The funnel: what belongs together, where it is counted, and what the counts add up to."""

from datetime import UTC, datetime, timedelta
from functools import reduce
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plays.rules.funnel import STEPS, UNTIMED, Told, Way, after, cells, key_of, median_of, stages
from plays.rules.quarter import Quarter

SEOUL = ZoneInfo("Asia/Seoul")
START = datetime(2026, 10, 1, tzinfo=UTC)
TYPES = ("Signal", "Scorecard", "Brief", "S2", "S3")


def told(action_type, *, hours=0, **changes):
    values = {"subject_id": "X-1", "log_id": "LOG-2026-00001", "play": 1, "title": action_type}
    at = START + timedelta(hours=hours)
    return Told(action_type=action_type, occurred_at=at, **{**values, **changes})


@pytest.mark.parametrize(
    ("action", "key"),
    [
        (told("Signal", subject_id="SIG-1"), "signal:SIG-1"),
        (told("Scorecard", subject_id="SIG-1"), "signal:SIG-1"),
        (told("Brief", subject_id="BRF-1", signal_id="SIG-1"), "signal:SIG-1"),
        (told("Brief", subject_id="BRF-9"), "brief:BRF-9"),
        (told("S2", subject_id="VAL-1", brief_id="BRF-1"), "signal:SIG-1"),
        (told("S3", subject_id="PLT-1", brief_id="BRF-1"), "signal:SIG-1"),
        (told("S2", subject_id="VAL-1", brief_id="BRF-9"), "brief:BRF-9"),
        (told("S2", subject_id="VAL-1", brief_id="unknown"), "brief:unknown"),
        (told("S3", subject_id="PLT-1"), "s3:PLT-1"),
        (told("Signal", subject_id=""), "signal:LOG-2026-00001"),
        (told("Activity"), ""),
    ],
)
def test_what_an_action_belongs_to_is_told_by_the_ids_it_names(action, key):
    assert key_of(action, signal_of={"BRF-1": "SIG-1", "BRF-9": ""}) == key


actions = st.lists(
    st.tuples(st.sampled_from(TYPES), st.sampled_from(("GO", "NO_GO", "HOLD"))),
    min_size=1,
    max_size=8,
)


@given(actions, st.randoms())
def test_in_whatever_order_actions_come_the_same_way_comes_out(kinds, dice):
    tolds = [
        told(kind, hours=hours, title=f"{kind} {hours}", play=hours, decision=decision)
        for hours, (kind, decision) in enumerate(kinds)
    ]
    mixed = dice.sample(tolds, len(tolds))

    assert reduce(after, mixed, None) == reduce(after, tolds, None)


def test_the_first_time_counts_and_a_validation_only_with_go():
    way = reduce(
        after,
        [
            told("Signal", hours=0, title="AHT"),
            told("Brief", hours=48),
            told("Brief", hours=90),
            told("S2", hours=100, decision="PIVOT"),
            told("S2", hours=120, decision="GO"),
        ],
        None,
    )

    assert (way.title, way.brief_at) == ("AHT", START + timedelta(hours=48))
    assert way.validated_at == START + timedelta(hours=100)
    counted = {(c.step, c.is_last, c.hours) for c in cells(way, SEOUL)}
    assert counted == {("signal", False, UNTIMED), ("brief", False, 48), ("s2", True, 72)}
    assert {c.quarter for c in cells(way, SEOUL)} == {Quarter(2026, 4)}


@pytest.mark.parametrize(
    ("hours", "told_hours"),
    [(0.5, 0), (1, 1), (1.99, 1), (-5, 0)],  # whole ones, never below 0
)
def test_a_step_takes_whole_hours_and_never_less_than_none(hours, told_hours):
    way = reduce(after, [told("Signal"), told("Brief", hours=hours)], None)

    assert [(c.hours, n) for c, n in cells(way, SEOUL).items()] == [(UNTIMED, 1), (told_hours, 1)]


def test_of_two_at_the_same_time_the_first_told_gives_the_title():
    way = reduce(after, [told("Signal", title="one"), told("Signal", title="two")], None)

    assert way.title == "one"


def test_a_score_alone_is_counted_nowhere():
    assert not cells(after(None, told("Scorecard", decision="GO")), SEOUL)


# Ten signals: four became briefs, two of them S2. One brief and one pilot had nothing before.
ROWS = [
    ("signal", True, UNTIMED, 6),
    ("signal", False, UNTIMED, 4),
    ("brief", True, 24, 1),
    ("brief", True, 240, 1),
    ("brief", False, 48, 2),
    ("brief", True, UNTIMED, 1),
    ("s2", True, 10, 2),
    ("s3", True, UNTIMED, 1),
]


def test_really_passed_counts_a_step_only_where_it_was_and_shares_of_those_before():
    found = stages(ROWS, with_skipped=False, targets={"brief": 48})

    assert [s.count for s in found] == [10, 5, 2, 1]
    assert [s.share for s in found] == [None, 0.4, 0.4, 0.0]
    assert [s.median_hours for s in found] == [None, 48, 10, None]
    assert (found[1].in_time, found[1].timed, found[1].in_time_share) == (3, 4, 0.75)
    assert (found[1].days, found[3].days) == (2, None)
    assert (found[2].in_time, found[3].in_time_share) == (0, None)  # no target, nobody timed


def test_with_skipped_steps_every_step_before_the_last_counts():
    found = stages(ROWS, with_skipped=True)

    assert [s.count for s in found] == [12, 6, 3, 1]
    assert [s.share for s in found] == [None, 0.5, 0.5, 1 / 3]


cell_rows = st.lists(
    st.tuples(st.sampled_from(STEPS), st.booleans(), st.integers(UNTIMED, 9), st.integers(1, 5))
)


@given(cell_rows)
def test_with_skipped_steps_no_step_has_more_than_the_one_before(rows):
    counts = [stage.count for stage in stages(rows, with_skipped=True)]

    assert counts == sorted(counts, reverse=True)


@given(st.lists(st.integers(0, 50), min_size=1))
def test_a_median_of_counted_values_is_that_of_the_values(values):
    assert median_of({v: values.count(v) for v in values}) == median(values)


def test_nothing_has_no_median():
    assert median_of({}) is None
    assert Way(play=1, title="").began_at is None
