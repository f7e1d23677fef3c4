"""The Action Log goes on on a new page when one is full, and every row is on one page only."""

import re
import threading
from collections import Counter

import pytest
from django.db import connection
from django.utils import timezone

from plays.models import Action, LogVolume, PageMapping, SyncAttempt, SyncJob
from plays.models.attempt import Outcome
from plays.rules.pages import ACTION_LOG, volume_title
from plays.rules.quarter import Quarter
from plays.sandbox import Fault
from plays.storage import all_rows
from plays.sync.intake.receiving import record_all
from plays.sync.mappings.assign import assign
from plays.sync.site.connection import connect
from plays.sync.writing.drain import drain
from plays.sync.writing.preview import page_of, preview
from tests.events import activity

pytestmark = pytest.mark.django_db(transaction=True)
PLAY = "EXT_Desk_D01"
ROWS = 10


@pytest.fixture
def small_world(world):
    """A log whose pages take ten rows."""
    world.settings.SYNC_LOG_ROWS = ROWS
    world.add_play(PLAY)
    return world


def current(world):
    return PageMapping.objects.shared("action_log").page.page_id


def pages(world):
    ids = list(LogVolume.objects.order_by("number").values_list("page__page_id", flat=True))
    return ids or [world.action_log]


def rows_of(world, page_id):
    return [row.key for row in all_rows(world.sandbox.body(page_id), ACTION_LOG)]


def assert_every_row_is_on_one_page_only(world):
    found = Counter(key for page in pages(world) for key in rows_of(world, page))
    assert found == Counter(Action.objects.values_list("log_id", flat=True))
    assert max(len(rows_of(world, page)) for page in pages(world)) <= ROWS


def send(count):
    record_all([activity(PLAY) for _ in range(count)])


def test_a_log_with_room_stays_on_its_page(small_world):
    send(ROWS)

    drain()

    assert not LogVolume.objects.exists()
    assert len(rows_of(small_world, small_world.action_log)) == ROWS


def test_a_full_page_goes_on_on_a_new_one_below_the_first(small_world):
    send(ROWS - 2)
    drain()
    send(5)

    drain()

    first, second = pages(small_world)
    assert (first, second) == (small_world.action_log, current(small_world))
    assert len(rows_of(small_world, first)) == ROWS
    assert len(rows_of(small_world, second)) == 3
    assert small_world.sandbox.store.page(second).parent_id == first
    assert_every_row_is_on_one_page_only(small_world)


def test_a_preview_looks_where_a_row_is_or_would_go(small_world):
    send(ROWS)
    drain()
    send(1)
    owed = SyncJob.objects.pending().get(kind="log_row")

    assert preview(connect(), page_of(owed), owed).is_full

    drain()
    written = SyncJob.objects.filter(kind="log_row").earliest("pk")
    assert page_of(written).page_id == small_world.action_log != current(small_world)
    there = preview(connect(), page_of(written), written)
    assert (there.is_full, there.text, there.problem) == (False, (), None)
    written.state = "pending"  # owed again, it goes where the log is by now
    assert page_of(written).page_id == current(small_world)


def test_the_pages_are_linked_both_ways(small_world):
    send(ROWS + 1)
    drain()

    first, second = pages(small_world)

    assert f"/pages/{second}" in small_world.sandbox.body(first)
    assert f"/pages/{first}" in small_world.sandbox.body(second)


def test_more_than_a_page_at_once_takes_as_many_pages_as_it_needs(small_world):
    send(3 * ROWS + 4)

    drain()

    assert len(pages(small_world)) == 4
    assert LogVolume.objects.closed().count() == 3
    assert_every_row_is_on_one_page_only(small_world)


def test_each_further_page_is_begun_in_one_try(small_world):
    send(3 * ROWS + 4)

    drain()

    assert SyncAttempt.objects.filter(outcome=Outcome.CONTINUED).count() == 3


def test_a_job_remembers_the_page_it_was_written_to(small_world):
    send(ROWS + 1)
    drain()

    jobs = SyncJob.objects.filter(kind="log_row").order_by("pk")

    assert jobs[0].written_to.page_id == small_world.action_log
    assert jobs[ROWS].written_to.page_id == current(small_world)


def test_a_page_that_is_large_for_its_rows_is_full_too(small_world):
    small_world.settings.SYNC_LOG_CHARACTERS = 500
    send(1)
    drain()
    small_world.sandbox.edit_with(small_world.action_log, lambda body: body + "<p>…</p>" * 200)
    send(1)

    drain()

    assert len(pages(small_world)) == 2


@pytest.mark.parametrize("fault", ["lost_reply", "error_after", "truncated_json", "error_before"])
def test_a_new_page_whose_making_was_not_answered_is_adopted(small_world, fault):
    small_world.sandbox.faults.script(fault, match="POST /pages")
    send(ROWS + 3)

    drain(wait=True)

    assert len(pages(small_world)) == 2
    assert_every_row_is_on_one_page_only(small_world)


@pytest.mark.parametrize("fault", ["lost_reply", "conflict", "error_before", "error_after"])
def test_the_link_on_the_full_page_is_written_whatever_happens(small_world, fault):
    send(ROWS)
    drain()
    small_world.sandbox.faults.script(fault, match=f"PUT /pages/{small_world.action_log}")
    send(3)

    drain(wait=True)

    assert small_world.sandbox.body(small_world.action_log).count("Continued") == 1
    assert LogVolume.objects.closed().count() == 1
    assert_every_row_is_on_one_page_only(small_world)


@pytest.mark.parametrize("then", [[], ["error_before"], ["conflict", "conflict"]])
def test_a_write_that_lands_late_on_the_full_page_is_found_there(small_world, then):
    """A worker that read the old page before the log moved on, and wrote after."""
    send(ROWS - 1)
    drain()
    send(1)
    late = SyncJob.objects.pending().get(kind="log_row")
    small_world.settings.SYNC_LOG_ROWS = ROWS - 1

    def the_late_row_lands(body):
        row = f"<tr><td>{late.key}</td><td/><td/><td/><td/><td/><td/></tr></tbody></table>"
        return body.replace("</tbody></table>", row)

    small_world.sandbox.faults.script(
        Fault("colleague_edit", edit=the_late_row_lands),
        *then,
        match=f"PUT /pages/{small_world.action_log}",
    )
    drain()

    late.refresh_from_db()
    assert late.written_to.page_id == small_world.action_log
    assert rows_of(small_world, current(small_world)) == []


@pytest.mark.parametrize("status", ["current", "archived"])
def test_a_title_that_somebody_else_has_is_passed_over(small_world, status):
    title = volume_title(Quarter.of(timezone.now(), timezone.get_default_timezone()))
    taken = small_world.sandbox.add_page(title, "<p>다른 사람의 글</p>")
    small_world.sandbox.set_status(taken, status)
    send(ROWS + 1)

    drain()

    assert small_world.sandbox.body(taken) == "<p>다른 사람의 글</p>"
    assert small_world.sandbox.store.page(current(small_world)).title == f"{title} (2)"
    assert_every_row_is_on_one_page_only(small_world)


@pytest.mark.parametrize("fault", ["", "error_before"])
def test_a_log_that_cannot_go_on_is_put_before_people_and_not_tried_for_ever(small_world, fault):
    if fault:
        small_world.sandbox.faults.script(fault, match="POST /pages", times=99)
    else:
        small_world.settings.CONFLUENCE_SPACE_KEY = ""
    send(ROWS + 1)

    drain()

    job = SyncJob.objects.exclude(state="synced").get()
    assert job.failures == 1
    assert job.last_error == ("ServerFault" if fault else "Refused")
    assert job.state == "failed" or job.run_after > timezone.now()


def test_a_row_that_a_colleague_doubled_on_the_full_page_stops_nothing(small_world):
    send(ROWS)
    drain()
    put = f"PUT /pages/{small_world.action_log}"
    small_world.sandbox.faults.script("error_before", match=put, times=3)
    send(3)
    drain()
    row = r"(<tr>(?:(?!</tr>).)*LOG-(?:(?!</tr>).)*</tr>)"
    small_world.sandbox.edit_with(
        small_world.action_log, lambda body: re.sub(row, r"\1\1", body, count=1)
    )

    drain(at_once=True)

    assert LogVolume.objects.closed().count() == 1
    assert len(rows_of(small_world, current(small_world))) == 3


def test_a_full_page_that_is_no_log_any_more_is_put_before_people(small_world):
    send(ROWS)
    drain()
    put = f"PUT /pages/{small_world.action_log}"
    small_world.sandbox.faults.script("error_before", match=put, times=3)
    send(1)
    drain()
    small_world.sandbox.edit_with(
        small_world.action_log, lambda body: body + body.replace("Log ID", "로그 ID")
    )

    left = drain(at_once=True)

    assert (left.pending, left.failed) == (0, 1)
    assert small_world.action_log in SyncJob.objects.failed().get().last_message


def test_a_page_that_was_full_before_may_be_mapped_again(small_world):
    send(ROWS + 1)
    drain()
    assign(PageMapping.objects.shared("action_log"), small_world.action_log)
    send(2)

    drain()

    assert_every_row_is_on_one_page_only(small_world)


def test_two_workers_and_faults_leave_every_row_on_one_page(small_world):
    small_world.sandbox.faults.random(
        0.2, ["lost_reply", "error_after", "error_before", "conflict", "not_found_flap"]
    )
    stop = threading.Event()

    def work():
        try:
            while not stop.is_set():
                drain(at_once=True)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for _ in range(8):
        send(8)
    stop.set()
    for worker in workers:
        worker.join()
    small_world.sandbox.faults.clear()

    drain(at_once=True, wait=True)

    assert len(pages(small_world)) >= 7
    assert_every_row_is_on_one_page_only(small_world)
