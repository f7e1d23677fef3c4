"""Rejected events that a person has looked at again: one act for several, a note for each."""

from datetime import UTC, datetime

import pytest

from plays.models import AuditEntry, Event
from plays.sync.intake.accepting import accept_events
from plays.sync.intake.receiving import ReceiptStatus, record
from tests.events import activity
from tests.factories import make_play

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)


def noted():
    return list(AuditEntry.objects.order_by("pk").values_list("verb", "count", "target"))


def accepted_now(staff):
    receipts, act = accept_events(Event.objects.all(), by=staff, now=NOW)
    return [receipt.status for receipt in receipts], act


def test_one_event_is_noted_by_itself(staff):
    record(activity("EXT_Late", event_id="one"), now=NOW)
    make_play(play_id="EXT_Late")

    assert accepted_now(staff) == ([ReceiptStatus.ACCEPTED], None)
    assert noted() == [("accept", 1, "one")]


def test_two_events_are_one_act(staff):
    for event_id in ("one", "two"):
        record(activity("EXT_Late", event_id=event_id), now=NOW)
    make_play(play_id="EXT_Late")

    _, act = accepted_now(staff)

    assert (act.verb, act.count, act.jobs.count()) == ("accept", 2, 4)


def test_several_are_one_act_and_what_still_cannot_be_accepted_stays(staff):
    for event_id, play in (("one", "EXT_Late"), ("two", "EXT_Never"), ("three", "EXT_Late")):
        record(activity(play, event_id=event_id), now=NOW)
    make_play(play_id="EXT_Late")

    statuses, act = accepted_now(staff)

    assert statuses == [ReceiptStatus.ACCEPTED, ReceiptStatus.REJECTED, ReceiptStatus.ACCEPTED]
    assert act.count == 3
    assert act.jobs.count() == 4  # a row and an entry for each that was accepted
    assert noted() == [("accept", 3, ""), ("accept", 1, "one"), ("accept", 1, "three")]
    assert Event.objects.rejected().get().event_id == "two"
