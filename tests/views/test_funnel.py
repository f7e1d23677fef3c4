"""The funnel: which kind, of what, told apart, held to targets; what lies too long."""

from datetime import timedelta

import pytest

from plays.models import QuarterCount, QuarterGoal
from tests.factories import NOW, make_action, make_play
from tests.views.test_screens import CountQueries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


def step(play, kind, days_ago, subject, **data):
    at = NOW - timedelta(days=days_ago)
    return make_action(play=play, action_type=kind, subject_id=subject, occurred_at=at, data=data)


@pytest.fixture
def two():
    """Desk: two signals, one briefed in ten days and then validated. Net: a brief out of nothing,
    with a target of its own.
    """
    desk = make_play(name="Alpha", channel="Desk", owner="Kim")
    step(desk, "Signal", 40, "SIG-1")
    step(desk, "Signal", 9, "SIG-2")
    step(desk, "Signal", 50, "SIG-3")
    step(desk, "Scorecard", 49, "SIG-3", decision="NO_GO")
    step(desk, "Brief", 30, "BRF-1", signal_id="SIG-1")
    step(desk, "S2", 28, "VAL-1", brief_id="BRF-1", decision="GO")
    net = make_play(name="Beta", channel="Net", owner="Lee")
    QuarterGoal.objects.filter(play=net).update(lead_time="S1→S2≤30d")
    step(net, "Brief", 20, "BRF-2")
    QuarterCount.objects.create(play=desk, year=2026, quarter=4, activity=6, last_action_at=NOW)
    return desk, net


def test_it_says_which_kind_it_is_and_of_what(seen, two):
    passed = seen("funnel")
    skipped = seen("funnel", query="?kind=skipped")

    assert "6 Activities 50% per activity 3 Signals 33% 10 d 2 Briefs 50% 2 d 1 S2" in passed
    assert "how far it has come until today. An opportunity counts at the steps that it" in passed
    assert "4 Signals 50% 10 d 2 Briefs" in skipped
    assert "skipped ones too" in skipped


@pytest.mark.parametrize(
    ("by", "first"),
    [
        ("channel", "Desk 6 3 50% 1 33% 1 100% 0 0% 10 d · 0% in time 2 d · 100% in time"),
        ("owner", "Kim 6 3"),
        ("play", "Alpha 6 3"),
        ("quarter", "2026Q4 6 3"),
        ("nonsense", "Desk 6 3"),
    ],
)
def test_it_is_told_apart(seen, two, by, first):
    assert first in seen("funnel", query=f"?by={by}").partition("Told apart")[2]


def test_a_step_leads_to_what_it_counts_within_the_filter(seen, two):
    text = seen("funnel", query="?step=brief&channel=Desk").partition("Told apart")[0]

    assert "Briefs: the 1 behind the number" in text
    assert "LOG-2026-" in text


def test_what_lies_too_long_is_a_list_by_the_plays_own_target(seen, two):
    text = seen("funnel").partition("What lies too long")[2]

    # The other signal was briefed, or scored NO_GO; the brief's own target is thirty days.
    assert "Signals without a brief 1 " in text
    assert "Briefs without a validation 0 " in text
    QuarterGoal.objects.update(lead_time="")
    assert "Briefs without a validation 1 " in seen("funnel")


def test_it_costs_the_same_however_many_plays(client, pm, two, django_assert_num_queries):
    client.force_login(pm)
    address = "/funnel/?by=play&step=signal"
    with CountQueries() as few:
        client.get(address)
    for number in range(8):
        step(make_play(), "Signal", 12, f"S-{number}")

    with django_assert_num_queries(len(few)):
        client.get(address)
