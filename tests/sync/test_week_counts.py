"""Actions by week are kept as they are recorded, and are what a recount finds."""

import random
from datetime import timedelta

import pytest

from plays.models import Action, Play, WeekCount
from plays.sync.intake.receiving import ReceiptStatus, record_all
from plays.sync.week_counts import recount_weeks
from tests.factories import NOW, make_action, make_play

pytestmark = pytest.mark.django_db


def event(number, play, at):
    data = {"activity_id": f"A-{number}", "play_id": play.play_id, "title": "세미나"}
    return {
        "specversion": "1.0",
        "id": f"evt-{number}",
        "source": "/ax/portal",
        "type": "activity.created",
        "time": at.isoformat(),
        "data": data,
    }


@pytest.mark.parametrize("seed", range(3))
def test_counters_are_what_a_recount_finds_in_whatever_order_events_come(seed):
    dice = random.Random(seed)
    plays = [make_play() for _ in range(3)]
    events = [
        event(n, dice.choice(plays), NOW - timedelta(hours=dice.randrange(24 * 7 * 13)))
        for n in range(40)
    ]
    sent = dice.sample(events * 2, 60)  # some of them twice, as a portal does

    receipts = record_all(sent, now=NOW)

    assert {receipt.status for receipt in receipts} == {
        ReceiptStatus.ACCEPTED,
        ReceiptStatus.DUPLICATE,
    }
    assert sum(WeekCount.objects.values_list("actions", flat=True)) == Action.objects.count()
    assert recount_weeks(Play.objects.all(), now=NOW) == 0


def test_a_week_begins_on_monday_in_the_zone_of_the_business():
    play = make_play()
    sunday = NOW.replace(day=22, hour=14, minute=59)  # 23:59 in Seoul
    make_action(play=play, occurred_at=sunday)
    make_action(play=play, occurred_at=sunday + timedelta(minutes=1))

    counted = WeekCount.objects.order_by("monday").values_list("monday", "actions")

    assert [(str(monday), actions) for monday, actions in counted] == [
        ("2026-11-16", 1),
        ("2026-11-23", 1),
    ]


def test_counters_that_are_wrong_are_repaired_and_it_is_logged(caplog):
    action, other = make_action(), make_action()
    WeekCount.objects.filter(play=action.play).update(actions=7)
    WeekCount.objects.filter(play=other.play).delete()
    WeekCount.objects.create(play=make_play(), monday=NOW.date(), actions=2)

    assert recount_weeks(Play.objects.all(), now=NOW) == 3

    counts = dict(WeekCount.objects.filter(actions__gt=0).values_list("play", "actions"))
    assert counts == {action.play_id: 1, other.play_id: 1}
    assert "repaired" in caplog.text
    assert recount_weeks(Play.objects.all(), now=NOW) == 0


def test_a_recount_costs_the_same_however_many_plays(django_assert_num_queries):
    for _ in range(5):
        make_action()

    plays = list(Play.objects.all())

    with django_assert_num_queries(2):
        recount_weeks(plays, now=NOW)
