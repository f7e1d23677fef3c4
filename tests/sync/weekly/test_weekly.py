"""The weekly sync counts again and leaves the Play DB true, in one read and one write."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from plays.models import Play, QuarterCount, WeeklyResult
from plays.rules.quarter import Quarter
from plays.sync.intake.receiving import record
from tests.events import activity
from tests.sync.weekly.damage import (
    FIRST,
    SECOND,
    THIRD,
    findings,
    make_company,
    run,
    set_cell,
    this_quarter,
    today,
)

pytestmark = pytest.mark.django_db(transaction=True)
SEOUL = ZoneInfo("Asia/Seoul")


def calls_of(world, page_id):
    return [call.method for call in world.sandbox.calls if page_id in call.path]


@pytest.fixture
def company(world):
    return make_company(world)


# --- The Play DB ---------------------------------------------------------------------------------


def test_the_play_db_costs_one_read_and_one_write_however_many_plays(world):
    for number in range(43):
        world.add_play(f"EXT_Desk_D{number:02d}", mapped=False)
        record(today(activity, f"EXT_Desk_D{number:02d}"))
    world.sandbox.reset_calls()

    done = run()

    assert calls_of(world, world.play_db) == ["GET", "PUT"]
    assert (done.state, done.done) == ("done", done.total)
    assert len(world.play_rows()) == 43
    assert {row["activity_qtd"] for row in world.play_rows().values()} == {"1"}


def test_nothing_to_change_is_one_look_at_each_page_and_no_write(company):
    company.sandbox.reset_calls()

    done = run()

    assert done.state == "done"
    assert company.sandbox.calls.by_method == {"GET": 5}
    assert findings() == []


def test_a_new_play_gets_a_row(company):
    company.add_play("EXT_New", mapped=False)

    run()

    assert company.play_rows()["EXT_New"]["activity_qtd"] == "0"
    assert findings() == []


def test_a_page_without_a_table_gets_one(world):
    world.add_play(FIRST, mapped=False)
    world.sandbox.edit(world.play_db, "<p>아직 표가 없습니다.</p>")

    run()

    assert world.play_rows()[FIRST]["activity_qtd"] == "0"
    assert "아직 표가 없습니다." in world.sandbox.body(world.play_db)


def test_an_inactive_play_keeps_its_row_and_is_no_longer_written(company):
    Play.objects.filter(play_id=THIRD).update(is_active=False)
    company.sandbox.edit_with(company.play_db, lambda body: set_cell(body, THIRD, 3, "7"))

    run()

    assert company.play_rows()[THIRD]["activity_qtd"] == "7"
    assert findings() == []


def test_results_say_where_each_play_stands(company):
    results = {r.play.play_id: r for r in WeeklyResult.objects.select_related("play")}

    assert set(results) == {FIRST, SECOND, THIRD}
    assert (results[FIRST].activity, results[FIRST].signal, results[FIRST].brief) == (1, 1, 1)
    assert results[FIRST].status in ("G", "Y", "R")
    assert company.play_rows()[FIRST]["status"] == results[FIRST].status


def test_an_override_is_the_status_while_it_lasts(company):
    Play.objects.filter(play_id=FIRST).update(
        override_status="G",
        override_reason="계약 직전",
        override_until=timezone.now() + timedelta(days=1),
    )

    run()

    assert company.play_rows()[FIRST]["status"] == "G"


# --- Counters ------------------------------------------------------------------------------------


def test_wrong_counters_are_repaired_and_remembered(company):
    quarter = this_quarter()
    QuarterCount.objects.of(quarter).filter(play__play_id=FIRST).update(activity=9, s3=4)
    QuarterCount.objects.of(quarter).filter(play__play_id=SECOND).delete()

    done = run()

    repaired = {r.play.play_id: r for r in done.results.filter(was_repaired=True)}
    assert set(repaired) == {FIRST, SECOND}
    assert repaired[FIRST].repaired_from[str(quarter)]["activity"] == 9
    assert (repaired[FIRST].activity, repaired[FIRST].s3) == (1, 0)
    assert company.play_rows()[FIRST]["activity_qtd"] == "1"
    assert QuarterCount.objects.of(quarter).get(play__play_id=SECOND).brief == 1


def test_the_quarter_before_is_repaired_too(company):
    before = this_quarter().previous
    play = Play.objects.get(play_id=FIRST)
    QuarterCount.objects.create(play=play, year=before.year, quarter=before.number, signal=3)

    done = run()

    assert QuarterCount.objects.of(before).get(play=play).signal == 0
    assert done.results.get(play=play).repaired_from == {
        str(before): {"activity": 0, "signal": 3, "brief": 0, "s2": 0, "s3": 0}
    }


def test_a_recount_costs_the_same_however_many_plays(world, django_assert_max_num_queries):
    from plays.sync.weekly.recounting import recount

    for number in range(20):
        world.add_play(f"EXT_{number}", mapped=False)
        record(today(activity, f"EXT_{number}"))
    done = run()

    with django_assert_max_num_queries(11):  # four of them prove the funnel
        assert recount(done, now=timezone.now()) == 0


# --- The calendar --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "quarter"),
    [
        ("2025-12-31T23:59:59+09:00", (2025, 4)),
        ("2026-01-01T00:00:00+09:00", (2026, 1)),
        ("2025-12-31T15:00:00+00:00", (2026, 1)),
        ("2024-02-29T12:00:00+09:00", (2024, 1)),
        ("2024-03-31T23:59:59+09:00", (2024, 1)),
        ("2024-04-01T00:00:00+09:00", (2024, 2)),
    ],
)
def test_an_action_counts_in_the_quarter_of_seoul(world, moment, quarter):
    world.add_play(FIRST, mapped=False)
    record(activity(FIRST, event_time=moment))
    QuarterCount.objects.all().delete()
    ran_at = datetime.fromisoformat(moment) + timedelta(hours=1)

    with time_machine.travel(ran_at, tick=True):
        run()

    row = QuarterCount.objects.get(activity=1)
    assert (row.year, row.quarter) == quarter
    same = Quarter.of(ran_at, SEOUL) == Quarter(*quarter)
    assert world.play_rows()[FIRST]["activity_qtd"] == ("1" if same else "0")
