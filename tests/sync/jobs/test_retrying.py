"""What people ask of jobs: retry, cancel, recover, send what is missing, send all again."""

import itertools
from datetime import timedelta

import pytest
from django.db import connection

from plays.models import AuditEntry, LogVolume, Page, SyncJob
from plays.rules.planner import Kind, Part
from plays.sync.intake.receiving import record
from plays.sync.jobs.resending import (
    all_edits,
    count_by_kind,
    missing_edits,
    missing_rows,
    resend_all,
    send_missing,
)
from plays.sync.jobs.retrying import cancel_jobs, recover_failed, retry_jobs
from plays.sync.writing.drain import drain
from tests.events import activity, brief
from tests.factories import NOW, make_action, make_job, make_mapping, make_page, make_play

pytestmark = pytest.mark.django_db
EVERYTHING = SyncJob.objects.all
FAILED = {"state": "failed", "settled_at": NOW, "failures": 3, "last_error": "PageNotFound"}
GIVEN_UP = {"failing_since": NOW, **FAILED}


def states(*jobs):
    return [SyncJob.objects.get(pk=job.pk).state for job in jobs]


def noted():
    return AuditEntry.objects.get()


# --- Retry ---------------------------------------------------------------------------------------


def test_what_is_retried_is_due_now_with_its_failures_forgotten(staff):
    job = make_job(**GIVEN_UP)
    Page.objects.update(body_size=100, interruptions=2)

    assert retry_jobs(EVERYTHING(), by=staff, now=NOW + timedelta(hours=1)) == 1

    job.refresh_from_db()
    assert (job.state, job.run_after, job.failures) == ("pending", NOW + timedelta(hours=1), 0)
    assert (job.failing_since, job.settled_at) == (None, None)
    page = Page.objects.get(pk=job.mapping.page.pk)
    assert page.interruptions == 0


def test_only_who_retries_a_page_that_read_empty_says_that_it_is_empty(staff):
    empty, ill = make_job(**GIVEN_UP), make_job(**GIVEN_UP)
    SyncJob.objects.filter(pk=empty.pk).update(last_error="ImplausibleRead")
    Page.objects.update(body_size=100)

    retry_jobs(EVERYTHING(), by=staff)

    sizes = [Page.objects.get(pk=job.mapping.page.pk).body_size for job in (empty, ill)]
    assert sizes == [0, 100]


def test_failed_canceled_and_waiting_jobs_are_retried_and_synced_ones_are_not():
    jobs = [make_job(state=state) for state in ("failed", "canceled", "pending", "synced")]

    assert retry_jobs(EVERYTHING(), by=None) == 3
    assert states(*jobs) == ["pending", "pending", "pending", "synced"]


def test_pages_are_rung_for_once_the_retry_is_committed(django_capture_on_commit_callbacks):
    job = make_job(**FAILED)

    with django_capture_on_commit_callbacks(execute=True):
        retry_jobs(EVERYTHING(), by=None, now=NOW)

    assert Page.objects.get(pk=job.mapping.page.pk).rung_at == NOW


def twice(first, second):
    """Two jobs that owe the same edit."""
    old = make_job(**first)
    new = make_job(action=old.action, mapping=old.mapping, **second)
    return old, new


def test_a_job_gives_way_to_a_newer_one_that_owes_the_same():
    old, new = twice(FAILED, {"state": "pending"})

    assert retry_jobs(EVERYTHING(), by=None) == 1
    assert states(old, new) == ["failed", "pending"]


def test_of_two_failed_jobs_that_owe_the_same_the_newer_is_tried():
    old, new = twice(FAILED, FAILED)

    assert retry_jobs(EVERYTHING(), by=None) == 1
    assert states(old, new) == ["failed", "pending"]


def test_alone_too_an_old_job_gives_way():
    old, new = twice(FAILED, {"state": "pending"})

    assert retry_jobs(SyncJob.objects.filter(pk=old.pk), by=None) == 0
    assert states(old, new) == ["failed", "pending"]


def test_what_is_owed_anew_at_the_same_moment_wins(staff):
    old, other = make_job(**FAILED), make_job(**FAILED)
    newer, savepoints = [], itertools.count(1)

    def meanwhile(execute, sql, *rest):
        if sql.startswith("SAVEPOINT") and next(savepoints) == 2:  # who owes what was looked at
            newer.append(make_job(action=old.action, mapping=old.mapping))
        return execute(sql, *rest)

    with connection.execute_wrapper(meanwhile):
        assert retry_jobs(EVERYTHING(), by=staff) == 1

    assert states(old, other, newer[0]) == ["failed", "pending", "pending"]
    assert noted().count == 1


def test_a_thousand_jobs_are_retried_in_few_queries(django_assert_max_num_queries):
    play, page = make_play(), make_page()
    log = make_mapping(Part.ACTION_LOG, page=page)
    action = make_action(play=play)
    SyncJob.objects.bulk_create(
        SyncJob(
            mapping=log,
            kind="log_row",
            key=f"LOG-2026-{number:05d}",
            play=play,
            action=action,
            run_after=NOW,
            created_at=NOW,
            **FAILED,
        )
        for number in range(1_000)
    )

    with django_assert_max_num_queries(40):
        assert retry_jobs(EVERYTHING(), by=None) == 1_000


def test_a_retry_leaves_who_how_many_and_which(staff):
    for _ in range(2):
        make_job(**FAILED)

    retry_jobs(EVERYTHING(), by=staff, reason="mapped", chosen={"state": "failed", "q": "503"})

    entry = noted()
    assert (entry.verb, entry.by, entry.count, entry.reason) == ("retry", staff, 2, "mapped")
    assert entry.details == {"state": "failed", "q": "503"}
    assert entry.target == "state:failed q:503"


def test_a_job_alone_is_named_with_its_play(staff):
    job = make_job(**FAILED)

    retry_jobs(EVERYTHING(), by=staff)

    assert (noted().target, noted().play) == (f"live_entry {job.key}", job.play)


def test_nothing_done_leaves_nothing_in_the_trail(staff):
    make_job(state="synced")

    assert retry_jobs(EVERYTHING(), by=staff) == 0
    assert cancel_jobs(EVERYTHING(), by=staff, reason="x") == 0
    assert not AuditEntry.objects.exists()


# --- Cancel --------------------------------------------------------------------------------------


def test_what_is_canceled_waits_no_more_and_says_why(staff):
    jobs = [make_job(**FAILED), make_job(last_error="ServerFault"), make_job(state="synced")]

    assert cancel_jobs(EVERYTHING(), by=staff, reason=" 중복 활동 ", now=NOW) == 2

    assert states(*jobs) == ["canceled", "canceled", "synced"]
    jobs[0].refresh_from_db()
    assert (jobs[0].last_error, jobs[0].last_message) == ("", "중복 활동")
    assert (noted().verb, noted().count, noted().reason) == ("cancel", 2, "중복 활동")


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_to_cancel_needs_a_reason(staff, reason):
    job = make_job(**FAILED)

    with pytest.raises(ValueError, match="reason"):
        cancel_jobs(EVERYTHING(), by=staff, reason=reason)
    assert states(job) == ["failed"]


# --- Recover what failed since a time ------------------------------------------------------------


def test_only_what_failed_since_then_is_recovered(staff):
    old = make_job(**FAILED | {"settled_at": NOW - timedelta(hours=2)})
    new = make_job(**FAILED)

    assert recover_failed(NOW - timedelta(hours=1), by=staff) == 1

    assert states(old, new) == ["failed", "pending"]
    assert noted().verb == "recover"
    assert noted().details == {"since": "2026-11-23T13:05+09:00"}


# --- Send what is missing ------------------------------------------------------------------------

PLAY = "EXT_Desk_D01"


def test_an_action_whose_edits_were_lost_is_owed_again_once_each(world, staff):
    world.add_play(PLAY)
    for event in (activity(PLAY), brief(play_id=PLAY)):
        record(event)
    SyncJob.objects.all().delete()

    assert count_by_kind(missing_edits()) == {Kind.LOG_ROW: 2, Kind.LIVE_ENTRY: 2, Kind.PLAY_ROW: 1}
    assert send_missing(by=staff) == 5
    assert missing_edits() == []
    assert send_missing(by=staff) == 0
    drain()

    world.assert_every_action_is_on_its_pages_once()
    assert set(world.play_rows()) == {PLAY}
    assert (noted().verb, noted().count) == ("send_missing", 5)


def test_what_was_canceled_is_missing_and_what_waits_failed_or_is_there_is_not(world, staff):
    world.add_play(PLAY)
    record(activity(PLAY))
    log_row, entry = SyncJob.objects.order_by("pk")
    SyncJob.objects.filter(pk=entry.pk).update(state="failed")
    assert missing_edits() == []

    cancel_jobs(SyncJob.objects.filter(pk=log_row.pk), by=staff, reason="x")

    assert SyncJob.objects.get(pk=log_row.pk).settled_at is not None
    assert [edit.kind for edit in missing_edits()] == [Kind.LOG_ROW]
    send_missing(by=staff)
    assert SyncJob.objects.pending().filter(kind="log_row", key=log_row.key).count() == 1


def test_of_the_actions_looked_at_before_only_those_whose_edit_was_canceled_are_missed(staff):
    canceled, old, new = (make_action() for _ in range(3))
    job = make_job(kind="live_entry", action=canceled)
    cancel_jobs(SyncJob.objects.filter(pk=job.pk), by=staff, reason="x")

    missed = missing_rows(since=old.pk)[Kind.LIVE_ENTRY].values_list("pk", flat=True)

    assert set(missed) == {canceled.pk, new.pk}


def test_a_link_is_missing_once_the_play_has_a_todo_page():
    play = make_play()
    make_mapping(Part.PLAY_TODO, play=play)
    assert missing_edits() == []

    make_mapping(Part.PLAY_TODO, play=play, page=make_page())

    assert set(count_by_kind(missing_edits())) == {Kind.PROJECT_LINK, Kind.PLAY_DB_LINK}


# --- Send everything again -----------------------------------------------------------------------


def test_everything_sent_again_writes_nothing_where_pages_are_right(world, staff):
    world.add_play(PLAY)
    for event in (activity(PLAY), brief(play_id=PLAY)):
        record(event)
    drain()
    before = world.sandbox.body(world.action_log)

    assert resend_all(by=staff, reason="restored a backup") == 5
    drain()

    assert world.sandbox.body(world.action_log) == before
    world.assert_every_action_is_on_its_pages_once()
    assert (noted().verb, noted().count, noted().target) == ("resend_all", 5, "")


def test_what_people_deleted_comes_back(world, staff):
    play = world.add_play(PLAY)
    record(activity(PLAY))
    drain()
    world.sandbox.edit(world.live_docs[PLAY], "<h2>활동 로그</h2>")

    resend_all(play, by=staff, reason="deleted by mistake")
    drain()

    world.assert_every_action_is_on_its_pages_once()
    assert (noted().play, noted().target) == (play, PLAY)


def test_what_is_owed_already_is_owed_once(world, staff):
    world.add_play(PLAY)
    record(activity(PLAY))

    resend_all(by=staff, reason="x")

    assert list(SyncJob.objects.values_list("state", "revision")) == [("pending", 2)] * 2


def test_one_play_alone(world, staff):
    plays = [world.add_play(name) for name in (PLAY, "EXT_Desk_D02")]
    for play in plays:
        record(activity(play.play_id))

    assert {edit.play for edit in all_edits(plays[1])} == {plays[1].pk}


def test_rows_on_a_full_page_of_the_log_stay_there(staff):
    full, now_on = make_page(), make_page()
    LogVolume.objects.create(page=full, number=1, opened_at=NOW, closed_at=NOW)
    LogVolume.objects.create(page=now_on, number=2, opened_at=NOW)
    log = make_mapping(Part.ACTION_LOG, page=now_on)
    done = {"kind": "log_row", "mapping": log, "state": "synced"}
    make_job(**done, written_to=full)
    row = make_job(**done, written_to=now_on)

    again = [edit.key for edit in all_edits() if edit.kind is Kind.LOG_ROW]

    assert again == [row.key]


@pytest.mark.parametrize("reason", ["", " "])
def test_to_send_everything_again_needs_a_reason(staff, reason):
    with pytest.raises(ValueError, match="reason"):
        resend_all(by=staff, reason=reason)
