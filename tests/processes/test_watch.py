"""When a cluster counts as stalled, when it is rung for, and how soon the next one starts."""

from datetime import UTC, datetime, timedelta

import pytest

from plays.worker.watch import LONGEST_PAUSE, Backoff, Bell, Watch

BEAT = datetime(2026, 11, 23, 5, 5, tzinfo=UTC)


def test_a_cluster_without_progress_is_stalled_after_the_limit():
    watch = Watch(limit=10, quiet_since=100)

    watch.saw(None, now=109)

    assert not watch.is_stalled(now=110)
    assert watch.is_stalled(now=110.1)


def test_only_a_new_beat_is_progress():
    watch = Watch(limit=10, quiet_since=100)

    watch.saw(BEAT, now=105)
    watch.saw(BEAT, now=114)
    assert watch.is_stalled(now=115.1)

    watch.saw(BEAT + timedelta(seconds=1), now=116)
    assert not watch.is_stalled(now=126)


def test_an_outage_of_the_database_is_not_held_against_the_cluster():
    watch = Watch(limit=10, quiet_since=100)

    watch.excuse(now=150)

    assert not watch.is_stalled(now=160)
    assert watch.is_stalled(now=160.1)


def test_the_first_bell_is_rung_at_once():
    assert Bell(every=5).is_due(now=0, answered=False, spread=1.0)


def test_answered_bells_keep_their_pace():
    bell = Bell(every=4)
    bell.ring(now=0)

    assert not bell.is_due(now=3.9, answered=True, spread=0.5)
    assert bell.is_due(now=4, answered=True, spread=0.5)


def test_bells_that_nobody_answers_come_ever_slower():
    bell, now, rung = Bell(every=5), 0.0, []
    while now < 600:
        if bell.is_due(now=now, answered=False, spread=0.5):
            bell.ring(now=now)
            rung.append(now)
        now += 1

    assert rung[:5] == [0, 10, 30, 70, 130]
    assert rung[-1] - rung[-2] == LONGEST_PAUSE


@pytest.mark.parametrize(("spread", "due_after"), [(0.0, 2), (0.5, 4), (1.0, 6)])
def test_chance_shifts_a_bell_by_up_to_half(spread, due_after):
    bell = Bell(every=4)
    bell.ring(now=0)

    assert not bell.is_due(now=due_after - 0.1, answered=True, spread=spread)
    assert bell.is_due(now=due_after, answered=True, spread=spread)


def test_what_ends_as_it_began_is_started_ever_later():
    backoff = Backoff()

    assert [backoff.after(0.1) for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_long_life_is_followed_by_a_start_at_once():
    backoff = Backoff()
    for _ in range(5):
        backoff.after(0.1)

    assert backoff.after(61) == 1
