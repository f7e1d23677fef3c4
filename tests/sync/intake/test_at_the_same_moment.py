"""Several processes record events at the same moment: none waits in a circle, none counts twice.

Each desk stands for a web process, each thread has a connection of its own.
"""

import json
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPConnection

import pytest
from django.db import connection, transaction
from django.forms.models import model_to_dict
from django.utils import timezone

from plays.models import Action, Event, FunnelCount, LogNumber
from plays.rules.quarter import Quarter
from plays.sync import funnel
from plays.sync.funnel_recount import recount_funnel
from plays.sync.intake import recovered, sharing
from plays.sync.intake.receipts import ReceiptStatus
from plays.sync.intake.receiving import accept_everything_now_known, record_all
from plays.sync.reconcile.adopting import adopt
from plays.sync.reconcile.reading import Told
from plays.sync.week_counts import recount_weeks
from tests.events import activity, brief, signal
from tests.factories import make_page, make_play

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


def at_once(work, parts):
    """What `work` gives for each part, each in a thread of its own, all begun together."""
    ready = threading.Barrier(len(parts))

    def one(part):
        try:
            ready.wait(10)
            return work(part)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(parts)) as threads:
        return list(threads.map(one, parts))


def chains(plays, count):
    """Signals, and briefs that name them, of another Play than the signal's."""
    for n in range(count):
        yield signal(plays[n % len(plays)].play_id, signal_id=f"S{n}")
        yield brief(play_id=plays[(n + 1) % len(plays)].play_id, signal_id=f"S{n}")


def test_the_same_events_in_another_order_are_recorded_once_and_counted_once():
    plays = [make_play() for _ in range(4)]
    events = list(chains(plays, 12))
    desks = [sharing.Desk(), sharing.Desk()]

    def send(number):
        mine = events.copy()
        random.Random(number).shuffle(mine)
        half = len(mine) // 2
        desk = desks[number % 2]
        return [*desk.record(mine[:half]), *desk.record(mine[half:])]

    told = at_once(send, range(THREADS))

    accept_everything_now_known()
    again = sharing.Desk().record(events)  # as after a crash in front of the answers
    assert all(len(receipts) == len(events) for receipts in told)
    assert {receipt.status for receipt in again} == {ReceiptStatus.DUPLICATE}
    assert Action.objects.count() == Event.objects.count() == len(events)
    assert_counts_are_right(plays)


def test_a_sender_that_goes_away_leaves_its_event_and_the_others_their_answers(
    settings, live_server
):
    settings.EVENTS_TOKENS = ["token"]
    play = make_play()
    bodies = [json.dumps(activity(play.play_id)).encode() for _ in range(THREADS)]

    def post(body):
        head = {"Authorization": "Bearer token", "Content-Type": "application/json"}
        with closing(HTTPConnection(live_server.url.removeprefix("http://"))) as way:
            way.request("POST", "/api/events", body, head)
            if body is bodies[0]:
                return None
            answer = way.getresponse()
            return answer.status, json.load(answer)["results"][0]["id"]

    told = at_once(post, bodies)

    end = time.monotonic() + 10
    while Action.objects.count() < THREADS and time.monotonic() < end:
        pass
    assert told == [None, *((202, json.loads(body)["id"]) for body in bodies[1:])]
    assert Action.objects.count() == THREADS


def test_cells_that_two_make_first_through_different_plays_count_both(monkeypatch):
    """Of two years, so that the year's log number does not keep them apart."""
    whose, other = make_play(), make_play()
    named = [{"signal_id": f"S{n}"} for n in range(8)]
    record_all(
        signal(whose.play_id, event_time="2025-12-01T10:00:00+09:00", **one) for one in named
    )
    briefs = [
        [brief(play_id=play.play_id, event_time=time, **one) for one in half]
        for play, time, half in (
            (whose, "2025-12-31T10:00:00+09:00", named[:4]),
            (other, "2026-01-01T10:00:00+09:00", named[4:]),
        )
    ]

    add, adding = funnel.add_to_counts, []

    def both_add(changes):
        adding.append(changes)
        until_somebody_waits(or_else=lambda: len(adding) > 1)
        add(changes)

    monkeypatch.setattr(funnel, "add_to_counts", both_add)

    told = at_once(record_all, briefs)

    assert {r.status for receipts in told for r in receipts} == {ReceiptStatus.ACCEPTED}
    assert_counts_are_right([whose, other])


def test_what_is_given_back_to_a_recovered_action_stops_nobody(monkeypatch):
    """Whoever has the funnel's lock has the Plays' and the numbers' before: others wait for it
    with those in hand.
    """
    play, other = make_play(), make_play()
    lost = activity(play.play_id, title="Seminar", event_time="2026-11-20T10:30:00+09:00")
    told = Told(
        log_id="LOG-2026-00001", page=make_page(), is_row=True, text="Seminar", play=play,
        action_type="Activity", title="Seminar", moment=datetime(2026, 11, 20, 1, 30, tzinfo=UTC),
    )  # fmt: skip
    with transaction.atomic():
        adopt([told], now=timezone.now())
    LogNumber.objects.create(year=2026, last=1)
    count_funnel, is_counting = recovered.count_funnel, threading.Event()

    def counting(actions):
        count_funnel(actions)
        is_counting.set()
        until_somebody_waits()

    monkeypatch.setattr(recovered, "count_funnel", counting)

    def send(events):
        if lost not in events:
            is_counting.wait(10)
        return [receipt.status for receipt in record_all(events)]

    parts = [[lost, activity(play.play_id)], [activity(other.play_id)]]
    assert at_once(send, parts) == [
        [ReceiptStatus.DUPLICATE, ReceiptStatus.ACCEPTED],
        [ReceiptStatus.ACCEPTED],
    ]
    assert_counts_are_right([play, other])


def until_somebody_waits(or_else=lambda: False):
    """Until another connection waits for a lock; on SQLite it waits from its first statement on."""
    end = time.monotonic() + 10
    while connection.vendor == "postgresql" and time.monotonic() < end and not or_else():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return


def assert_counts_are_right(plays):
    now = timezone.now()
    assert recount_weeks(plays, now=now) == 0
    counted = cells_of_the_funnel()
    assert recount_funnel(now=now, since=Quarter(2025, 1)) == 0
    assert cells_of_the_funnel() == counted


def cells_of_the_funnel():
    return {str(model_to_dict(row, exclude=["id"])) for row in FunnelCount.objects.exclude(count=0)}
