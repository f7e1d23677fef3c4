"""A run waits for what it must, one goes at a time, and a dry run does nothing but tell."""

from datetime import timedelta

import pytest
from django.utils import timezone

from plays.models import (
    Action,
    AuditEntry,
    Page,
    Pause,
    QuarterCount,
    Site,
    SyncJob,
    WeeklyResult,
    WeeklySync,
)
from plays.models.weekly import WeeklyTrigger
from plays.sandbox import Fault
from plays.sync import weekly
from plays.sync.intake.receiving import record, record_all
from plays.sync.mappings.assign import assign
from plays.sync.writing.claims import page_claim
from plays.sync.writing.drain import backlog, drain
from tests.events import activity, brief
from tests.sync.weekly.damage import (
    FIRST,
    SECOND,
    THIRD,
    make_company,
    mapping_of,
    run,
    set_cell,
    this_quarter,
    today,
    without_row,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def company(world):
    return make_company(world)


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

    with pytest.raises(weekly.RunMustWait) as waits:
        weekly.plan()

    assert waits.value.reason is weekly.WaitReason.SITE_CLOSED
