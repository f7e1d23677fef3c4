"""Events that pages tell of and the database had lost are known by what the pages say."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from plays.models import Action, Event, PageRecord, SyncJob
from plays.models.page import Page
from plays.sync.intake.receiving import ReceiptStatus, record
from plays.sync.intake.recovered import SOURCE, folded, minute_of, tells_title
from tests.events import activity
from tests.factories import (
    make_action,
    make_event,
    make_job,
    make_mapping,
    make_page,
    make_play,
)

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)  # as the events of these tests say
NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)


@pytest.fixture
def play():
    return make_play(play_id="EXT_D01")


def on_a_page(play, log_id="LOG-2026-00007", **changes):
    """A row or entry that is on a page and not in the database."""
    values = {"action_type": "Activity", "title": "AHT", "text": "AHT", "occurred_at": AT}
    page = Page.objects.first() or make_page()
    return PageRecord.objects.create(
        **{"log_id": log_id, "page": page, "play": play, "found_at": NOW, **values, **changes}
    )


def read_back(play, *, title="AHT", told="AHT", at=AT):
    """An action that was read back from a page."""
    event = make_event(source=SOURCE, recovered_at=NOW, payload=json.dumps({"told": told}))
    return make_action(play=play, event=event, title=title, occurred_at=at, subject_id="")


def sent(**data):
    return record(activity("EXT_D01", **{"title": "AHT", **data}), now=NOW)


@pytest.mark.parametrize(
    ("text", "title", "tells"),
    [
        ("2026-11-20 · AHT · kim", "AHT", True),
        ("aht", "AHT", True),
        ("(AHT)", "AHT", True),
        ("call  center\nAHT", "Call center AHT", True),
        ("AHTs", "AHT", False),
        ("xAHT", "AHT", False),
        ("AHTs and AHT", "AHT", True),
        ("a - b", "", False),
        ("a+b", "a+b", True),
        ("aab", "a+b", False),
    ],
)
def test_a_title_stands_in_a_text_as_whole_words_however_written(text, title, tells):
    assert tells_title(text, title) is tells


def test_words_and_minutes_are_compared_without_what_pages_do_not_keep():
    assert folded(" Call\n CENTER ") == "call center"
    assert minute_of(AT + timedelta(seconds=59, microseconds=7)) == AT


@pytest.mark.parametrize(
    ("told", "is_it"),
    [
        ({}, True),
        ({"occurred_at": AT + timedelta(seconds=59)}, True),
        ({"occurred_at": AT + timedelta(minutes=1)}, False),
        ({"occurred_at": AT - timedelta(seconds=1)}, False),
        ({"action_type": "Signal"}, False),
        ({"title": "AHT, says Kim", "text": "AHT, says Kim"}, True),
        ({"title": "AHTs", "text": "AHTs"}, False),
    ],
)
def test_an_event_gets_the_id_under_which_a_page_tells_of_it(play, told, is_it):
    on_a_page(play, **told)

    receipt = sent()

    assert receipt.status is ReceiptStatus.ACCEPTED
    assert (receipt.log_id == "LOG-2026-00007") is is_it
    assert PageRecord.objects.exists() is not is_it


def test_what_a_page_tells_of_another_play_is_another_event(play):
    on_a_page(make_play())

    assert sent().log_id != "LOG-2026-00007"


def test_of_several_the_one_with_the_title_is_it_and_of_several_that_hold_it_none(play):
    on_a_page(play, "LOG-2026-00005", title="AHT, says Kim", text="AHT, says Kim")
    on_a_page(play, "LOG-2026-00006", title="AHT, says Lee", text="AHT, says Lee")
    assert sent().log_id == "LOG-2026-00001"

    on_a_page(play, "LOG-2026-00007")
    assert sent().log_id == "LOG-2026-00007"


def test_an_id_that_an_action_has_is_not_given_again(play):
    make_action(play=play, log_id="LOG-2026-00007")
    on_a_page(play)

    assert sent().log_id != "LOG-2026-00007"


def test_an_event_takes_the_place_of_what_was_read_back(play):
    lost = read_back(play, told="AHT · kim")
    stand_in = lost.event_id

    receipt = sent(activity_id="ACT-9", url="https://portal.example/9")

    lost.refresh_from_db()
    assert (receipt.status, receipt.log_id) == (ReceiptStatus.DUPLICATE, lost.log_id)
    assert (lost.subject_id, lost.url) == ("ACT-9", "https://portal.example/9")
    assert lost.event.recovered_at == NOW
    assert not Event.objects.filter(pk=stand_in).exists()
    assert (Action.objects.count(), SyncJob.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("at", "is_it"),
    [
        (AT + timedelta(seconds=59), True),
        (AT + timedelta(minutes=1), False),
        (AT - timedelta(seconds=1), False),
    ],
)
def test_what_was_read_back_is_known_by_its_minute(play, at, is_it):
    read_back(play, at=at)

    assert (sent().status is ReceiptStatus.DUPLICATE) is is_it


def test_a_row_with_a_colleague_s_words_is_put_right_once_the_event_says_its_title(play):
    lost = read_back(play, title="AHT, says Kim", told="AHT, says Kim")

    assert sent().status is ReceiptStatus.DUPLICATE

    lost.refresh_from_db()
    assert lost.title == "AHT"
    assert list(SyncJob.objects.values_list("kind", "key")) == [("log_row", lost.log_id)]


@pytest.mark.parametrize(("has_moved", "owed"), [(False, 1), (True, 0)])
def test_a_row_on_a_page_that_the_log_has_left_is_not_written_to_the_next(play, has_moved, owed):
    lost = read_back(play, title="AHT, says Kim", told="AHT, says Kim")
    there = make_page()
    log = make_mapping("action_log", page=make_page() if has_moved else there)
    row = {"kind": "log_row", "mapping": log, "action": lost, "play": play}
    make_job(**row, state="synced", written_to=there)

    sent()

    assert SyncJob.objects.pending().count() == owed
