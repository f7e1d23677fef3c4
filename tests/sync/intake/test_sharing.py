"""Requests that come while events are being recorded share a transaction, and nothing else."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection

from plays.models import Action, Event
from plays.sync.intake import receiving, sharing
from plays.sync.intake.receipts import ReceiptStatus
from plays.sync.intake.receiving import record_all
from tests.events import activity, scored, signal
from tests.factories import make_play

pytestmark = pytest.mark.django_db(transaction=True)
PLAY = "EXT_Desk_D01"
ACCEPTED, DUPLICATE, REJECTED = ReceiptStatus


@pytest.fixture
def together(monkeypatch):
    """The results, or errors, of requests of which the first is at work until all have come; and
    how many events each recording had."""
    make_play(play_id=PLAY)

    def run(requests, spoil=lambda events: None):
        desk, groups = sharing.Desk(), []
        begun, all_came = threading.Event(), threading.Event()

        def recording(events, **kwargs):
            groups.append(len(events))
            if len(groups) == 1:
                begun.set()
                all_came.wait(10)
            spoil(events)
            return record_all(events, **kwargs)

        def send(events):
            try:
                return desk.record(events)
            except DatabaseError as error:
                return error
            finally:
                connection.close()

        monkeypatch.setattr(sharing, "record_all", recording)
        with ThreadPoolExecutor(len(requests)) as threads:
            first = threads.submit(send, requests[0])
            begun.wait(10)
            others = []
            for number, events in enumerate(requests[1:], 1):
                others.append(threads.submit(send, events))
                while len(desk._waiting) < number:
                    pass
            all_came.set()
            return [each.result(10) for each in (first, *others)], groups

    return run


def test_what_waits_is_recorded_together_and_each_is_told_of_its_own(together):
    requests = [[activity(PLAY)] for _ in range(5)]
    requests[2] = [activity("nobody knows it"), activity(PLAY)]

    told, groups = together(requests)

    assert groups == [1, 5]
    for events, receipts in zip(requests, told, strict=True):
        assert [receipt.event_id for receipt in receipts] == [event["id"] for event in events]
    assert [r.status for receipts in told for r in receipts] == [
        ACCEPTED, ACCEPTED, REJECTED, ACCEPTED, ACCEPTED, ACCEPTED,
    ]  # fmt: skip
    assert Action.objects.count() == 5


def test_no_more_are_recorded_together_than_a_transaction_may_hold(together, monkeypatch):
    monkeypatch.setattr(sharing, "TOGETHER", 3)

    found, groups = together([[activity(PLAY) for _ in range(n)] for n in (1, 2, 1, 1)])

    assert groups == [1, 3, 1]
    assert [len(receipts) for receipts in found] == [1, 2, 1, 1]


def test_the_same_event_sent_by_two_at_once_is_a_duplicate_for_one(together):
    event, other = activity(PLAY), activity(PLAY)

    told, groups = together([[other], [event], [event]])

    assert groups == [1, 1, 1]
    assert [receipts[0].status for receipts in told] == [ACCEPTED, ACCEPTED, DUPLICATE]


def test_an_error_comes_to_those_whose_events_it_belongs_to(together):
    requests = [[activity(PLAY)] for _ in range(4)]
    poison = requests[2][0]["id"]

    def spoil(events):
        if any(event["id"] == poison for event in events):
            raise DatabaseError("not these")

    told, groups = together(requests, spoil)

    assert isinstance(told[2], DatabaseError)
    assert [told[n][0].status for n in (0, 1, 3)] == [ACCEPTED] * 3
    assert sorted(groups) == [1, 1, 1, 1, 3]
    assert Event.objects.count() == 3


def test_a_request_that_fails_alone_leaves_the_desk_to_the_next(together):
    requests = [[activity(PLAY)] for _ in range(2)]

    def spoil(events):
        if events == requests[0]:
            raise DatabaseError("not this")

    told, _ = together(requests, spoil)

    assert isinstance(told[0], DatabaseError)
    assert told[1][0].status is ACCEPTED


def test_what_fails_behind_the_commit_leaves_the_others_their_answers(together, monkeypatch):
    record_all([scored("S1")])
    requests = [[activity(PLAY)], [activity(PLAY)], [signal(PLAY, signal_id="S1")]]

    def fails(missing, *, now):
        raise DatabaseError("gone away")

    monkeypatch.setattr(receiving, "accept_waiting", fails)

    told, groups = together(requests)

    assert groups == [1, 2]
    assert [receipts[0].status for receipts in told] == [ACCEPTED] * 3


def test_those_who_came_together_last_time_are_waited_for(monkeypatch):
    make_play(play_id=PLAY)
    monkeypatch.setattr(sharing, "GATHER_SECONDS", 10)
    desk = sharing.Desk()
    desk._together = 2

    def send(event):
        try:
            return desk.record([event])
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        told = list(threads.map(send, [activity(PLAY), activity(PLAY)]))

    assert [receipts[0].status for receipts in told] == [ACCEPTED, ACCEPTED]
    assert desk._together == 2


def test_whoever_comes_alone_waits_for_the_others_once_and_not_again(monkeypatch):
    make_play(play_id=PLAY)
    monkeypatch.setattr(sharing, "GATHER_SECONDS", 0.001)
    desk = sharing.Desk()
    desk._together = 2

    assert desk.record([activity(PLAY)])[0].status is ACCEPTED

    monkeypatch.setattr(sharing, "GATHER_SECONDS", 3_600)
    assert desk.record([activity(PLAY)])[0].status is ACCEPTED
