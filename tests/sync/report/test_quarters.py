"""The team's counters quarter on quarter, of kept counters and what is counted beside them."""

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from plays.models import Action, WeeklySync
from plays.rules.digest import Span
from plays.rules.planner import counter_of
from plays.sync.report.quarters import COUNTERS, counts_in, quarter_on_quarter
from plays.sync.weekly.recounting import recount
from tests.factories import make_action, make_play

pytestmark = pytest.mark.django_db
SEOUL = ZoneInfo("Asia/Seoul")
START, BEFORE = datetime(2026, 10, 1, tzinfo=SEOUL), datetime(2026, 7, 1, tzinfo=SEOUL)


@pytest.mark.parametrize("day", [0, 3, 45, 88])
def test_the_lines_are_what_the_actions_add_up_to_early_and_late_in_a_quarter(day):
    dice, at, play = random.Random(day), START + timedelta(days=day, hours=5), make_play()
    for _ in range(25):
        when = BEFORE + timedelta(hours=dice.randrange(180 * 24))
        kind = dice.choice(["Activity", "Signal", "Brief", "S2", "S3", "Scorecard"])
        make_action(play=play, action_type=kind, occurred_at=when, data={"decision": "GO"})
    weekly = WeeklySync.objects.create(slot=at, trigger="person", started_at=at)
    recount(weekly, now=START + timedelta(days=91))

    def count(name, start, end):
        actions = Action.objects.within(start, end)
        return sum(counter_of(a.action_type, a.data["decision"]) == name for a in actions)

    assert [(line.name, line.now, line.then, line.last) for line in quarter_on_quarter(at)] == [
        (
            name,
            count(name, START, at),
            count(name, BEFORE, min(BEFORE + (at - START), START)),
            count(name, BEFORE, START),
        )
        for name in COUNTERS
    ]


@pytest.mark.parametrize("seed", range(5))
def test_spans_that_share_days_or_end_after_now_are_counted_each_for_itself(seed):
    dice, play = random.Random(seed), make_play()
    hours = [dice.randrange(100) for _ in range(20)]
    for hour in hours:
        make_action(play=play, action_type="Signal", occurred_at=START + timedelta(hours=hour))
    ends = [sorted(dice.sample(range(-5, 110, 5), 2)) for _ in range(6)]
    spans = [Span.of((START + timedelta(hours=a), START + timedelta(hours=b))) for a, b in ends]
    until = dice.randrange(100)

    told = counts_in(spans, until=START + timedelta(hours=until))

    assert [told[span]["signal"] for span in spans] == [
        sum(start <= hour < end and hour <= until for hour in hours) for start, end in ends
    ]
    assert counts_in([]) == {}
