"""When what a page tells is an action of ours: enough is said, and all of it is the same."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from plays.sync.reconcile.matching import Candidates, is_of_another, is_same, never_written, written
from plays.sync.reconcile.reading import Told
from tests.factories import make_action, make_job, make_page, make_play

pytestmark = pytest.mark.django_db
SEOUL = ZoneInfo("Asia/Seoul")
AT = datetime(2026, 11, 20, 10, 30, 59, tzinfo=SEOUL)
NOTHING = {"play": None, "action_type": "", "moment": None, "has_clock": False}


@pytest.fixture
def action():
    return make_action(title="AHT", action_type="Signal", occurred_at=AT)


def told_of(action, **changes):
    values = {
        "log_id": action.log_id,
        "page": make_page(),
        "is_row": True,
        "text": action.title,
        "play": action.play,
        "action_type": action.action_type,
        "title": action.title,
        "moment": action.occurred_at.replace(second=0),
        "has_clock": True,
    }
    return Told(**{**values, **changes})


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"title": " aht"}, True),
        ({"text": "이름이 없는 줄"}, True),
        ({"title": "AHT, says Kim", "text": "AHT, says Kim"}, True),
        ({"title": "AHTs", "text": "AHTs"}, False),
        ({"title": "", "text": ""}, False),
        ({"action_type": "Brief"}, False),
        ({"moment": AT + timedelta(minutes=1)}, False),
        ({"moment": AT.replace(hour=0, minute=0), "has_clock": False}, True),
        ({"moment": AT + timedelta(days=1), "has_clock": False}, False),
        ({"play": None}, True),
        ({"action_type": ""}, True),
        ({"moment": None, "has_clock": False}, True),
        ({"play": None, "action_type": ""}, False),
        (NOTHING, False),
    ],
)
def test_it_is_the_same_event_where_the_title_and_two_more_are_and_nothing_differs(
    action, changes, same
):
    told = told_of(action, **changes)

    assert is_same(told, action) is same
    assert (Candidates([action]).take(told) == action) is same


def test_another_play_s_event_is_another(action):
    assert not is_same(told_of(action, play=make_play()), action)


def test_an_action_is_found_once_and_the_one_with_the_very_title_first(action):
    longer = make_action(title="AHT 2", action_type="Signal", occurred_at=AT, play=action.play)
    told = told_of(action, text="AHT 2", title="AHT 2")
    candidates = Candidates([action, longer])

    assert candidates.take(told) == longer
    assert candidates.take(told) == action  # what is told holds its title too
    assert candidates.take(told) is None


def test_a_day_is_the_team_s(action):
    midnight = datetime(2026, 11, 21, tzinfo=SEOUL)  # still the 20th in UTC
    late = make_action(title="AHT", action_type="Signal", occurred_at=midnight, play=action.play)
    day = told_of(late, moment=midnight, has_clock=False)

    assert Candidates([action, late]).take(day) == late


@pytest.mark.parametrize(
    ("changes", "was_written", "foreign"),
    [
        ({}, False, False),
        ({"title": "Other", "text": "Other"}, False, True),
        ({"title": "Other", "text": "Other"}, True, False),  # a colleague's edit
        ({"title": "Other", "text": "Other", "action_type": "Brief"}, True, True),
        ({**NOTHING, "title": "", "text": ""}, False, False),
    ],
)
def test_a_row_is_another_s_where_one_fact_differs_or_two_of_what_we_wrote(
    action, changes, was_written, foreign
):
    ours = {("log_row", action.pk)} if was_written else {("live_entry", action.pk)}

    assert is_of_another(told_of(action, **changes), action, ours) is foreign


def test_an_entry_is_judged_by_its_words(action):
    words = f"{action.log_id} 2026-11-20 10:30 · Brief · Something else"
    entry = replace(told_of(action, **NOTHING), is_row=False, text=words, title="")

    assert is_of_another(entry, action, set())
    assert not is_of_another(replace(entry, is_row=True), action, set())  # its cells are empty
    assert not is_of_another(
        told_of(action, is_row=False, text=f"{action.log_id} AHT"), action, set()
    )


def test_what_was_written_is_known_by_its_synced_jobs():
    synced, owed = make_job(state="synced"), make_job()

    assert written([synced.action, owed.action]) == {("live_entry", synced.action.pk)}
    assert never_written() == [owed.action]
