"""Waits grow, stay within bounds and end; waiting is not failing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plays.rules.retry import AskPerson, Remedy, RetryPolicy, TryAgain, decide

NOW = datetime(2026, 11, 23, tzinfo=UTC)
POLICY = RetryPolicy()


def decided(remedy, *, failures=1, same=1, failing_for=timedelta(0), spread=0.0):
    return decide(
        remedy,
        failures=failures,
        same_failures=same,
        failing_since=NOW - failing_for,
        now=NOW,
        policy=POLICY,
        spread=spread,
    )


@pytest.mark.parametrize(
    ("failures", "wait"),
    [(1, 1), (2, 2), (3, 4), (4, 8), (6, 32), (7, 60), (50, 60)],
)
def test_each_failure_doubles_the_wait_up_to_an_hour(failures, wait):
    assert decided(Remedy.WAIT, failures=failures) == TryAgain(at=NOW + timedelta(minutes=wait))


def test_tries_within_a_claim_double_the_delay():
    assert [POLICY.delay_after(n).total_seconds() for n in (1, 2, 3)] == [2, 4, 8]


@pytest.mark.parametrize("remedy", [Remedy.REREAD, Remedy.WAIT_SITE, Remedy.CREDENTIALS])
def test_waiting_for_others_is_not_failing(remedy):
    decision = decided(remedy, failures=99, failing_for=timedelta(days=9))

    assert isinstance(decision, TryAgain)
    assert not decision.counts


def test_after_a_day_a_person_is_asked():
    assert isinstance(decided(Remedy.WAIT, failing_for=timedelta(hours=23)), TryAgain)
    assert decided(Remedy.WAIT, failing_for=timedelta(hours=24)) == AskPerson()


def test_a_missing_page_is_believed_only_when_it_stays_missing():
    long = timedelta(minutes=2)

    assert isinstance(decided(Remedy.CONFIRM, same=2, failing_for=long), TryAgain)
    assert isinstance(decided(Remedy.CONFIRM, same=9, failing_for=long / 2), TryAgain)
    assert decided(Remedy.CONFIRM, same=3, failing_for=long) == AskPerson()


def test_what_no_wait_will_heal_goes_to_a_person_at_once():
    assert decided(Remedy.PERSON) == AskPerson()


@given(st.integers(1, 1000), st.floats(0, 1))
def test_the_spread_only_lengthens_a_wait_and_by_a_quarter_at_most(failures, spread):
    plain = decided(Remedy.WAIT, failures=failures)
    spread_out = decided(Remedy.WAIT, failures=failures, spread=spread)

    assert plain.at <= spread_out.at <= NOW + (plain.at - NOW) * 1.25


@pytest.mark.parametrize(
    ("asked", "waited"), [(0, 1), (7, 7), (9.2e18, 3600), (-5, 1), (float("inf"), 3600)]
)
def test_retry_after_wins_within_bounds(asked, waited):
    assert POLICY.pause_after(9, retry_after=asked) == timedelta(seconds=waited)


def test_a_site_that_does_not_say_is_left_alone_from_half_a_minute_to_five():
    waits = [POLICY.pause_after(pauses).total_seconds() for pauses in (1, 2, 3, 4, 5, 6, 10_000)]

    assert waits == [30, 60, 120, 240, 300, 300, 300]


@given(st.integers(1, 1000), st.none() | st.floats(0, 3600), st.floats(0, 1))
def test_the_spread_never_ends_a_pause_sooner(pauses, asked, spread):
    plain = POLICY.pause_after(pauses, retry_after=asked)
    spread_out = POLICY.pause_after(pauses, retry_after=asked, spread=spread)

    assert plain <= spread_out <= min(POLICY.longest_wait, plain * 1.25)


def test_a_claim_makes_three_tries_and_a_reread_waits_a_quarter_of_a_minute():
    assert POLICY.tries == 3
    assert decided(Remedy.REREAD).at == NOW + timedelta(seconds=15)
    assert decided(Remedy.REREAD, spread=1).at == NOW + timedelta(seconds=30)
