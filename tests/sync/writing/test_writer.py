"""What is owed to a page gets there once, in one read and one write, whatever happens meanwhile."""

import logging
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from plays import confluence
from plays.models import Page, Site, SyncAttempt, SyncJob
from plays.sandbox import Fault
from plays.sync.intake.receiving import record, record_all
from plays.sync.jobs.retrying import retry_jobs
from plays.sync.jobs.wakeups import wake
from plays.sync.mappings.assign import assign
from plays.sync.site import availability, log_stop
from plays.sync.writing import writer
from plays.sync.writing.claims import page_claim
from plays.sync.writing.drain import drain
from plays.sync.writing.writer import write_page
from tests.events import activity, brief, pilot, scored, signal, validation

pytestmark = pytest.mark.django_db(transaction=True)
PLAY = "EXT_Desk_D01"


def page_of(world, page_id):
    return Page.objects.get(page_id=page_id)


def states():
    return set(SyncJob.objects.values_list("state", flat=True))


def outcomes():
    return list(SyncAttempt.objects.order_by("pk").values_list("outcome", flat=True))


@pytest.fixture
def play(world):
    return world.add_play(PLAY)


def test_a_page_that_was_moved_in_the_tree_or_to_another_space_is_written_and_linked_there(
    world, play
):
    record(activity(PLAY))
    drain()
    store, live, log = world.sandbox.store, world.live_docs[PLAY], world.action_log
    folder = world.sandbox.add_page("보관함", "")
    store.move(store.page(log), folder)
    other = store.add_space("BX")
    store.page(live).space_id, store.page(live).parent_id = other.id, other.homepage_id

    record(activity(PLAY, activity_id="A2"))
    left = drain()

    assert (left.pending, left.failed) == (0, 0)
    world.assert_every_action_is_on_its_pages_once()
    assert store.page(log).parent_id == folder
    assert store.page(live).space_id == other.id
    assert "/spaces/BX/" in page_of(world, live).url


def test_events_of_all_types_reach_their_pages(world, play):
    record(activity(PLAY, title="세미나 <2차>", url="https://portal.example/a?b=1&c=2"))
    record(signal(PLAY, signal_id="S1", title="콜센터"))
    record(scored("S1", total_score=78, decision="GO", rationale="예산 ]]> 확보"))
    record(brief(signal_id="S1", brief_id="B1"))
    record(validation(brief_id="B1"))
    record(pilot(brief_id="B1"))

    left = drain()

    assert (left.pending, left.failed) == (0, 0)
    world.assert_every_action_is_on_its_pages_once()
    row = world.play_rows()[PLAY]
    counters = {name: value for name, value in row.items() if name.endswith("_qtd")}
    assert set(counters.values()) == {"1"}
    assert len(counters) == 5
    assert row["status"] in ("G", "Y", "R")


def test_a_page_costs_one_read_and_one_write_however_much_is_owed(world, play):
    record_all([activity(PLAY) for _ in range(30)])
    world.sandbox.reset_calls()

    drain()

    assert world.sandbox.calls.by_method == {"GET": 2, "PUT": 2}  # the log and the live doc


def test_what_comes_during_a_write_waits_until_other_pages_had_their_turn(world, play, monkeypatch):
    record(activity(PLAY))
    log = page_of(world, world.action_log)
    save = writer.save_success

    def busy(result):
        save(result)
        record(activity(PLAY))

    monkeypatch.setattr(writer, "save_success", busy)

    assert write_page(log.pk) == 1
    log.refresh_from_db()
    assert log.rung_at, "a worker is woken for the rest"
    assert SyncJob.objects.due(timezone.now()).on(log).count() == 1


def test_a_read_that_lags_behind_is_no_reason_to_ask_a_person(world, play):
    record(activity(PLAY))
    drain()
    record(activity(PLAY))
    world.sandbox.faults.script("stale_read", match=f"GET /pages/{world.action_log}")

    left = drain()

    assert (left.pending, left.failed) == (0, 0)
    world.assert_every_action_is_on_its_pages_once()


def test_a_page_of_a_restored_confluence_is_believed_once_a_person_retries(world, play):
    record(activity(PLAY))
    drain()
    Page.objects.filter(page_id=world.action_log).update(version=99)
    world.sandbox.edit(world.action_log, "<p>작업 이력</p>")
    record(activity(PLAY))
    drain()
    SyncJob.objects.pending().update(state="failed")

    retry_jobs(SyncJob.objects.failed(), by=None)
    drain()

    assert SyncJob.objects.get(state="failed").last_error == "TableGone"


def test_a_score_stands_directly_below_its_signal(world, play):
    first = record(signal(PLAY, signal_id="S1"))
    second = record(signal(PLAY, signal_id="S2"))
    drain()
    score = record(scored("S1"))
    drain()

    assert world.entries(PLAY) == [first.log_id, score.log_id, second.log_id]


def test_entries_stand_in_the_activity_section(world, play):
    receipt = record(activity(PLAY))
    drain()

    body = world.sandbox.body(world.live_docs[PLAY])
    assert body.index("아래에 쌓입니다") < body.index(receipt.log_id) < body.index("메모")


def test_writing_again_changes_nothing(world, play):
    record(brief(play_id=PLAY))
    drain()
    pages = [world.action_log, world.play_db, world.live_docs[PLAY]]
    before = [world.sandbox.version(page) for page in pages]
    written_at = page_of(world, world.action_log).written_at

    SyncJob.objects.update(state="pending")
    drain()

    assert [world.sandbox.version(page) for page in pages] == before
    assert page_of(world, world.action_log).written_at == written_at
    assert outcomes()[-1] == "unchanged"


@pytest.mark.parametrize("fault", ["lost_reply", "error_after", "truncated_json"])
def test_a_write_whose_answer_is_lost_is_not_made_twice(world, play, fault):
    record(activity(PLAY))
    world.sandbox.faults.script(fault, match=f"PUT /pages/{world.action_log}")

    drain()

    world.assert_every_action_is_on_its_pages_once()
    assert "landed" in outcomes()
    assert world.sandbox.version(world.action_log) == 2


@pytest.mark.parametrize(
    "fault",
    ["error_before", "reset", "unavailable", "bad_gateway", "timeout", "unreconciled", "login_page",
     "optimistic_lock", "not_found_flap", "not_found_named", "truncated_json"],
)  # fmt: skip
def test_a_failure_that_heals_is_tried_again_at_once(world, play, fault):
    record(activity(PLAY))
    world.sandbox.faults.script(fault, match=f"/pages/{world.action_log}")

    left = drain(wait=True)

    assert (left.pending, left.failed) == (0, 0)
    world.assert_every_action_is_on_its_pages_once()


def test_a_colleague_who_saves_in_between_keeps_their_words(world, play):
    record(activity(PLAY))
    world.sandbox.faults.script(
        Fault("colleague_edit", edit=lambda body: body + "<p>동료의 한 줄</p>"),
        match=f"PUT /pages/{world.action_log}",
    )

    drain()

    assert "동료의 한 줄" in world.sandbox.body(world.action_log)
    world.assert_every_action_is_on_its_pages_once()
    assert "conflict" in outcomes()


def test_a_storm_of_conflicts_ends_the_claim_but_fails_nobody(world, play):
    record(activity(PLAY))
    world.sandbox.faults.script("conflict", match=f"PUT /pages/{world.action_log}", times=9)

    drain()

    waiting = SyncJob.objects.pending().get()
    assert (waiting.kind, waiting.failures, waiting.last_error) == ("log_row", 0, "VersionConflict")
    assert waiting.attempts.count() == 6  # the page was read again for five saves
    assert drain(at_once=True).pending == 0
    world.assert_every_action_is_on_its_pages_once()


def test_what_loses_twice_against_colleagues_is_tried_in_smaller_parts(world, play):
    """They take less time: a long backlog must not lose for ever where somebody saves often."""
    record_all([activity(PLAY) for _ in range(16)])
    world.sandbox.faults.script("conflict", match=f"PUT /pages/{world.action_log}", times=4)

    left = drain()

    tries = SyncAttempt.objects.filter(page__page_id=world.action_log).order_by("pk")
    counts = list(tries.values_list("job_count", flat=True))
    assert counts[:5] == [16, 16, 8, 4, 2]
    assert (left.pending, left.failed) == (0, 0)
    world.assert_every_action_is_on_its_pages_once()


def test_a_rate_limit_pauses_the_whole_site_and_fails_nobody(world, play):
    record_all([activity(PLAY), brief(play_id=PLAY)])
    world.sandbox.faults.script(Fault("rate_limited", retry_after="30"), match="GET")

    left = drain()

    site = Site.current()
    assert site.paused_until - timezone.now() > timedelta(seconds=25)
    assert left.later == 5
    assert set(SyncJob.objects.values_list("failures", flat=True)) == {0}
    assert len(world.sandbox.calls) == 1
    assert drain(at_once=True).pending == 0


@pytest.mark.parametrize("retry_after", ["0", "9223372036854775807", "http-date", None])
def test_any_retry_after_is_survived(world, play, retry_after):
    record(activity(PLAY))
    world.sandbox.faults.script(
        Fault("rate_limited", retry_after=retry_after, seconds=2), match="GET"
    )

    drain()

    wait = Site.current().paused_until - timezone.now()
    assert timedelta(0) < wait <= timedelta(hours=1)


def test_an_outage_pauses_the_site(world, play):
    record(activity(PLAY))
    world.sandbox.faults.random(1.0, ["unavailable"])

    left = drain()

    assert left.later == 2
    assert Site.current().paused_until > timezone.now()
    assert set(SyncJob.objects.values_list("failures", flat=True)) == {0}
    world.sandbox.faults.clear()
    assert drain(at_once=True).pending == 0


def test_a_sick_page_does_not_hold_up_the_others(world, play):
    record(activity(PLAY))
    world.sandbox.faults.script("error_before", match=f"/pages/{world.action_log}", times=99)

    drain()

    sick, well = SyncJob.objects.order_by("state")
    assert (sick.kind, sick.state, sick.failures) == ("log_row", "pending", 1)
    assert sick.run_after > timezone.now() + timedelta(seconds=50)
    assert (well.kind, well.state) == ("live_entry", "synced")


def test_rejected_credentials_stop_everything_until_they_work(world, play):
    record(activity(PLAY))
    world.sandbox.revoke_token()

    left = drain()

    assert Site.current().stopped_at is not None
    assert (left.later, left.failed) == (2, 0)
    world.sandbox.accept_token()
    assert drain(at_once=True).pending == 0
    assert Site.current().stopped_at is None
    assert Site.current().message == ""


def test_a_page_that_stays_missing_is_put_before_a_person(world, play):
    record(activity(PLAY))
    world.sandbox.store.purge(world.action_log)

    for _ in range(3):
        drain(at_once=True)
    assert SyncJob.objects.pending().get().last_error == "PageNotFound"
    SyncJob.objects.update(failing_since=timezone.now() - timedelta(minutes=3))
    drain(at_once=True)

    job = SyncJob.objects.failed().get()
    assert job.last_error == "PageNotFound"
    assert page_of(world, world.action_log).state == "missing"


def test_a_page_that_is_missing_only_now_and_then_is_not_believed_missing(world, play):
    record(activity(PLAY))
    log = f"/pages/{world.action_log}"
    for fault in ("not_found_named", "error_before", "not_found_named", "error_before"):
        world.sandbox.faults.script(fault, match=log, times=9)
        drain(at_once=True)
        world.sandbox.faults.clear()
        SyncJob.objects.update(failing_since=timezone.now() - timedelta(minutes=9))

    assert SyncJob.objects.pending().get().failures == 4
    assert drain(at_once=True).pending == 0


@pytest.mark.parametrize("status", ["archived", "trashed"])
def test_a_page_that_is_archived_or_trashed_is_put_before_a_person(world, play, status):
    record(activity(PLAY))
    world.sandbox.set_status(world.action_log, status)

    drain()

    assert SyncJob.objects.failed().get().last_error == "PageNotCurrent"
    assert page_of(world, world.action_log).state == status


def test_a_write_that_only_takes_a_page_out_of_the_trash_is_made_again(world, play):
    record(activity(PLAY))
    slow = Fault("hang", seconds=0.8)
    world.sandbox.faults.script(slow, match=f"PUT /pages/{world.action_log}")

    def throw_away():
        while not world.sandbox.faults.fired["hang"]:  # until the write is on its way
            time.sleep(0.01)
        world.sandbox.set_status(world.action_log, "trashed")

    trash = threading.Thread(target=throw_away, daemon=True)
    trash.start()
    drain()
    trash.join()

    world.assert_every_action_is_on_its_pages_once()


def test_an_empty_read_of_a_known_page_is_never_written_back(world, play):
    record(activity(PLAY))
    drain()
    record(activity(PLAY))
    world.sandbox.faults.script("empty_body", match=f"GET /pages/{world.action_log}", times=3)

    drain()

    assert SyncJob.objects.pending().get().last_error == "ImplausibleRead"
    assert drain(at_once=True).pending == 0
    world.assert_every_action_is_on_its_pages_once()


def test_an_empty_first_read_is_checked_against_the_history(world, play):
    record(activity(PLAY))
    live_doc = world.live_docs[PLAY]
    world.sandbox.edit_with(live_doc, lambda body: body + "<p>동료의 한 줄</p>")
    world.sandbox.faults.script("empty_body", match=f"GET /pages/{live_doc}")

    drain()

    assert "ImplausibleRead" in SyncAttempt.objects.values_list("error", flat=True)
    assert "동료의 한 줄" in world.sandbox.body(live_doc)
    assert len(world.entries(PLAY)) == 1


def test_a_page_that_people_emptied_is_written_when_a_person_says_so(world, play):
    record(activity(PLAY))
    drain()
    world.sandbox.edit(world.action_log, "")
    record(activity(PLAY))
    drain()

    retry_jobs(SyncJob.objects.pending(), by=None)
    drain()

    assert len(world.log_ids()) == 1


def test_a_log_that_another_database_wrote_to_gets_no_row_but_other_pages_are_written(world, play):
    record(activity(PLAY))
    drain()
    (ours,) = world.log_ids()
    theirs = f"{ours[:-5]}90000"
    world.sandbox.edit_with(world.action_log, lambda body: body.replace(ours, theirs))

    record_all([activity(PLAY), brief(play_id=PLAY)])
    write_page(page_of(world, world.action_log).pk)
    drain()

    assert world.log_ids() == [theirs]
    assert world.play_rows()[PLAY]["brief_qtd"] == "1"
    assert write_page(page_of(world, world.live_docs[PLAY]).pk) == 0  # entries wait: not one call


def test_after_a_gap_the_log_is_looked_at_before_an_entry_is_written(world, play):
    record(activity(PLAY))
    drain()
    (ours,) = world.log_ids()
    theirs = f"{ours[:-5]}90000"
    world.sandbox.edit_with(world.action_log, lambda body: body.replace(ours, theirs))
    log_stop.forget_comparison()  # as after a long time without a write

    record(activity(PLAY))
    write_page(page_of(world, world.live_docs[PLAY]).pk)

    assert len(world.entries(PLAY)) == 1


def test_a_table_that_stands_there_twice_fails_its_rows_only(world, play):
    record(brief(play_id=PLAY))
    world.sandbox.edit_with(world.play_db, lambda body: body + body)

    drain()

    failed = SyncJob.objects.failed().get()
    assert (failed.kind, failed.last_error) == ("play_row", "AmbiguousPart")
    assert page_of(world, world.play_db).state == "wrong_shape"
    assert SyncJob.objects.filter(state="synced").count() == 2


def test_jobs_of_an_unmapped_page_wait_and_go_as_soon_as_it_is_mapped(world):
    play = world.add_play("EXT_New", mapped=False)
    record(activity("EXT_New"))

    left = drain()

    assert left.unmapped == 1
    world.live_docs["EXT_New"] = world.sandbox.add_page("New live doc")
    assign(play.mappings.get(part="live_doc"), world.live_docs["EXT_New"])
    assert drain().unmapped == 0
    assert len(world.entries("EXT_New")) == 1


def test_waiting_and_failed_jobs_move_with_their_mapping(world, play):
    record(activity(PLAY))
    world.sandbox.set_status(world.live_docs[PLAY], "trashed")
    drain()
    assert SyncJob.objects.failed().count() == 1

    world.live_docs[PLAY] = world.sandbox.add_page("The new live doc")
    assign(play.mappings.get(part="live_doc"), world.live_docs[PLAY])
    drain()

    assert len(world.entries(PLAY)) == 1


def test_an_old_retry_never_overwrites_a_newer_number(world, play):
    record(brief(play_id=PLAY))
    world.sandbox.faults.script("error_before", match=f"PUT /pages/{world.play_db}", times=3)
    drain()
    record(brief(play_id=PLAY))

    drain(at_once=True)

    assert world.play_rows()[PLAY]["brief_qtd"] == "2"
    assert SyncJob.objects.filter(kind="play_row").count() == 1


def test_no_wait_between_tries_outlives_the_claim(world, play):
    world.settings.SYNC_RETRY_DELAY = 45.0
    world.settings.SYNC_RETRY_COUNT = 9
    record(activity(PLAY))
    world.sandbox.faults.script("error_before", match=f"/pages/{world.action_log}", times=99)
    slept = []

    write_page(page_of(world, world.action_log).pk, sleep=slept.append)

    assert slept == [45.0]
    assert SyncJob.objects.get(kind="log_row").failures == 1


def test_a_write_that_was_on_its_way_does_not_end_a_pause(world, play):
    record(activity(PLAY))
    slow = Fault("hang", seconds=0.8)
    world.sandbox.faults.script(slow, match=f"PUT /pages/{world.action_log}")

    def another_worker_is_told_to_wait():
        try:
            time.sleep(0.4)
            availability.pause(confluence.RateLimited("slow down", retry_after=600))
        finally:
            connection.close()

    other = threading.Thread(target=another_worker_is_told_to_wait)
    other.start()
    write_page(page_of(world, world.action_log).pk)
    other.join()

    assert SyncJob.objects.get(kind="log_row").state == "synced"
    assert not Site.current().is_open(timezone.now() + timedelta(seconds=500))
    assert write_page(page_of(world, world.live_docs[PLAY]).pk) == 0


def test_what_is_owed_again_during_a_write_stays_owed(world, play):
    record(brief(play_id=PLAY))
    late = brief(play_id=PLAY)

    def someone_sends_another(body):
        record(late)
        connection.close()
        return body + "<p>x</p>"

    world.sandbox.faults.script(
        Fault("colleague_edit", edit=someone_sends_another), match=f"GET /pages/{world.play_db}"
    )
    drain()

    assert world.play_rows()[PLAY]["brief_qtd"] == "2"
    assert states() == {"synced"}


def test_a_page_that_another_worker_has_is_left_alone(world, play):
    record(activity(PLAY))
    page = page_of(world, world.action_log)

    with page_claim(page.pk) as mine:
        Page.objects.filter(pk=page.pk).update(rung_at=timezone.now())
        assert mine is not None
        assert write_page(page.pk) == 0
        page.refresh_from_db()
        assert (page.lease_token, page.lease_until) == (mine.token, mine.until)
        assert page.rung_at is None, "the wake-up was answered: what comes now is told of"

    assert write_page(page.pk) == 1


def test_a_page_whose_writing_ends_the_worker_again_and_again_waits(world, play):
    record(activity(PLAY))
    page = page_of(world, world.action_log)
    for _ in range(3):
        SyncAttempt.objects.create(page=page, started_at=timezone.now())
        with page_claim(page.pk):
            pass

    write_page(page.pk)

    job = SyncJob.objects.get(kind="log_row")
    assert job.failures == 1
    assert job.run_after > timezone.now()
    assert drain(at_once=True).pending == 0


def test_every_try_is_told_with_its_calls_versions_and_words(world, play, caplog):
    caplog.set_level(logging.INFO, logger="plays.sync.writing")
    record(activity(PLAY))
    world.sandbox.faults.script("error_before", match=f"PUT /pages/{world.action_log}")

    drain()

    failed, written = SyncJob.objects.get(kind="log_row").attempts.order_by("pk")
    assert (failed.outcome, failed.http_status, failed.calls) == ("error", 500, 2)
    assert "Internal Server Error" in failed.message  # in the words of Confluence
    assert (written.outcome, written.version_before, written.version_after) == ("written", 1, 2)
    told = world.sandbox.history(world.action_log)[-1].message  # what colleagues read there
    assert told.endswith(f"1 edit · {written.token}")
    lines = [line for line in caplog.messages if f"page {world.action_log}: " in line]
    assert [line.partition(" ms")[2] for line in lines] == [" (ServerFault)", ""]


def test_a_bell_that_came_to_nothing_can_be_rung_again_at_once(world, play):
    record(activity(PLAY))
    page = page_of(world, world.action_log)
    Site.objects.update_or_create(
        pk=1, defaults={"paused_until": timezone.now() + timedelta(seconds=9)}
    )

    assert write_page(page.pk) == 0

    assert wake(page.pk)
