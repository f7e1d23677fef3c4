"""What is old is deleted in small steps, and what is still owed is not, nor what must stay."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from django_q.models import Success

from plays import tasks
from plays.models import (
    Action,
    AnsweredCall,
    AttemptSpan,
    AuditEntry,
    Event,
    Finding,
    Heartbeat,
    LogNumber,
    QuarterCount,
    SyncAttempt,
    SyncJob,
    WeeklySync,
)
from plays.sync import retention
from plays.sync.intake.receiving import ReceiptStatus, record
from plays.sync.retention import clean_up, database_size
from tests.events import activity
from tests.factories import make_action, make_attempt, make_event, make_job, make_play

pytestmark = pytest.mark.django_db
NOW = timezone.now()
OLD = NOW - timedelta(days=401)
YOUNG = NOW - timedelta(days=399)


def job_at(moment, **changes):
    """A job of that time that was synced then, with its event and one try."""
    event = make_event(received_at=moment, accepted_at=moment)
    action = make_action(event=event, occurred_at=moment)
    values = {"state": "synced", "settled_at": moment, "created_at": moment, "action": action}
    job = make_job(**{**values, **changes})
    make_attempt(job, started_at=moment)
    return job


def test_what_is_old_and_settled_goes_and_what_is_young_stays():
    old, young = job_at(OLD), job_at(YOUNG)

    cleaned = clean_up(now=NOW)

    assert not old.attempts.exists()
    assert not old.spans.exists()
    assert Event.objects.get(pk=old.action.event_id).payload == ""
    assert young.attempts.count() == young.spans.count() == 1
    assert Event.objects.get(pk=young.action.event_id).payload
    assert cleaned.is_whole
    assert cleaned.rows["tries"] == cleaned.rows["tries of jobs"] == 1
    assert cleaned.rows["event payloads"] == 1


@pytest.mark.parametrize("state", ["pending", "failed"])
def test_what_is_still_owed_stays_with_all_that_was_tried_for_it(state):
    owed = job_at(OLD, state=state)

    clean_up(now=NOW)

    assert owed.attempts.count() == owed.spans.count() == 1
    assert Event.objects.get().payload


def test_a_try_that_carried_an_owed_job_along_with_a_settled_one_stays():
    settled = job_at(OLD)
    owed = make_job(mapping=settled.mapping, play=settled.play, created_at=OLD)
    together = make_attempt(settled, owed, started_at=OLD)

    clean_up(now=NOW)

    assert set(owed.attempts) == {together}


def test_a_rejected_event_stays_whole_for_it_can_be_accepted_yet():
    make_event(state="rejected", received_at=OLD, accepted_at=None, missing="play:A")

    clean_up(now=NOW)

    assert Event.objects.get().payload


def test_log_ids_actions_counters_jobs_and_the_audit_trail_stay(settings):
    play = make_play()
    record(activity(play_id=play.play_id))
    SyncJob.objects.update(state="synced", settled_at=OLD)
    AuditEntry.objects.create(at=OLD, by_name="x", verb="retry")
    kept = (Action, SyncJob, LogNumber, QuarterCount, AuditEntry, Event)
    before = {model: list(model.objects.order_by("pk").values_list("pk")) for model in kept}

    clean_up(now=NOW + timedelta(days=1000))

    assert before == {m: list(m.objects.order_by("pk").values_list("pk")) for m in kept}


def test_answers_to_programs_go_with_their_keys_after_a_day():
    for key, hours in (("old", 25), ("young", 23)):
        at = NOW - timedelta(hours=hours)
        AnsweredCall.objects.create(caller="n8n", key=key, asked="x", at=at)

    assert clean_up(now=NOW).rows["answered calls"] == 1
    assert AnsweredCall.objects.get().key == "young"


def test_an_event_whose_payload_is_gone_is_still_known_as_a_duplicate():
    play = make_play()
    event = activity(play_id=play.play_id)
    first = record(event)
    SyncJob.objects.update(state="synced", settled_at=NOW)
    clean_up(now=NOW + timedelta(days=401))
    assert Event.objects.get().payload == ""

    again = record(event)

    assert (again.status, again.log_id) == (ReceiptStatus.DUPLICATE, first.log_id)


def test_findings_sessions_results_of_the_queue_and_heartbeats_go():
    for slot in (OLD, YOUNG):
        weekly = WeeklySync.objects.create(
            slot=slot, trigger="schedule", state="done", started_at=slot, finished_at=slot
        )
        Finding.objects.create(weekly=weekly, kind="missing", page=make_job().mapping.page)
        Success.objects.create(
            id=str(slot), name="n", func="f", started=slot, stopped=slot, success=True
        )
        Heartbeat.objects.create(worker=str(slot), beat_at=slot)
    Session.objects.create(session_key="ended", expire_date=NOW - timedelta(seconds=1))
    Session.objects.create(session_key="alive", expire_date=NOW + timedelta(days=1))

    rows = clean_up(now=NOW).rows

    assert (rows["findings"], rows["sessions"], rows["queue results"]) == (1, 1, 1)
    assert rows["heartbeats"] == 2
    assert Finding.objects.count() == Session.objects.count() == Success.objects.count() == 1
    assert WeeklySync.objects.count() == 2


def test_no_transaction_holds_more_than_a_few_rows(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(retention, "STEP", 2)
    job = job_at(OLD)
    for _ in range(4):
        make_attempt(job, started_at=OLD)
    deleted = []

    def watch(execute, sql, params, many, context):
        if sql.startswith("DELETE") and "syncattempt" in sql:
            deleted.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        assert clean_up(now=NOW).rows["tries"] == 5

    assert len(deleted) == 3


def test_when_the_time_is_up_the_rest_is_rung_for(monkeypatch, settings):
    job_at(OLD)
    rung = []
    monkeypatch.setattr(tasks, "async_task", rung.append)
    settings.SYNC_WRITE_SECONDS = -1
    assert not tasks.cleanup()
    assert rung == ["plays.tasks.cleanup"]

    settings.SYNC_WRITE_SECONDS = 60
    assert tasks.cleanup()
    assert len(rung) == 1
    assert not SyncAttempt.objects.exists()


def test_the_command_tells_what_went_and_how_large_the_database_is(capsys, settings):
    settings.RETENTION_DAYS = 30
    job_at(NOW - timedelta(days=31))

    call_command("cleanup")

    said = capsys.readouterr().out
    assert "tries                    1" in said
    assert "older than 30 days is gone; the database: " in said


@pytest.mark.django_db(transaction=True)
def test_the_space_of_what_went_is_free_again():
    if connection.vendor == "postgresql":  # which tells of its files, and those it vacuums later
        assert database_size() > 0
        return
    job = job_at(OLD)
    with transaction.atomic():
        for _ in range(2000):
            SyncAttempt.objects.create(
                page=job.mapping.page, started_at=OLD, outcome="error", message="x" * 500
            )

    cleaned = clean_up(now=NOW)

    assert cleaned.rows["tries"] == 2001
    assert cleaned.size_before - cleaned.size_after > 1_000_000
    assert not AttemptSpan.objects.exists()
