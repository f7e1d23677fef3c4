"""The KPI digest: the week's and month's counts, lead times, alerts, and weeks that are over."""

import itertools
import random
from datetime import timedelta

import pytest

from plays.models import Action, QuarterCount
from plays.rules.digest import (
    Span,
    brief_to_s2,
    counts_in,
    overdue_briefs,
    signal_to_brief,
    unbriefed_signals,
)
from plays.views.digest import digest as digest_view
from plays.views.digest.digest_actions import _digest_actions, year_until
from tests.factories import NOW, make_action, make_play

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

SATURDAY = NOW - timedelta(days=2)
numbers = itertools.count(1)


@pytest.fixture
def play():
    return make_play(name="Alpha", activity_goal=0, signal_goal=0, brief_goal=0, s2_goal=0)


def act(play, action_type, days_ago=0.0, **changes):
    subject_id = changes.pop("subject_id", f"{action_type}-{next(numbers)}")
    data = {name: value for name, value in changes.items() if name != "title"}
    return make_action(
        play=play,
        action_type=action_type,
        subject_id=subject_id,
        title=changes.get("title", f"{action_type} of Alpha"),
        occurred_at=NOW - timedelta(days=days_ago),
        data=data,
    )


def test_a_week_and_its_month_stand_against_the_targets(seen, play):
    for days_ago in (0, 0.1, 1, 2, 10, 30):  # it is Monday; the last one was in October
        act(play, "Activity", days_ago)
    act(play, "S2", decision="GO")
    act(play, "S2", decision="PIVOT")

    text = seen("digest")

    assert "2026-W48 (11.23–11.29)" in text
    # 14 hours and 5 minutes of seven days: an even pace asks for 1.7 of 20.
    assert "Activities 20 2 / 20 pace 1.7 2 5 / 86 pace" in text
    assert "S2 2–4 1 / 2 pace 0.2 0 1 / 9 pace" in text
    assert (
        "6 actions in 13 weeks; a week each, oldest first: 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 2"
        in text
    )


def test_targets_are_settings(seen, play, settings):
    settings.TEAM_WEEKLY_TARGETS = settings.TEAM_WEEKLY_TARGETS | {"activity": (7, 9)}

    assert "Activities 7–9 0 / 7 pace 0.6 0 0 / 30" in seen("digest")


def test_each_plays_own_lead_time_target_stands_against_what_its_steps_took(seen, play):
    play.quarter_goals.update(lead_time="A→S0≤1d / S0→S1≤2d / S1→S2≤14d")
    slow = make_play(name="Beta")
    slow.quarter_goals.update(lead_time="확인≤3d")
    act(play, "Signal", 5, subject_id="S1")
    act(play, "Brief", 0, signal_id="S1")

    text = seen("digest")

    assert "Alpha Signal → brief within 2 days ■ missed 5 days median of 1, 0% within" in text
    assert "Alpha Brief → S2 within 14 days none completed" in text
    assert "1 target is kept, but no events tell how long it took Beta : 확인≤3d" in text


def test_lead_times_are_told_with_their_share_within_the_target(seen, play):
    act(play, "Signal", 5, subject_id="S1")
    act(play, "Brief", 0, signal_id="S1", subject_id="B1")
    act(play, "Signal", 30, subject_id="S2")
    act(play, "Brief", 19, signal_id="S2", subject_id="B2")
    act(play, "S2", 1, brief_id="B2", decision="NO_GO")

    text = seen("digest")

    assert (
        "Signal → brief within 7 days 5 days median of 1, 100% within target"
        " 8 days median of 2, 50% within target" in text
    )
    assert "Brief → S2 within 14 days none completed 18 days median of 1, 0% within target" in text


def test_alerts_name_what_lies_still(seen, play):
    act(play, "Brief", 20, title="a late brief")
    act(play, "Brief", 3, title="a young brief")
    act(play, "Signal", 9, subject_id="S1", title="a good signal")
    act(play, "Scorecard", 8, subject_id="S1", decision="GO")
    act(play, "Signal", 9, subject_id="S2", title="a poor signal")
    act(play, "Scorecard", 8, subject_id="S2", decision="HOLD")

    alerts = seen("digest").partition("Alerts")[2]

    assert "Overdue briefs 1 No validation within 14 days. a late brief 6 days late" in alerts
    assert (
        "without a brief 1 Scored GO, and no brief within 7 days. a good signal 2 days late"
        in alerts
    )
    assert "a young brief" not in alerts
    assert "a poor signal" not in alerts


def test_a_long_alert_is_cut_and_says_how_much_more_there_is(seen, play):
    for number in range(20):
        act(play, "Brief", 20 + number)

    text = seen("digest")

    assert "Overdue briefs 20" in text
    assert "and 5 more" in text


def test_what_belongs_to_a_play_that_ended_is_no_alert(seen, play):
    act(play, "Brief", 20)
    play.is_active = False
    play.save()

    assert "Overdue briefs 0" in seen("digest")


def test_plays_behind_are_those_of_the_overview(seen, play, counted):
    behind = make_play(name="Beta")
    counted(behind, activity=2, last_action_at=NOW)
    counted(play, last_action_at=NOW)

    text = seen("digest")

    assert "Plays behind 1 Beta" in text
    assert "4% of pace" in text


def test_many_plays_behind_are_counted_and_the_worst_are_named(seen, monkeypatch):
    monkeypatch.setattr(digest_view, "MOST_REDS", 2)
    for _ in range(5):
        make_play(activity_goal=100, signal_goal=100, brief_goal=100, s2_goal=100)

    text = seen("digest")

    assert "Plays behind 5" in text
    assert "and 3 more" in text


def test_a_week_that_is_over_reads_as_it_did_then(seen, play):
    act(play, "Activity", 1)
    act(play, "Activity", 0)
    act(play, "Brief", 16, subject_id="B1", title="a late brief")
    act(play, "S2", 0, brief_id="B1", decision="GO")
    sleeper = make_play(name="Beta", activity_goal=4, signal_goal=0, brief_goal=0, s2_goal=0)
    act(sleeper, "Activity", 0)
    act(sleeper, "Activity", 0)
    QuarterCount.objects.create(play=sleeper, year=2026, quarter=4, activity=2, last_action_at=NOW)

    then = seen("digest", query="?week=2026-W47")
    now = seen("digest")

    assert "This week is over. Everything is told as of 2026-11-22 (Sun) 23:59" in then
    assert "Activities 20 1 / 20" in then
    assert "Overdue briefs 1" in then
    assert "Plays behind 1 Beta" in then
    assert "Overdue briefs 0" in now
    assert "Beta" not in now


@pytest.mark.parametrize("week", ["2026-W49", "2020-W01", "nonsense", "2026-W48"])
def test_a_week_without_a_record_is_the_one_now(seen, play, week):
    act(play, "Activity", 1)

    assert "2026-W48 (11.23–11.29)" in seen("digest", query=f"?week={week}")


def test_it_costs_the_same_however_much_was_done(client, pm, play, django_assert_num_queries):
    from tests.views.test_screens import CountQueries

    client.force_login(pm)
    for number in range(2):
        act(make_play(), "Brief", 20 + number)
    with CountQueries() as few:
        client.get("/digest/")
    for number in range(40):
        act(make_play(), "Brief", 20 + number)

    with django_assert_num_queries(len(few)):
        client.get("/digest/")


@pytest.mark.parametrize("seed", range(4))
def test_what_is_read_of_a_year_tells_what_every_action_would(play, seed):
    dice = random.Random(seed)
    plays = [play, make_play(is_active=False)]
    for _ in range(60):
        own = dice.choice(plays)
        signal, brief = f"S{own.pk}-{dice.randrange(5)}", f"B{own.pk}-{dice.randrange(5)}"
        kind, details = dice.choice((
            ("Activity", {}),
            ("Signal", {"subject_id": signal}),
            ("Scorecard", {"subject_id": signal, "decision": dice.choice(("GO", "HOLD"))}),
            ("Brief", {"subject_id": brief, "signal_id": dice.choice((signal, ""))}),
            ("S2", {"brief_id": brief, "decision": dice.choice(("GO", "NO_GO"))}),
        ))  # fmt: skip
        act(own, kind, dice.uniform(-1, 120), **details)
    month = Span(start=NOW - timedelta(days=30), end=NOW + timedelta(days=3))
    every = _digest_actions(Action.objects.filter(occurred_at__lte=NOW))

    year = year_until(NOW, spans=[month], steps=month)

    for name in ("activity", "signal", "brief", "s2", "s3"):
        assert year.count(name, month) == getattr(counts_in(every, month), name)
    for lead in (signal_to_brief, brief_to_s2):
        for fits in (lambda _: True, lambda one: one.play == play.pk):
            told, true = (
                lead(filter(fits, actions), month, target=timedelta(days=7))
                for actions in (year.actions, every)
            )
            assert told == true
    for left in (overdue_briefs, unbriefed_signals):
        told, true = (
            left([one for one in actions if one.is_active], at=NOW, within=timedelta(days=7))
            for actions in (year.actions, every)
        )
        assert told == true
