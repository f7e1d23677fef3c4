"""The weekly sync leaves the Play DB true and says what people changed on the pages."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from plays.models import (
    Action,
    AuditEntry,
    Finding,
    LogVolume,
    Page,
    PageMapping,
    Pause,
    Play,
    QuarterCount,
    Site,
    SyncJob,
    WeeklyResult,
    WeeklySync,
)
from plays.models.weekly import WeeklyTrigger
from plays.rules.quarter import Quarter
from plays.sandbox import Fault
from plays.sync import weekly
from plays.sync.claims import page_claim
from plays.sync.drain import backlog, drain
from plays.sync.intake import record, record_all
from plays.sync.mappings import assign
from tests.events import activity, brief
from tests.sync.weekly_damage import (
    FIRST,
    SECOND,
    THIRD,
    make_company,
    row_of,
    set_cell,
    today,
    without_entry,
    without_row,
)

pytestmark = pytest.mark.django_db(transaction=True)
SEOUL = ZoneInfo("Asia/Seoul")


def run(**changes):
    return weekly.run(**{"trigger": WeeklyTrigger.PERSON, **changes})


def findings(kind=None):
    found = Finding.objects.order_by("pk").select_related("play")
    return list(found.filter(kind=kind) if kind else found)


def this_quarter():
    return Quarter.of(timezone.now(), SEOUL)


@pytest.fixture
def company(world):
    return make_company(world)


def mapping_of(part):
    return PageMapping.objects.shared(part)


def calls_of(world, page_id):
    return [call.method for call in world.sandbox.calls if page_id in call.path]


# --- The Play DB ---------------------------------------------------------------------------------


def test_the_play_db_costs_one_read_and_one_write_however_many_plays(world):
    for number in range(43):
        world.add_play(f"EXT_Desk_D{number:02d}", mapped=False)
        record(today(activity, f"EXT_Desk_D{number:02d}"))
    world.sandbox.reset_calls()

    done = run()

    assert calls_of(world, world.play_db) == ["GET", "PUT"]
    assert (done.state, done.done) == ("done", done.total)
    assert len(world.play_rows()) == 43
    assert {row["activity_qtd"] for row in world.play_rows().values()} == {"1"}


def test_nothing_to_change_is_one_look_at_each_page_and_no_write(company):
    company.sandbox.reset_calls()

    done = run()

    assert done.state == "done"
    assert company.sandbox.calls.by_method == {"GET": 5}
    assert findings() == []


def test_a_new_play_gets_a_row(company):
    company.add_play("EXT_New", mapped=False)

    run()

    assert company.play_rows()["EXT_New"]["activity_qtd"] == "0"
    assert findings() == []


def test_an_inactive_play_keeps_its_row_and_is_no_longer_written(company):
    Play.objects.filter(play_id=THIRD).update(is_active=False)
    company.sandbox.edit_with(company.play_db, lambda body: set_cell(body, THIRD, 3, "7"))

    run()

    assert company.play_rows()[THIRD]["activity_qtd"] == "7"
    assert findings() == []


def test_results_say_where_each_play_stands(company):
    results = {r.play.play_id: r for r in WeeklyResult.objects.select_related("play")}

    assert set(results) == {FIRST, SECOND, THIRD}
    assert (results[FIRST].activity, results[FIRST].signal, results[FIRST].brief) == (1, 1, 1)
    assert results[FIRST].status in ("G", "Y", "R")
    assert company.play_rows()[FIRST]["status"] == results[FIRST].status


def test_an_override_is_the_status_while_it_lasts(company):
    Play.objects.filter(play_id=FIRST).update(
        override_status="G",
        override_reason="계약 직전",
        override_until=timezone.now() + timedelta(days=1),
    )

    run()

    assert company.play_rows()[FIRST]["status"] == "G"


# --- Counters ------------------------------------------------------------------------------------


def test_wrong_counters_are_repaired_and_remembered(company):
    quarter = this_quarter()
    QuarterCount.objects.of(quarter).filter(play__play_id=FIRST).update(activity=9, s3=4)
    QuarterCount.objects.of(quarter).filter(play__play_id=SECOND).delete()

    done = run()

    repaired = {r.play.play_id: r for r in done.results.filter(was_repaired=True)}
    assert set(repaired) == {FIRST, SECOND}
    assert repaired[FIRST].repaired_from[str(quarter)]["activity"] == 9
    assert (repaired[FIRST].activity, repaired[FIRST].s3) == (1, 0)
    assert company.play_rows()[FIRST]["activity_qtd"] == "1"
    assert QuarterCount.objects.of(quarter).get(play__play_id=SECOND).brief == 1


def test_the_quarter_before_is_repaired_too(company):
    before = this_quarter().previous
    play = Play.objects.get(play_id=FIRST)
    QuarterCount.objects.create(play=play, year=before.year, quarter=before.number, signal=3)

    done = run()

    assert QuarterCount.objects.of(before).get(play=play).signal == 0
    assert done.results.get(play=play).repaired_from == {
        str(before): {"activity": 0, "signal": 3, "brief": 0, "s2": 0, "s3": 0}
    }


def test_a_recount_costs_the_same_however_many_plays(world, django_assert_max_num_queries):
    from plays.sync.weekly.recounting import recount

    for number in range(20):
        world.add_play(f"EXT_{number}", mapped=False)
        record(today(activity, f"EXT_{number}"))
    done = run()

    with django_assert_max_num_queries(5):
        assert recount(done, now=timezone.now()) == 0


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


def test_a_changed_log_row_is_told_with_who_and_when_and_left_to_people(company):
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
    assert "다른 제목" in company.sandbox.body(company.action_log)


def test_an_entry_that_stands_there_twice_is_told_and_not_deleted(company):
    action = Action.objects.get(play__play_id=FIRST, action_type="Activity")
    company.sandbox.edit_with(
        company.live_docs[FIRST], lambda body: body + f"<p><code>{action.log_id}</code> 복사</p>"
    )

    run()

    assert [(f.kind, f.key, f.found) for f in findings()] == [("duplicate", action.log_id, "2")]
    assert "복사" in company.sandbox.body(company.live_docs[FIRST])


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
    assert len(company.log_ids()) == 9


# --- Pages that cannot be compared ---------------------------------------------------------------


@pytest.mark.parametrize("break_it", ["trash", "two tables", "not storage"])
def test_a_page_that_cannot_be_compared_is_told_and_the_run_goes_on(company, break_it):
    page = company.action_log
    if break_it == "trash":
        company.sandbox.set_status(page, "trashed")
    elif break_it == "two tables":
        company.sandbox.edit_with(page, lambda body: body + body)
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


# --- Waiting -------------------------------------------------------------------------------------


def test_a_busy_site_makes_the_run_wait_and_go_on_by_itself(company):
    company.sandbox.faults.script(Fault("rate_limited", retry_after="30"), match="GET")

    waiting = run()

    assert (waiting.state, waiting.message) == ("running", "site_closed")
    Site.objects.update(paused_until=None)
    assert weekly.run_due().state == "done"
    assert WeeklySync.objects.filter(state="done").count() == 2


def test_rejected_credentials_stop_the_run_until_they_work(company):
    company.sandbox.revoke_token()

    assert run().message == "site_closed"

    assert Site.current().stopped_at is not None
    company.sandbox.accept_token()
    drain(at_once=True)
    assert weekly.run_due().state == "done"


def test_a_pause_of_everything_makes_the_run_wait(company, staff):
    pause = Pause.objects.create(scope="all", reason="점검", by=staff, at=timezone.now())
    company.sandbox.reset_calls()

    waiting = run()

    assert (waiting.state, waiting.message) == ("running", "everything_paused")
    assert len(company.sandbox.calls) == 0
    Pause.objects.filter(pk=pause.pk).update(ended_at=timezone.now())
    assert weekly.run_due().state == "done"


def test_a_pause_of_the_play_db_leaves_its_rows_owed_and_says_so(company):
    page = Page.objects.get(page_id=company.play_db)
    Pause.objects.create(scope="page", page=page, reason="편집 중", at=timezone.now())
    record(today(activity, FIRST))

    done = run()

    assert (done.state, done.message) == ("done", "rows_paused")
    assert company.play_rows()[FIRST]["activity_qtd"] == "1"
    assert SyncJob.objects.pending().filter(kind="play_row").count() == 3


def test_a_page_that_somebody_else_is_writing_is_waited_for(company):
    page = Page.objects.get(page_id=company.play_db)
    naps = []
    with page_claim(page.pk):
        started = weekly.start(trigger=WeeklyTrigger.PERSON)
        waiting = weekly.carry_on(started, sleep=naps.append)

    assert (waiting.state, waiting.step, waiting.message) == ("running", "play_db", "page_busy")
    assert 10 < sum(naps) < 30
    assert weekly.run_due().state == "done"


def test_without_a_mapped_play_db_the_rows_wait_for_one(company):
    assign(mapping_of("play_db"), "")

    done = run()

    assert (done.state, done.message) == ("done", "not_mapped")
    assert backlog().unmapped == 3


def test_what_nobody_foresaw_ends_the_run_as_failed(company, settings):
    settings.CONFLUENCE_API_TOKEN = ""

    done = run()

    assert (done.state, done.error) == ("failed", "ImproperlyConfigured")
    assert done.finished_at is not None


# --- Starting ------------------------------------------------------------------------------------


def test_one_run_at_a_time(company, staff):
    first = weekly.start(trigger=WeeklyTrigger.PERSON, by=staff, reason="보고 전에")

    with pytest.raises(weekly.AlreadyRunning) as other:
        weekly.start(trigger=WeeklyTrigger.COMMAND)

    assert other.value.weekly == first
    entry = AuditEntry.objects.get(verb="run_weekly", reason="보고 전에")
    assert entry.by == staff


def test_a_run_that_somebody_else_carries_on_is_left_to_them(company):
    started = weekly.start(trigger=WeeklyTrigger.PERSON)
    WeeklySync.objects.filter(pk=started.pk).update(
        lease_until=timezone.now() + timedelta(minutes=1), lease_token="elsewhere 1 2 3"
    )
    company.sandbox.reset_calls()

    assert weekly.carry_on(started).state == "running"
    assert len(company.sandbox.calls) == 0


def test_a_task_hands_over_when_its_time_is_over(company):
    started = weekly.start(trigger=WeeklyTrigger.PERSON)

    halfway = weekly.carry_on(started, seconds=-1)
    assert (halfway.state, halfway.lease_until) == ("running", None)
    assert weekly.run_due().state == "done"


# --- The dry run ---------------------------------------------------------------------------------


def test_a_dry_run_tells_everything_and_writes_nothing(company):
    quarter = this_quarter()
    QuarterCount.objects.of(quarter).filter(play__play_id=FIRST).update(activity=9)
    company.add_play("EXT_New", mapped=False)
    company.sandbox.edit_with(company.play_db, lambda b: set_cell(b, SECOND, 3, "99"), by="박지훈")
    gone = Action.objects.get(play__play_id=THIRD, action_type="Signal")
    company.sandbox.edit_with(company.action_log, lambda body: without_row(body, gone.log_id))
    company.sandbox.reset_calls()
    before = (WeeklySync.objects.count(), SyncJob.objects.count(), WeeklyResult.objects.count())

    plan = weekly.plan()

    after = (WeeklySync.objects.count(), SyncJob.objects.count(), WeeklyResult.objects.count())
    assert after == before
    assert QuarterCount.objects.of(quarter).get(play__play_id=FIRST).activity == 9
    assert set(company.sandbox.calls.by_method) == {"GET"}
    assert [row.play.play_id for row in plan.changed] == [SECOND, "EXT_New"]
    assert [row.play.play_id for row in plan.repaired] == [FIRST]
    assert [(d.kind, d.key, d.by) for d in plan.differences] == [
        ("changed", SECOND, "박지훈"),
        ("missing", gone.log_id, "colleague"),
    ]
    assert len(plan.diff) == 3
    assert plan.diff[0].startswith(f"-play_id {SECOND} ")
    assert "activity_qtd 99" in plan.diff[0]
    assert plan.diff[1].startswith(f"+play_id {SECOND} ")


def test_the_run_does_what_the_dry_run_said(company):
    record_all([today(activity, FIRST), today(brief, play_id=SECOND)])
    company.add_play("EXT_New", mapped=False)
    plan = weekly.plan()

    run()

    rows = company.play_rows()
    for row in plan.rows:
        for cell in row.cells:
            assert rows[row.play.play_id][cell.column] == cell.to_be


def test_a_dry_run_on_a_closed_site_says_that_it_waits(company):
    company.sandbox.faults.script(Fault("rate_limited", retry_after="30"), match="GET")

    with pytest.raises(weekly.Waits) as waits:
        weekly.plan()

    assert waits.value.why is weekly.Why.SITE_CLOSED


# --- The calendar --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "quarter"),
    [
        ("2025-12-31T23:59:59+09:00", (2025, 4)),
        ("2026-01-01T00:00:00+09:00", (2026, 1)),
        ("2025-12-31T15:00:00+00:00", (2026, 1)),
        ("2024-02-29T12:00:00+09:00", (2024, 1)),
        ("2024-03-31T23:59:59+09:00", (2024, 1)),
        ("2024-04-01T00:00:00+09:00", (2024, 2)),
    ],
)
def test_an_action_counts_in_the_quarter_of_seoul(world, moment, quarter):
    world.add_play(FIRST, mapped=False)
    record(activity(FIRST, event_time=moment))
    QuarterCount.objects.all().delete()
    ran_at = datetime.fromisoformat(moment) + timedelta(hours=1)

    with time_machine.travel(ran_at, tick=True):
        run()

    row = QuarterCount.objects.get(activity=1)
    assert (row.year, row.quarter) == quarter
    same = Quarter.of(ran_at, SEOUL) == Quarter(*quarter)
    assert world.play_rows()[FIRST]["activity_qtd"] == ("1" if same else "0")
