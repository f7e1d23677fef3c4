"""Storage or queue trouble, as the portal sees it: 503 and when to come back, and nothing lost."""

import json
import logging

import pytest
from django.db import DataError
from django.urls import reverse
from django.utils import timezone

from plays.models import Action, Event, SyncJob
from plays.sync import readiness
from plays.sync.writing.drain import backlog
from tests.events import activity
from tests.factories import make_mapping, make_page, make_play
from tests.trouble import database_is_away, database_is_read_only, disk_is_full, is_sqlite

pytestmark = pytest.mark.django_db(transaction=True)
TROUBLES = [database_is_away, database_is_read_only, disk_is_full]


@pytest.fixture(params=TROUBLES, ids=lambda trouble: trouble.__name__)
def trouble(request):
    """Each kind in turn; PostgreSQL has no full disk that one process could make."""
    if request.param is disk_is_full and not is_sqlite():
        return database_is_away
    return request.param


@pytest.fixture(autouse=True)
def every_look_writes(monkeypatch):
    monkeypatch.setattr(readiness, "SECONDS_BETWEEN_WRITES", 0)


@pytest.fixture
def post(client, settings):
    settings.EVENTS_TOKENS = ["t"]

    def send(body):
        return client.post(
            "/api/events",
            json.dumps(body),
            content_type="application/json",
            headers={"Authorization": "Bearer t"},
        )

    return send


def test_an_event_in_trouble_is_refused_for_a_while_and_taken_afterwards(post, trouble):
    play = make_play()
    event = activity(play_id=play.play_id)
    with trouble():
        answer = post(event)

    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 503
    assert "send the same again" in answer.json()["detail"]

    assert post(event).status_code == 202
    assert Action.objects.count() == Event.objects.count() == 1
    assert SyncJob.objects.count() == 2


def test_trouble_in_the_middle_of_a_batch_loses_and_doubles_nothing(post, monkeypatch):
    """What was stored before it is a duplicate when the sender does as it is told."""
    from plays.sync.intake import receiving

    play, record_together = make_play(), receiving.record_together
    batch = [activity(play_id=play.play_id) for _ in range(4)]
    monkeypatch.setattr(receiving, "TOGETHER", 2)

    def breaks_off(group, *, now):
        if batch[2] in group.values():
            with database_is_away():
                return record_together(group, now=now)
        return record_together(group, now=now)

    monkeypatch.setattr(receiving, "record_together", breaks_off)
    assert post(batch).status_code == 503
    monkeypatch.setattr(receiving, "record_together", record_together)

    answer = post(batch).json()

    assert (answer["accepted"], answer["duplicates"]) == (2, 2)
    assert Action.objects.count() == 4


def test_not_ready_while_in_trouble(client, trouble):
    with trouble():
        answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["status"].startswith(("database", "disk"))
    assert client.get("/readyz").status_code == 200


def test_not_ready_while_the_disk_has_next_to_no_room(client, monkeypatch):
    if is_sqlite():
        monkeypatch.setattr(readiness, "LEAST_FREE_BYTES", 1 << 62)

        assert client.get("/readyz").json() == {"status": "disk full"}
    else:
        assert client.get("/readyz").status_code == 200


def test_being_asked_often_is_not_writing_often(client, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(readiness, "SECONDS_BETWEEN_WRITES", 60)
    client.get("/readyz")

    with django_assert_max_num_queries(3) as asked:
        client.get("/readyz")

    assert not [q for q in asked.captured_queries if q["sql"].startswith(("UPDATE", "INSERT"))]


def test_people_are_told_to_come_back(client, pm):
    client.force_login(pm)
    with database_is_away():
        answer = client.get(reverse("plays:jobs"))

    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert answer["Content-Type"].startswith("text/html")
    assert "데이터베이스" in answer.text


def test_a_line_and_no_traceback_is_logged(client, post, caplog):
    with caplog.at_level(logging.WARNING), database_is_away():
        post(activity(play_id="A"))

    assert [record.exc_info for record in caplog.records if record.name == "plays.problems"] == [
        None
    ]


def test_a_fault_of_ours_is_a_500_that_a_program_can_read(post, monkeypatch, caplog):
    def broken(*_, **__):
        raise DataError("value too long")

    monkeypatch.setattr("plays.api.events.record_shared", broken)

    answer = post(activity(play_id="A"))

    assert answer.status_code == 500
    assert answer["Content-Type"] == "application/problem+json"
    assert "Retry-After" not in answer
    assert [record for record in caplog.records if record.exc_info]


def test_the_queue_may_be_away_and_the_event_is_taken_all_the_same(post, monkeypatch):
    def no_queue(*_, **__):
        raise ConnectionError("Error 111 connecting to localhost:6379. Connection refused.")

    play = make_play()
    make_mapping("live_doc", play=play, page=make_page())
    monkeypatch.setattr("plays.sync.jobs.wakeups.async_task", no_queue)

    answer = post([activity(play_id=play.play_id) for _ in range(3)])

    assert answer.status_code == 202
    assert answer.json()["accepted"] == 3
    assert backlog(now=timezone.now()).due == 3
