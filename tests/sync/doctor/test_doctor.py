"""The doctor: each defect is found, named and met with advice, in few calls."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone, translation
from django_q.models import Failure, Schedule

from plays.models import Event, Heartbeat, Page, PageMapping, Pause, Play, Site
from plays.models.api_token import Scope
from plays.sync.access.tokens import make_token
from plays.sync.doctor.examination import examine, examine_here
from plays.sync.doctor.findings import Area, Level
from plays.sync.mappings.assign import assign
from plays.sync.schedules import ensure_schedules
from tests.emptying import plan_from_now
from tests.factories import make_event, make_job, make_mapping, make_play
from tests.world import PEOPLE_TABLE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def well(world):
    """Everything as it should be: three shared pages, a Play with a live doc, a worker."""
    ensure_schedules()
    plan_from_now()
    Heartbeat.objects.update_or_create(worker="one", defaults={"beat_at": timezone.now()})
    world.settings.EVENTS_TOKENS = ["token"]
    todo = make_mapping("play_todo", play=world.add_play("A"))
    assign(todo, world.sandbox.add_page("A ToDo List", "<p>…</p>"))
    make_play(play_id="over", is_active=False)
    world.sandbox.reset_calls()
    return world


def problems():
    return [finding for finding in examine() if finding.is_problem]


def test_where_all_is_well_it_says_so(well):
    found = examine()
    assert [finding for finding in found if finding.is_problem] == []
    assert {finding.area for finding in found} == set(Area)
    assert any("5 of 5 mapped pages" in finding.what for finding in found)


def test_a_page_costs_one_call_or_two_and_one_written_lately_only_one(well):
    examine()
    pages, read_only = 5, 1
    assert len(well.sandbox.calls) == 2 + 2 * pages - read_only

    Page.objects.update(written_at=timezone.now())
    well.sandbox.reset_calls()
    examine()
    assert len(well.sandbox.calls) == 2 + pages
    assert well.sandbox.calls.by_method == {"GET": 2 + pages}


def forget_the_token(world):
    world.settings.CONFLUENCE_API_TOKEN = ""


def name_a_space_that_is_not_there(world):
    world.settings.CONFLUENCE_SPACE_KEY = "NOWHERE"


def break_the_cron_line(world):
    world.settings.SYNC_SCHEDULE = "every Friday"


def unmap_the_log(world):
    assign(PageMapping.objects.shared("action_log"), "")


def let_an_edit_wait_for_a_page(world):
    play = make_play(play_id="B")
    make_job(play=play, mapping=make_mapping("live_doc", play=play))


def share_a_live_doc(world):
    assign(make_mapping("live_doc", play=make_play(play_id="B")), world.live_docs["A"])


def drop_the_schedule(world):
    Schedule.objects.filter(name="sweep").delete()


def let_the_schedule_fall_behind(world):
    Schedule.objects.update(next_run=timezone.now() - timedelta(hours=1))


def stop_the_worker(world):
    Heartbeat.objects.update(beat_at=timezone.now() - timedelta(hours=1))


def fail_an_edit(world):
    make_job(state="failed", mapping=PageMapping.objects.shared("action_log"))


def fall_behind(world):
    make_job(
        mapping=PageMapping.objects.shared("action_log"),
        run_after=timezone.now() - timedelta(hours=1),
    )


def reject_an_event(world):
    make_event(state="rejected", received_at=timezone.now())


def let_the_tokens_last_day_pass(world):
    world.settings.CONFLUENCE_API_TOKEN_EXPIRES = timezone.localdate() - timedelta(days=1)


def stop_the_site(world):
    Site.objects.update_or_create(
        pk=1, defaults={"stopped_at": timezone.now(), "message": "token ended"}
    )


def pause_the_site(world):
    Site.objects.update_or_create(
        pk=1,
        defaults={"paused_until": timezone.now() + timedelta(hours=1), "message": "slow down"},
    )


DEFECTS = {
    forget_the_token: (Area.CONFIGURATION, "CONFLUENCE_API_TOKEN is not set", "environment"),
    break_the_cron_line: (Area.CONFIGURATION, "is no cron line", "0 18 * * 5"),
    name_a_space_that_is_not_there: (Area.CONFLUENCE, "NOWHERE cannot be seen", "SPACE_KEY"),
    let_the_tokens_last_day_pass: (Area.CONFLUENCE, "API token ended on", "Make a new one"),
    stop_the_site: (Area.CONFLUENCE, "token ended", "by itself"),
    pause_the_site: (Area.CONFLUENCE, "slow down", "--now"),
    unmap_the_log: (Area.PAGES, "No page is mapped yet", "CONFLUENCE_ACTION_LOG_PAGE_ID"),
    let_an_edit_wait_for_a_page: (Area.PAGES, "Edits that wait for a page: 1", "/mappings/"),
    share_a_live_doc: (Area.PAGES, "plays 2 parts", "of its own"),
    drop_the_schedule: (Area.SCHEDULE, "“*/10 * * * *” is not there", "manage.py worker"),
    let_the_schedule_fall_behind: (Area.SCHEDULE, "has passed", "manage.py worker"),
    stop_the_worker: (Area.WORKERS, "No worker is at work: the last sign", "manage.py worker"),
    fail_an_edit: (Area.QUEUE, "Edits that need a person: 1", "/jobs/"),
    fall_behind: (Area.QUEUE, "Edits that are overdue: 1, the oldest since", "drain"),
    reject_an_event: (Area.EVENTS, "Events rejected in the last week: 1", "/events/"),
}


@pytest.mark.parametrize(
    ("spoil", "wanted"), DEFECTS.items(), ids=[spoil.__name__ for spoil in DEFECTS]
)
def test_each_defect_is_named_with_what_to_do(well, spoil, wanted):
    area, what, do = wanted
    spoil(well)
    found = [finding for finding in problems() if what in finding.what]
    assert len(found) == 1
    assert found[0].area is area
    assert do in found[0].do


PAGE_DEFECTS = {
    "archived": (lambda s, p: s.set_status(p, "archived"), "is archived", "Restore it"),
    "trashed": (lambda s, p: s.set_status(p, "trashed"), "in the trash", "Restore it"),
    "hidden": (lambda s, p: s.restrict(p, view=True), "no page with this id", "Check the page id"),
    "read only": (lambda s, p: s.restrict(p, edit=True), "may not edit", "sync account"),
    "two tables": (
        lambda s, p: s.edit(p, PEOPLE_TABLE + PEOPLE_TABLE.replace("Play ID", "플레이 ID")),
        "2 tables on the page fit equally well",
        "only one",
    ),
    "no key": (
        lambda s, p: s.edit(p, PEOPLE_TABLE.replace("Play ID", "번호")),
        "7 of our 8 headings but none for Play ID; which column is it?",
        "Choose the column on the mapping screen",
    ),
}


@pytest.mark.parametrize(("spoil", "what", "do"), PAGE_DEFECTS.values(), ids=PAGE_DEFECTS)
def test_each_defect_of_a_page_is_named_with_what_to_do(well, spoil, what, do):
    spoil(well.sandbox, well.play_db)
    (found,) = problems()
    assert (found.area, well.play_db in found.subject) == (Area.PAGES, True)
    assert what in found.what
    assert do in found.do
    assert any("4 of 5 mapped pages" in finding.what for finding in examine())


def test_a_column_that_is_not_there_is_a_note_and_no_problem(well):
    well.sandbox.edit(well.play_db, PEOPLE_TABLE.replace("<p>Status</p>", "<p>x</p>"))
    assert problems() == []
    (told,) = [f for f in examine() if f.level is Level.NOTE and f.area is Area.PAGES]
    assert told.what == "The page has no column for Status: left out."


def test_confluence_being_down_is_one_finding_and_the_rest_is_looked_at_all_the_same(well):
    well.sandbox.stop()
    found = examine()
    bad = [finding for finding in found if finding.is_problem]
    assert [finding.area for finding in bad] == [Area.CONFLUENCE]
    assert "cannot be reached" in bad[0].what
    assert any("Pages that were not looked at: 5" in finding.what for finding in found)
    assert any(f.area is Area.WORKERS and f.level is Level.OK for f in found)


def test_a_rejected_account_costs_one_call(well):
    well.sandbox.revoke_token()
    (found,) = problems()
    assert "does not accept our account" in found.what
    assert "CONFLUENCE_API_TOKEN" in found.do
    assert len(well.sandbox.calls) == 1


def test_confluence_going_away_half_way_is_told_once(well):
    well.sandbox.faults.script("unavailable", match="/pages/", times=50)
    bad = problems()
    assert len(bad) == 1
    assert any("Pages that were not looked at: 4" in finding.what for finding in examine())


def test_what_is_no_problem_is_a_note(well):
    make_play(play_id="B")
    make_mapping("live_doc", play=Play.objects.get(play_id="B"))
    make_event(state="rejected", received_at=timezone.now() - timedelta(days=30))
    Pause.objects.create(scope="all", reason="holiday", at=timezone.now())
    Failure.objects.create(
        id="f" * 32, name="f", func="plays.tasks.sweep", success=False, result="boom\ntrace",
        started=timezone.now(), stopped=timezone.now(),
    )  # fmt: skip
    well.settings.CONFLUENCE_PLAY_DB_PAGE_ID = "7"
    well.settings.EVENTS_TOKENS = []
    well.settings.CONFLUENCE_API_TOKEN_EXPIRES = timezone.localdate() + timedelta(days=7)

    found = examine()

    assert [finding for finding in found if finding.is_problem] == []
    notes = " ".join(finding.what for finding in found if finding.level is Level.NOTE)
    for words in (
        "Plays without a page: 1",
        "Older events that stay rejected: 1",
        "holiday",
        "boom",
        "names page 7",
        "The token ends on",
    ):
        assert words in notes
    assert "No program may send events" in notes


def test_a_token_that_an_admin_made_is_one_with_which_events_are_sent(well):
    well.settings.EVENTS_TOKENS = []
    make_token("reader", [Scope.READ], by=None)
    assert "No program may send" in " ".join(one.what for one in examine_here())

    make_token("portal", [Scope.EVENTS], by=None)

    assert "No program may send" not in " ".join(one.what for one in examine_here())


def test_a_database_that_is_not_there_is_told_and_nothing_else_is_tried(well, monkeypatch):
    def broken(*_arguments):
        raise DatabaseError("no such host")

    monkeypatch.setattr("plays.sync.readiness.MigrationExecutor", broken)
    (found,) = problems()
    assert "no such host" in found.what
    assert "DATABASE_URL" in found.do
    assert not well.sandbox.calls


def run(*options):
    out, code = StringIO(), 0
    try:
        call_command("doctor", *options, stdout=out)
    except SystemExit as exit_:
        code = exit_.code
    return out.getvalue(), code


def test_the_command_ends_with_0_where_all_is_well(well):
    said, code = run()
    assert code == 0
    assert said.endswith("all well\n")


def test_the_command_ends_with_1_and_says_what_to_do(well):
    well.sandbox.set_status(well.play_db, "trashed")
    said, code = run()
    assert code == 1
    assert "✗ Play DB" in said
    assert "→ Restore it in Confluence" in said
    assert said.endswith("1 problem\n")


def test_programs_get_json(well):
    well.sandbox.set_status(well.play_db, "trashed")
    said, code = run("--json")
    told = json.loads(said)
    assert (code, told["ok"]) == (1, False)
    (bad,) = [finding for finding in told["findings"] if finding["level"] == "problem"]
    assert bad["area"] == "pages"
    assert bad["what"] == "The page is in the trash."


def test_it_changes_nothing(well):
    before = {model: list(model.objects.values()) for model in (Page, PageMapping, Play, Event)}
    versions = well.sandbox.version(well.play_db)
    examine()
    assert all(list(model.objects.values()) == rows for model, rows in before.items())
    assert well.sandbox.version(well.play_db) == versions
