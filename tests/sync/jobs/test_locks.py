"""Two who change the same jobs at the same moment lose nothing and never wait in a circle."""

import threading
import time
from contextlib import ExitStack, contextmanager
from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from plays import confluence
from plays.models import Action, Page, PageMapping, SyncJob
from plays.rules.quarter import Quarter
from plays.sync.funnel import count_funnel, funnel_rows
from plays.sync.funnel_recount import recount_funnel
from plays.sync.intake.receiving import record, record_all
from plays.sync.jobs.due import bring_forward
from plays.sync.jobs.enqueue import enqueue, row_of
from plays.sync.jobs.outcomes import postpone
from plays.sync.jobs.retrying import retry_jobs
from plays.sync.mappings.assign import assign
from plays.sync.site.connection import connect
from plays.sync.site.remedies import Remedy
from plays.sync.writing.attempt import PAGE_STEPS, Target, make_try
from plays.sync.writing.drain import drain
from plays.sync.writing.results import save_success
from tests.events import activity, brief
from tests.factories import NOW, make_event, make_play

pytestmark = pytest.mark.django_db(transaction=True)
PLAY = "EXT_Desk_D01"


@contextmanager
def meanwhile(work):
    """`work` in a thread with a connection of its own; its error is raised at the end."""
    errors = []

    def run():
        try:
            work()
        except DatabaseError as error:
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    yield
    thread.join()
    if errors:
        raise errors[0]


def a_try_that_went_well(world, page_id):
    page = Page.objects.get(page_id=page_id)
    jobs = list(SyncJob.objects.pending().on(page).select_related("play", "action"))
    result = make_try(Target(client=connect(), page=page), jobs, PAGE_STEPS)
    assert result.error is None
    return result


def test_a_job_owed_again_while_its_write_is_settled_stays_owed(world):
    world.add_play(PLAY)
    record(brief(play_id=PLAY))
    result = a_try_that_went_well(world, world.play_db)
    owed_again = threading.Event()

    def another_brief():
        with transaction.atomic():
            record(brief(play_id=PLAY))
            owed_again.set()
            time.sleep(0.5)

    with meanwhile(another_brief):
        owed_again.wait(5)
        save_success(result)

    assert SyncJob.objects.get(kind="play_row").state == "pending"
    drain()
    assert world.play_rows()[PLAY]["brief_qtd"] == "2"


def test_a_job_whose_mapping_moves_while_its_write_is_settled_goes_to_the_new_page(world):
    play = world.add_play(PLAY)
    record(activity(PLAY))
    result = a_try_that_went_well(world, world.live_docs[PLAY])
    world.live_docs[PLAY] = world.sandbox.add_page("The right live doc")
    moved = threading.Event()

    def an_admin_maps_another_page():
        with transaction.atomic():
            assign(play.mappings.get(part="live_doc"), world.live_docs[PLAY])
            moved.set()
            time.sleep(0.5)

    with meanwhile(an_admin_maps_another_page):
        moved.wait(5)
        save_success(result)

    drain()
    assert len(world.entries(PLAY)) == 1


def test_an_event_is_taken_while_a_person_retries_what_it_owes(world):
    world.add_play(PLAY)
    record(brief(play_id=PLAY))
    failed = SyncJob.objects.filter(kind="play_row")
    failed.update(state="failed")
    retried = threading.Event()

    def a_person_retries():
        with transaction.atomic():
            failed.update(state="pending")
            retried.set()
            time.sleep(0.5)

    with meanwhile(a_person_retries):
        retried.wait(5)
        record(brief(play_id=PLAY))

    assert failed.get().revision == 2


def test_a_failure_on_the_old_page_does_not_fail_a_job_that_has_moved_on(world):
    play = world.add_play(PLAY)
    record(activity(PLAY))
    page = Page.objects.get(page_id=world.live_docs[PLAY])
    jobs = list(SyncJob.objects.pending().on(page))
    world.live_docs[PLAY] = world.sandbox.add_page("The right live doc")
    assign(play.mappings.get(part="live_doc"), world.live_docs[PLAY])

    postpone(page, jobs, confluence.PageNotCurrent(page_status="trashed"), Remedy.PERSON)

    assert drain().failed == 0
    assert len(world.entries(PLAY)) == 1


def test_jobs_that_failed_together_come_back_together(world):
    world.add_play(PLAY)
    record_all([activity(PLAY) for _ in range(5)])
    page = Page.objects.get(page_id=world.live_docs[PLAY])

    postpone(page, list(SyncJob.objects.on(page)), confluence.ServerFault("ill"), Remedy.WAIT)

    assert SyncJob.objects.on(page).values("run_after").distinct().count() == 1


def test_writers_the_weekly_run_and_people_do_not_wait_in_a_circle(world, admin_user):
    plays = [world.add_play(f"EXT_Desk_D{number:02d}") for number in range(12)]
    page = Page.objects.get(page_id=world.play_db)
    spare = world.sandbox.add_page("A spare Play DB")
    until = time.monotonic() + 2

    def write():
        jobs = list(SyncJob.objects.pending().on(page).order_by("?"))
        postpone(page, jobs, confluence.ServerFault("ill"), Remedy.WAIT)

    def remap():
        for page_id in (spare, world.play_db):
            assign(PageMapping.objects.shared("play_db"), page_id, by=admin_user)
            assign(plays[0].mappings.get(part="live_doc"), page_id, by=admin_user)

    def again_and_again(work):
        while time.monotonic() < until:
            work()

    with ExitStack() as threads:
        for work in (
            write,
            bring_forward,
            lambda: retry_jobs(SyncJob.objects.pending(), by=admin_user),
            remap,
            lambda: enqueue(map(row_of, plays[::-1]), now=timezone.now()),
            lambda: record(brief(play_id=plays[-1].play_id)),
        ):
            threads.enter_context(meanwhile(partial(again_and_again, work)))


def test_two_who_count_the_same_opportunity_and_the_same_cell_count_both():
    """A signal's brief and its score, told for two other Plays, and a signal each: one opportunity
    and one cell that neither has seen."""
    own, first, second = make_play(), make_play(), make_play()

    def told(play, action_type, subject, **data):
        return Action.objects.create(
            log_id=f"LOG-2026-9{subject[-1]}{len(action_type):03d}", event=make_event(), play=play,
            action_type=action_type, subject_id=subject, title="x", occurred_at=NOW, data=data,
        )  # fmt: skip

    halves = (
        [told(first, "Brief", "B1", signal_id="S"), told(own, "Signal", "S1")],
        [told(second, "Scorecard", "S", decision="GO"), told(own, "Signal", "S2")],
    )
    counted, both_counted = threading.Event(), threading.Event()

    def one():
        with transaction.atomic():
            count_funnel(halves[0])
            counted.set()
            both_counted.wait(0.3)

    with meanwhile(one):
        counted.wait(5)
        with transaction.atomic():
            count_funnel(halves[1])
            both_counted.set()

    assert recount_funnel(now=NOW, since=Quarter(2026, 1)) == 0
    assert {row[0]: row[3] for row in funnel_rows(play=own)} == {"signal": 2}


def test_batches_of_the_same_events_in_another_order_do_not_wait_in_a_circle(world):
    world.add_play(PLAY)
    batch = [{**activity(PLAY), "id": name} for name in ("a", "m", "z")]
    began = threading.Barrier(3)

    def record_it(events):
        began.wait(5)
        record_all(events)

    with (
        meanwhile(lambda: record_it(batch)),
        meanwhile(lambda: record_it(batch[::-1])),
        transaction.atomic(),
    ):
        make_event(source=batch[0]["source"], event_id="m")
        began.wait(5)
        time.sleep(0.3)  # both come as far as the event in the middle, which is held
        transaction.set_rollback(True)

    assert Action.objects.count() == len(batch)
