"""What people changed, took away or doubled on the pages is found, told, and put right."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from plays.models import Action, LogVolume, Page, SyncJob
from plays.sandbox import Fault
from plays.sync.intake.receiving import record
from plays.sync.mappings.assign import assign
from plays.sync.weekly.outcome import for_people
from plays.sync.writing.drain import backlog, drain
from tests.events import activity
from tests.sync.weekly.damage import (
    FIRST,
    SECOND,
    THIRD,
    findings,
    make_company,
    mapping_of,
    row_of,
    run,
    set_cell,
    today,
    without_entry,
    without_row,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def company(world):
    return make_company(world)


# --- What people changed -------------------------------------------------------------------------


def test_a_cell_of_ours_that_somebody_changed_is_told_and_put_right(company):
    company.sandbox.edit_with(
        company.play_db, lambda body: set_cell(body, SECOND, 3, "99"), by="박지훈"
    )
    company.sandbox.edit_with(company.play_db, lambda body: body + "<p>메모</p>", by="이서연")
    changed_at = company.sandbox.history(company.play_db)[-2].created_at

    run()

    (found,) = findings()
    assert (found.kind, found.key, found.column) == ("changed", SECOND, "activity_qtd")
    assert (found.found, found.expected, found.by) == ("99", "1", "박지훈")
    assert abs(found.at - changed_at) < timedelta(seconds=1)
    assert company.play_rows()[SECOND]["activity_qtd"] == "1"
    assert "메모" in company.sandbox.body(company.play_db)


def test_a_number_that_has_grown_since_is_nobodys_change(company):
    record(today(activity, FIRST))
    drain()
    company.sandbox.edit_with(company.play_db, lambda body: body + "<p>메모</p>")

    run()

    assert findings() == []
    assert company.play_rows()[FIRST]["activity_qtd"] == "2"


def test_a_row_that_somebody_took_away_is_told_and_comes_back(company):
    company.sandbox.edit_with(company.play_db, lambda body: without_row(body, SECOND), by="박지훈")

    run()

    (found,) = findings()
    assert (found.kind, found.key, found.by) == ("missing", SECOND, "박지훈")
    assert SECOND in company.play_rows()


def test_a_play_that_stands_there_twice_is_told_and_not_deleted(company):
    company.sandbox.edit_with(
        company.play_db, lambda body: body.replace(row_of(body, FIRST), 2 * row_of(body, FIRST))
    )
    record(today(activity, SECOND))

    run()

    assert [(f.kind, f.key, f.found) for f in findings()] == [("duplicate", FIRST, "2")]
    assert company.sandbox.body(company.play_db).count(FIRST) == 2


def test_a_log_row_or_an_entry_that_is_missing_is_owed_and_written_again(company):
    gone = Action.objects.get(play__play_id=SECOND, action_type="Signal")
    company.sandbox.edit_with(
        company.action_log, lambda body: without_row(body, gone.log_id), by="박지훈"
    )
    live_doc = company.live_docs[SECOND]
    company.sandbox.edit_with(
        live_doc,
        lambda body: without_entry(body, gone.log_id),
        by="이서연",
    )

    run()

    assert [(f.kind, f.key, f.by) for f in findings()] == [
        ("missing", gone.log_id, "박지훈"),
        ("missing", gone.log_id, "이서연"),
    ]
    company.assert_every_action_is_on_its_pages_once()
    assert backlog().pending == 0


@pytest.mark.parametrize("state", ["pending", "failed", "canceled"])
def test_what_waits_failed_or_was_canceled_is_not_owed_again(company, state):
    gone = Action.objects.get(play__play_id=SECOND, action_type="Signal")
    company.sandbox.edit_with(company.action_log, lambda body: without_row(body, gone.log_id))
    SyncJob.objects.filter(kind="log_row", key=gone.log_id).update(
        state=state, run_after=timezone.now() + timedelta(hours=1)
    )

    run()

    assert findings() == []
    assert SyncJob.objects.filter(kind="log_row", key=gone.log_id).count() == 1


def test_a_changed_log_row_is_told_with_who_and_when_and_put_right(company):
    action = Action.objects.get(play__play_id=FIRST, action_type="Activity")
    company.sandbox.edit_with(
        company.action_log, lambda body: body.replace(action.title, "다른 제목"), by="박지훈"
    )
    record(today(activity, SECOND))
    drain()

    run()

    (found,) = findings()
    assert (found.kind, found.key, found.column) == ("changed", action.log_id, "title")
    assert (found.found, found.expected, found.by) == ("다른 제목", action.title, "박지훈")
    drain()
    assert "다른 제목" not in company.sandbox.body(company.action_log)
    assert company.sandbox.body(company.action_log).count(action.log_id) == 1


def test_an_entry_that_stands_there_twice_is_told_and_not_deleted(company):
    action = Action.objects.get(play__play_id=FIRST, action_type="Activity")
    company.sandbox.edit_with(
        company.live_docs[FIRST],
        lambda body: (
            body + f"<p>{action.log_id} · {action.action_type} · {action.title} · 복사</p>"
        ),
    )

    run()

    assert [(f.kind, f.key, f.found) for f in findings()] == [("duplicate", action.log_id, "2")]
    assert "복사" in company.sandbox.body(company.live_docs[FIRST])


def test_rows_and_entries_that_the_database_does_not_know_are_told_and_left_alone(company):
    """The numbers are below ours, so that only a comparison can see them."""
    other = Action.objects.get(play__play_id=SECOND, action_type="Signal")
    page, live_doc = company.action_log, company.live_docs[SECOND]
    strange = other.log_id.replace("LOG-20", "LOG-19")
    company.sandbox.edit_with(
        page, lambda b: b.replace(row_of(b, other.log_id), twin(b, other, strange))
    )
    line = f"<p><code>{strange}</code> 2019-01-02 09:00 · Signal · 옛 기록</p>"
    company.sandbox.edit_with(live_doc, lambda body: body + line)

    weekly = run()

    found = {(one.kind, one.key, one.page.page_id) for one in findings()}
    assert found == {("unknown", strange, page), ("unknown", strange, live_doc)}
    assert for_people(weekly) == 2
    assert strange in company.sandbox.body(page)
    assert "옛 기록" in company.sandbox.body(live_doc)


def twin(body, action, key):
    """The row of an action, and the same again under another log id."""
    row = row_of(body, action.log_id)
    return row + row.replace(action.log_id, key)


def test_a_row_of_ours_that_tells_of_another_event_now_is_told_and_left_alone(company):
    action = Action.objects.get(play__play_id=FIRST, action_type="Activity")
    row = row_of(company.sandbox.body(company.action_log), action.log_id)
    changed = row.replace(FIRST, THIRD).replace(">Activity<", ">Brief<")
    changed = changed.replace(action.title, "남의 일")
    changed = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "2019-01-02 09:00", changed)
    company.sandbox.edit_with(company.action_log, lambda body: body.replace(row, changed))

    weekly = run()
    drain()

    told = [(one.kind, one.key, one.expected) for one in findings()]
    assert told == [("foreign", action.log_id, action.title)]
    assert for_people(weekly) == 1
    assert "남의 일" in row_of(company.sandbox.body(company.action_log), action.log_id)


def test_rows_on_an_older_page_of_the_log_are_not_missing(company):
    new = company.sandbox.add_page("Action Log 2", "<p>이어서</p>")
    old = Page.objects.get(page_id=company.action_log)
    LogVolume.objects.create(page=old, number=1, opened_at=timezone.now(), closed_at=timezone.now())
    LogVolume.objects.create(
        page=Page.objects.create(page_id=new), number=2, opened_at=timezone.now()
    )
    assign(mapping_of("action_log"), new)
    record(today(activity, FIRST))
    drain()

    run()

    assert findings() == []
    assert len(company.log_ids()) == 10


# --- Pages that cannot be compared ---------------------------------------------------------------


@pytest.mark.parametrize("break_it", ["trash", "two tables", "not storage"])
def test_a_page_that_cannot_be_compared_is_told_and_the_run_goes_on(company, break_it):
    page = company.action_log
    if break_it == "trash":
        company.sandbox.set_status(page, "trashed")
    elif break_it == "two tables":
        other = "로그 ID"
        company.sandbox.edit_with(page, lambda body: body + body.replace("Log ID", other))
    else:
        company.sandbox.store.page(page).versions[-1].__dict__["body"] = "<p>broken"

    done = run()

    assert done.state == "done"
    assert [(f.kind, f.page.page_id) for f in findings()] == [("unreadable", page)]
    assert findings()[0].message
    company.sandbox.reset_calls()


def test_a_hiccup_is_looked_over(company):
    company.sandbox.faults.script("error_before", match="GET", times=2)

    done = run()

    assert (done.state, findings()) == ("done", [])


def test_a_lost_answer_to_the_write_writes_once(company):
    record(today(activity, FIRST))
    drain()
    version = company.sandbox.version(company.play_db)
    company.sandbox.faults.script("lost_reply", match=f"PUT /pages/{company.play_db}")

    run()

    assert company.play_rows()[FIRST]["activity_qtd"] == "2"
    assert company.sandbox.version(company.play_db) == version + 1


def test_a_colleague_who_saves_in_between_keeps_their_words(company):
    record(today(activity, FIRST))
    drain()
    company.sandbox.faults.script(
        Fault("colleague_edit", edit=lambda body: body + "<p>동료의 한 줄</p>"),
        match=f"PUT /pages/{company.play_db}",
    )

    run()

    assert "동료의 한 줄" in company.sandbox.body(company.play_db)
    assert company.play_rows()[FIRST]["activity_qtd"] == "2"
