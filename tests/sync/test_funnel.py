"""Opportunities and their counts: right as actions are recorded, else made right."""

import random
from datetime import timedelta

import pytest
import time_machine
from django.forms.models import model_to_dict

from plays.models import Action, FunnelCount, Opportunity, Play, WeekStatus
from plays.rules.quarter import Quarter
from plays.sync import funnel_recount
from plays.sync.chunks import in_chunks
from plays.sync.funnel import count_funnel, funnel_rows
from plays.sync.funnel_recount import recount_funnel
from plays.sync.plays.week_statuses import tell_weeks
from tests.factories import NOW, make_action, make_play
from tests.history import make_history

pytestmark = pytest.mark.django_db


@pytest.fixture
def monday():
    with time_machine.travel(NOW, tick=False):
        yield


def count_again():
    return recount_funnel(now=NOW, since=Quarter(2026, 1))


@pytest.fixture
def history():
    """Half a year of two Plays, in no order."""
    dice = random.Random(7)
    for _ in range(2):
        make_history(make_play(), dice, speed=0.6, last=NOW)
    actions = list(Action.objects.all())
    dice.shuffle(actions)
    return actions


@pytest.mark.parametrize("together", [1, 7, 1_000])
def test_counted_in_whatever_order_it_is_what_a_recount_finds(history, together):
    for chunk in in_chunks(history, together):
        count_funnel(chunk)

    assert Opportunity.objects.filter(s2_at__isnull=False).exists()
    assert count_again() == 0


def test_a_recount_finds_everything_where_nothing_was_counted_and_drops_what_is_not_true(history):
    Opportunity.objects.create(
        key="signal:never", play=history[0].play, title="x", year=2026, quarter=4, began_at=NOW
    )
    FunnelCount.objects.create(
        play=history[0].play, year=2026, quarter=4, step="s3", is_last=True, hours=3, count=99
    )

    assert count_again() > 1
    assert count_again() == 0
    assert sum(row[3] for row in funnel_rows(step="s3")) == 0


def test_a_recount_notices_each_value_that_is_wrong_and_knows_the_right_one(history):
    count_again()
    of_actions = {"s2_at__isnull": False, "scored_at__isnull": False, "play": history[0].play}
    one = Opportunity.objects.filter(**of_actions).earliest("pk")
    right = model_to_dict(one, exclude=["id"])
    other = Play.objects.exclude(pk=one.play_id).get()
    later = dict.fromkeys(("brief_at", "validated_at", "scored_at", "began_at"), NOW)
    wrong = {"play": other, "title": "x", "decision": "?", "year": 2025, "quarter": 1, **later}
    for name, value in (wrong | {"signal_at": None, "s2_at": None, "s3_at": NOW}).items():
        Opportunity.objects.filter(key=one.key).update(**{name: value})
        assert count_again() == 1, name
        assert model_to_dict(Opportunity.objects.get(key=one.key), exclude=["id"]) == right


@pytest.mark.parametrize("name", ["title", "decision"])
def test_of_two_actions_at_one_time_the_right_one_is_told_whatever_was_written(name):
    play = make_play()
    for log_id, decision in (("LOG-2026-00001", "GO"), ("LOG-2026-00002", "HOLD")):
        told = {"subject_id": "SIG-1", "title": log_id, "occurred_at": NOW, "log_id": log_id}
        make_action(play=play, action_type="Signal", **told)
        told |= {"log_id": f"{log_id}9", "data": {"decision": decision}}
        make_action(play=play, action_type="Scorecard", **told)
    one = Opportunity.objects.get()
    assert (one.title, one.decision) == ("LOG-2026-00001", "HOLD")
    assert count_again() == 0

    other = {"title": "LOG-2026-00002", "decision": "GO"}[name]
    Opportunity.objects.update(**{name: other})
    assert count_again() == 1
    assert getattr(Opportunity.objects.get(), name) == getattr(one, name)


def test_where_nothing_is_wrong_two_statements_say_so(history, django_assert_num_queries):
    count_again()

    with django_assert_num_queries(2):
        assert count_again() == 0


def test_more_wrong_opportunities_than_are_repaired_at_a_time_are_all_repaired(
    history, monkeypatch
):
    count_again()
    every = Opportunity.objects.count()
    monkeypatch.setattr(funnel_recount, "TOGETHER", 7)
    Opportunity.objects.update(title="x")

    assert count_again() == every > 14
    assert count_again() == 0


def test_a_recount_of_late_quarters_leaves_alone_what_began_before(history):
    count_again()
    before = set(Opportunity.objects.values_list("key", "began_at", "brief_at"))

    assert recount_funnel(now=NOW, since=Quarter(2026, 4)) == 0
    assert set(Opportunity.objects.values_list("key", "began_at", "brief_at")) == before


def test_a_brief_told_after_its_validation_joins_it_to_its_signal():
    play = make_play()
    steps = (
        ("S2", "VAL-1", {"brief_id": "BRF-1", "decision": "GO"}, 9),
        ("Signal", "SIG-1", {}, 1),
        ("Brief", "BRF-1", {"signal_id": "SIG-1"}, 5),
    )
    for kind, subject, data, day in steps:
        at = NOW - timedelta(days=30 - day)
        make_action(play=play, action_type=kind, subject_id=subject, data=data, occurred_at=at)

    (one,) = Opportunity.objects.all()
    assert (one.key, one.s2_at - one.signal_at) == ("signal:SIG-1", timedelta(days=8))
    assert {(r[0], r[1], r[2]) for r in funnel_rows()} == {
        ("signal", False, -1),
        ("brief", False, 96),
        ("s2", True, 96),
    }


# --- Weeks --------------------------------------------------------------------------------------


def test_weeks_that_are_over_are_told_once_and_again_after_a_late_action(monday):
    play = make_play(activity_goal=0, signal_goal=0, brief_goal=0, s2_goal=0)
    make_action(play=play, occurred_at=NOW - timedelta(weeks=4))

    assert tell_weeks(now=NOW) == 13
    assert tell_weeks(now=NOW) == 0
    told = WeekStatus.objects.order_by("monday").values_list("status", flat=True)
    assert "".join(told).lstrip() == "GGYY"

    make_action(play=play, occurred_at=NOW - timedelta(weeks=1))
    assert tell_weeks(now=NOW) == 1
    assert WeekStatus.objects.order_by("-monday")[0].status == "G"


def test_a_weeks_counters_are_those_of_its_quarter_so_far(monday):
    play = make_play()
    for weeks in (1, 2, 9):  # the last in the quarter before
        make_action(play=play, occurred_at=NOW - timedelta(weeks=weeks))

    tell_weeks(now=NOW)

    newest_first = WeekStatus.objects.order_by("-monday").values_list("activity", flat=True)
    assert list(newest_first[:3]) == [2, 1, 0]
    assert newest_first[8] == 1
