"""An event is recorded once, counted once and owed to its pages, or kept with its reasons."""

import json
import logging
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DataError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plays.models import Action, Event, Opportunity, QuarterCount, SyncJob, WeekCount
from plays.sync.funnel import funnel_rows
from plays.sync.intake import receiving
from plays.sync.intake.receiving import (
    ReceiptStatus,
    accept_again,
    accept_everything_now_known,
    accept_waiting,
    record,
    record_all,
)
from tests.events import activity, brief, pilot, scored, signal, validation
from tests.factories import make_play

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)


def owed():
    return set(SyncJob.objects.values_list("kind", "key"))


def problems(receipt):
    return {problem.field: problem.message for problem in receipt.problems}


@pytest.fixture
def play():
    return make_play(play_id="EXT_Desk_D01")


def test_an_accepted_event_becomes_an_action_with_a_log_id(play):
    receipt = record(signal("EXT_Desk_D01", signal_id="SIG-1", title="콜센터"), now=NOW)

    action = Action.objects.get()
    assert receipt.status is ReceiptStatus.ACCEPTED
    assert receipt.log_id == action.log_id == "LOG-2026-00001"
    assert (action.play, action.action_type, action.subject_id) == (play, "Signal", "SIG-1")
    event = Event.objects.get()
    assert (event.state, event.received_at, event.accepted_at) == ("accepted", NOW, NOW)


@pytest.mark.parametrize(
    ("make", "kinds"),
    [
        (lambda: activity("EXT_Desk_D01"), {"log_row", "live_entry"}),
        (lambda: signal("EXT_Desk_D01"), {"log_row", "live_entry"}),
        (lambda: scored("SIG-1", play_id="EXT_Desk_D01"), {"live_entry"}),
        (lambda: brief(play_id="EXT_Desk_D01"), {"log_row", "live_entry", "play_row"}),
        (lambda: validation(play_id="EXT_Desk_D01"), {"live_entry", "play_row"}),
        (lambda: pilot(play_id="EXT_Desk_D01"), {"live_entry", "play_row"}),
    ],
)
def test_each_type_is_owed_to_the_pages_of_the_interface(play, make, kinds):
    record(make(), now=NOW)

    assert {kind for kind, _ in owed()} == kinds


def test_the_same_source_and_id_again_is_a_duplicate_however_often(play):
    sent = activity("EXT_Desk_D01")
    first = record(sent, now=NOW)

    again = record_all([sent, {**sent, "data": {}}], now=NOW)

    assert {receipt.status for receipt in again} == {ReceiptStatus.DUPLICATE}
    assert {receipt.log_id for receipt in again} == {first.log_id}
    assert Action.objects.count() == 1
    assert QuarterCount.objects.get().activity == 1


def test_the_same_id_of_another_source_is_another_event(play):
    for source in ("/ax/portal", "/ax/import"):
        record(activity("EXT_Desk_D01", event_id="1", event_source=source), now=NOW)

    assert Action.objects.count() == 2


def test_counters_follow_the_table_of_the_interface(play):
    for event in (
        activity("EXT_Desk_D01"),
        signal("EXT_Desk_D01", signal_id="S1"),
        scored("S1"),
        brief(signal_id="S1", brief_id="B1"),
        validation(brief_id="B1", decision="GO"),
        validation(brief_id="B1", decision="NO_GO"),
        pilot(brief_id="B1"),
    ):
        assert record(event, now=NOW).status is ReceiptStatus.ACCEPTED

    count = QuarterCount.objects.get()
    assert (count.activity, count.signal, count.brief, count.s2, count.s3) == (1, 1, 1, 1, 1)


def test_an_event_counts_in_the_quarter_of_its_own_time_in_seoul(play):
    record(activity("EXT_Desk_D01", event_time="2026-09-30T14:59:59Z"), now=NOW)
    record(activity("EXT_Desk_D01", event_time="2026-09-30T15:00:00Z"), now=NOW)

    quarters = QuarterCount.objects.order_by("quarter").values_list("year", "quarter", "activity")
    assert list(quarters) == [(2026, 3, 1), (2026, 4, 1)]


def test_log_ids_count_per_year_of_the_event(play):
    times = ["2025-12-31T23:59:59+09:00", "2026-01-01T00:00:00+09:00", "2025-06-01T00:00:00Z"]

    receipts = [record(activity("EXT_Desk_D01", event_time=time), now=NOW) for time in times]

    assert [receipt.log_id for receipt in receipts] == [
        "LOG-2025-00001",
        "LOG-2026-00001",
        "LOG-2025-00002",
    ]


def test_a_missing_play_is_found_through_signal_and_brief(play):
    record(signal("EXT_Desk_D01", signal_id="S1", title="상담 시간"), now=NOW)
    record(brief(signal_id="S1", brief_id="B1"), now=NOW)

    scorecard = record(scored("S1"), now=NOW)
    tested = record(validation(brief_id="B1"), now=NOW)

    assert Action.objects.get(log_id=tested.log_id).play == play
    assert Action.objects.get(log_id=scorecard.log_id).title == "상담 시간"


def test_an_unknown_play_rejects_the_event_and_keeps_it_whole():
    sent = activity("EXT_Nowhere", title="세미나")

    receipt = record(sent, now=NOW)

    assert receipt.status is ReceiptStatus.REJECTED
    assert "EXT_Nowhere" in problems(receipt)["data.play_id"]
    event = Event.objects.get()
    assert json.loads(event.payload) == sent
    assert event.state == "rejected"
    assert not SyncJob.objects.exists()


def test_a_rejected_event_is_accepted_once_its_play_is_known():
    receipt = record(activity("EXT_Late"), now=NOW)
    make_play(play_id="EXT_Late")

    accepted = accept_waiting("play:EXT_Late", now=NOW)

    assert (receipt.status, accepted) == (ReceiptStatus.REJECTED, 1)
    assert Action.objects.get().play.play_id == "EXT_Late"
    assert Event.objects.get().problems == []


def test_events_that_arrive_before_what_they_refer_to_follow_it_by_themselves(play):
    early = [pilot(brief_id="B1"), validation(brief_id="B1"), brief(signal_id="S1", brief_id="B1")]
    assert {r.status for r in record_all(early, now=NOW)} == {ReceiptStatus.REJECTED}

    record(signal("EXT_Desk_D01", signal_id="S1"), now=NOW)

    assert Event.objects.rejected().count() == 0
    assert Action.objects.count() == 4


def test_the_sweep_accepts_what_a_race_left_behind(play):
    record(validation(brief_id="B1"), now=NOW)
    late = record(brief(play_id="EXT_Unknown", brief_id="B1"), now=NOW)
    Action.objects.create(
        log_id="LOG-2026-99999",
        event=Event.objects.get(event_id=late.event_id),
        play=play,
        action_type="Brief",
        subject_id="B1",
        title="B",
        occurred_at=NOW,
    )

    assert accept_everything_now_known(now=NOW) == 1


def test_thousands_that_wait_in_vain_cost_the_sweep_a_few_queries(django_assert_max_num_queries):
    record_all([scored(f"SIG-{number}") for number in range(600)], now=NOW)

    with django_assert_max_num_queries(5):
        assert accept_everything_now_known(now=NOW) == 0


def test_an_event_without_a_time_happened_when_it_came_in_not_when_it_was_accepted():
    sent = activity("EXT_Late")
    del sent["time"]
    record(sent, now=NOW)
    make_play(play_id="EXT_Late")

    accept_waiting("play:EXT_Late", now=NOW + timedelta(days=60))

    assert Action.objects.get().occurred_at == NOW
    assert QuarterCount.objects.get().quarter == 4


def test_a_corrected_event_with_the_same_id_is_accepted(play):
    wrong = activity("EXT_Desk_D01", title="")
    record(wrong, now=NOW)

    wrong["data"]["title"] = "세미나"
    receipt = record(wrong, now=NOW)

    assert receipt.status is ReceiptStatus.ACCEPTED
    assert Event.objects.count() == 1


def test_a_person_may_have_a_rejected_event_looked_at_again():
    record(activity("EXT_Late"), now=NOW)

    assert accept_again(Event.objects.get(), now=NOW).status is ReceiptStatus.REJECTED
    make_play(play_id="EXT_Late")
    assert accept_again(Event.objects.get(), now=NOW).status is ReceiptStatus.ACCEPTED


@pytest.mark.parametrize(
    "raw",
    [None, 7, "text", [], {}, {"data": "\x00\ud800"}, {"id": "\ud800", "source": "/x"}],
    ids=repr,
)
def test_what_is_no_event_is_kept_as_well(raw):
    receipt = record(raw, now=NOW)

    assert receipt.status is ReceiptStatus.REJECTED
    assert json.loads(Event.objects.get().payload) == raw


def test_what_is_kept_of_an_event_that_is_none_fits_where_it_is_kept():
    record({"type": "x" * 101, "id": 1}, now=NOW)
    record({"type": "a\nb\ud800", "id": 2}, now=NOW)

    assert list(Event.objects.order_by("pk").values_list("type", flat=True)) == [
        *("x" * 100, "a b "),
    ]


def test_only_what_lacks_nothing_but_one_name_waits_for_it(play):
    record(activity("EXT_Late"), now=NOW)
    record(activity("EXT_Late", url="javascript:x"), now=NOW)
    record(validation(brief_id="BRF-9"), now=NOW)

    waits = Event.objects.order_by("pk").values_list("missing", flat=True)
    assert list(waits) == ["play:EXT_Late", "", "brief:BRF-9"]


def test_each_event_leaves_a_line_and_a_rejected_one_says_why(play, caplog):
    long = "x" * 600
    with caplog.at_level(logging.INFO, "plays.sync.intake.receiving"):
        record(activity("EXT_Desk_D01", event_id="one"), now=NOW)
        record(activity("EXT_Desk_D01", event_id="one"), now=NOW)
        record({"id": long}, now=NOW)

    accepted, again, rejected = caplog.records
    assert (accepted.levelname, accepted.event, accepted.status, accepted.log_id) == (
        *("INFO", "one", "accepted", "LOG-2026-00001"),
    )
    assert (again.levelname, again.status, again.log_id) == (
        *("INFO", "duplicate", "LOG-2026-00001"),
    )
    assert (rejected.levelname, rejected.event) == ("WARNING", long[:500])
    assert "specversion" in rejected.getMessage()


def test_two_briefs_of_a_play_owe_its_row_once(play):
    record(brief(play_id="EXT_Desk_D01"), now=NOW)
    record(brief(play_id="EXT_Desk_D01"), now=NOW)

    row = SyncJob.objects.get(kind="play_row")
    assert row.revision == 2


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.integers(0, 20), max_size=24), st.integers(1, 7))
def test_events_recorded_together_are_what_they_are_one_by_one(monkeypatch, picked, together):
    """In whatever order, some twice, some before what they refer to, some for no Play."""
    sent = _chains(["EXT_1", "EXT_2", "EXT_Nowhere"])
    events = [sent[n] for n in picked]
    monkeypatch.setattr(receiving, "TOGETHER", together)

    found = [_recorded_and_forgotten(events, way) for way in (_one_by_one, record_all)]

    assert found[0] == found[1]


def _chains(plays):
    """Seven events for each Play that refer to one another, always the same."""
    return [
        event
        for n, play in enumerate(plays)
        for event in (
            activity(play, event_id=f"{n}a"),
            signal(play, signal_id=f"S{n}", event_id=f"{n}b"),
            scored(f"S{n}", event_id=f"{n}c"),
            brief(signal_id=f"S{n}", brief_id=f"B{n}", event_id=f"{n}d"),
            validation(brief_id=f"B{n}", event_id=f"{n}e"),
            pilot(brief_id=f"B{n}", event_id=f"{n}f"),
            activity(play, title="", event_id=f"{n}g"),
        )
    ]


def _one_by_one(events, *, now):
    return [record(event, now=now) for event in events]


def _recorded_and_forgotten(events, way):
    """All that stands in the database afterwards; log ids by their event, as those that waited for
    another come behind the group in which it came.
    """
    with transaction.atomic():
        for play_id in ("EXT_1", "EXT_2"):
            make_play(play_id=play_id)
        way(events, now=NOW)
        event_of = dict(Action.objects.values_list("log_id", "event__event_id"))
        jobs = SyncJob.objects.values_list("kind", "key", "state")
        stored = (
            sorted(event_of.values()),
            set(Event.objects.values_list("event_id", "state", "missing", "accepted_at")),
            set(Action.objects.values_list("event__event_id", "play__play_id", "subject_id")),
            {(kind, event_of.get(key, key), *rest) for kind, key, *rest in jobs},
            set(WeekCount.objects.values_list("play__play_id", "monday", "actions")),
            set(QuarterCount.objects.values_list("play__play_id", "activity", "signal", "s2")),
            set(Opportunity.objects.values_list("key", "signal_at", "brief_at", "s3_at")),
            set(funnel_rows()),
        )
        transaction.set_rollback(True)
    return stored


def test_an_event_that_is_in_a_batch_twice_has_two_receipts(play):
    event = activity("EXT_Desk_D01")

    first, second = record_all([event, event], now=NOW)

    assert (first.status, second.status) == (ReceiptStatus.ACCEPTED, ReceiptStatus.DUPLICATE)


def test_a_batch_costs_no_more_queries_than_a_few_events(django_assert_max_num_queries):
    for number in range(3):
        make_play(play_id=f"EXT_{number}")
    record_all([signal(f"EXT_{n}", signal_id=f"S{n}") for n in range(3)], now=NOW)
    events = [scored(f"S{n % 3}") for n in range(100)]

    with django_assert_max_num_queries(30):
        assert {r.status for r in record_all(events, now=NOW)} == {ReceiptStatus.ACCEPTED}


def test_an_event_that_cannot_be_stored_does_not_keep_others_out(play, monkeypatch):
    events = [activity("EXT_Desk_D01") for _ in range(3)]
    together = receiving.record_together

    def refuses(group, *, now):
        if events[1] in group.values():
            raise DataError("value too long")
        return together(group, now=now)

    monkeypatch.setattr(receiving, "record_together", refuses)
    with pytest.raises(DataError):
        record_all(events, now=NOW)

    assert set(Action.objects.values_list("event__event_id", flat=True)) == {events[0]["id"]}


@pytest.mark.django_db(transaction=True)
def test_log_ids_and_counters_survive_a_race():
    make_play(play_id="EXT_Desk_D01")
    events = [activity("EXT_Desk_D01") for _ in range(24)]

    def send(part):
        try:
            record_all(part + part[:2])
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(events[n::3],)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    numbers = sorted(int(log_id[-5:]) for log_id in Action.objects.values_list("log_id", flat=True))
    assert numbers == list(range(1, 25))
    assert QuarterCount.objects.get().activity == 24
