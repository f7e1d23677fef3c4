"""The weekly sync leaves the Play DB true, says what people changed, and loses to no kill."""

import random

import pytest
from django.db import connection
from django.utils import timezone

from plays.models import Finding, QuarterCount, SyncJob, WeeklyResult, WeeklySync
from plays.models.weekly import WeeklyTrigger
from plays.sync import weekly
from plays.sync.drain import drain
from plays.sync.intake import record, record_all
from tests.events import activity, brief, signal

pytestmark = pytest.mark.django_db(transaction=True)
PLAY = "EXT_Desk_D01"


def now_event(make, *args, **data):
    return make(*args, event_time=timezone.now().isoformat(), **data)


def run(**changes):
    return weekly.run(**{"trigger": WeeklyTrigger.PERSON, **changes})


def findings(kind):
    return list(Finding.objects.filter(kind=kind))


@pytest.fixture
def company(world):
    """Three Plays with events that are on their pages."""
    for number in range(1, 4):
        world.add_play(f"EXT_Desk_D0{number}")
        record_all(
            [
                now_event(activity, f"EXT_Desk_D0{number}"),
                now_event(signal, f"EXT_Desk_D0{number}"),
                now_event(brief, play_id=f"EXT_Desk_D0{number}"),
            ]
        )
    drain()
    return world


# --- The Play DB ---------------------------------------------------------------------------------


def test_the_play_db_costs_one_read_and_one_write_however_many_plays(world):
    for number in range(43):
        world.add_play(f"EXT_Desk_D{number:02d}", mapped=False)
        record(now_event(activity, f"EXT_Desk_D{number:02d}"))
    world.sandbox.reset_calls()

    done = run()

    calls = [c for c in world.sandbox.calls if world.play_db in c.path]
    assert [call.method for call in calls] == ["GET", "PUT"]
    assert done.state == "done"
    assert len(world.play_rows()) == 43
    assert {row["activity_qtd"] for row in world.play_rows().values()} == {"1"}


def test_nothing_to_change_is_no_write(company):
    run()
    version = company.sandbox.version(company.play_db)
    company.sandbox.reset_calls()

    done = run()

    assert done.state == "done"
    assert company.sandbox.version(company.play_db) == version
    assert company.sandbox.calls.by_method == {"GET": 5}


def test_a_new_play_gets_a_row_and_an_inactive_one_keeps_its_own(company):
    run()
    gone = company.add_play("EXT_Gone", mapped=False, is_active=False)
    company.add_play("EXT_New", mapped=False)
    body = company.sandbox.body(company.play_db)

    run()

    assert "EXT_New" in company.play_rows()
    assert gone.play_id not in body
    company.sandbox.edit_with(company.play_db, lambda b: b.replace("EXT_Desk_D03", "EXT_Gone"))
    before = company.play_rows()["EXT_Gone"]
    run()
    assert company.play_rows()["EXT_Gone"] == before
