"""`manage.py weekly_sync` tells what a run did, and by its exit code how it stands."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from plays.models import Pause, Play, QuarterCount, WeeklySync
from plays.sandbox import Fault
from plays.sync.intake.receiving import record
from plays.sync.site import availability
from tests.events import activity
from tests.sync.weekly.damage import (
    FIRST,
    SECOND,
    THIRD,
    do_damage,
    make_company,
    row_of,
    set_cell,
    today,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def company(world):
    return make_company(world)


@pytest.fixture
def told(capsys):
    """Runs the command: its exit code and what it wrote to standard output."""

    def run(*arguments):
        try:
            call_command("weekly_sync", *arguments)
            code = 0
        except SystemExit as end:
            code = end.code
        return code, capsys.readouterr().out

    return run


def test_a_run_shows_every_play_and_ends_well(company, told):
    record(today(activity, FIRST))

    code, said = told()

    assert code == 0
    assert all(play in said for play in (FIRST, SECOND, THIRD))
    assert "done: 6 of 6 steps" in said
    assert company.play_rows()[FIRST]["activity_qtd"] == "2"
    assert WeeklySync.objects.latest("slot").trigger == "command"


def test_what_was_put_right_is_shown_and_needs_nobody(company, told):
    damage = do_damage(company)

    code, said = told()

    assert code == 0
    assert "박지훈" in said
    assert damage.gone.log_id in said
    assert "activity 9" in said


def test_a_duplicate_needs_a_person(company, told):
    company.sandbox.edit_with(
        company.play_db, lambda body: body.replace(row_of(body, FIRST), 2 * row_of(body, FIRST))
    )

    code, said = told()

    assert code == 1
    assert "doubled" in said


def test_a_row_that_was_refused_needs_a_person_until_it_is_written(company, told):
    body = company.sandbox.body(company.play_db)
    company.sandbox.edit(company.play_db, body + body)

    assert told()[0] == 1

    company.sandbox.edit(company.play_db, body)
    record(today(activity, FIRST))
    assert told()[0] == 0


def test_a_paused_page_is_still_waiting(company, told):
    Pause.objects.create(scope="kind", kind="play_row", reason="점검", at=timezone.now())

    code, said = told()

    assert code == 2
    assert "paused by a person" in said


def test_a_closed_site_is_still_waiting_and_the_next_call_carries_on(company, told):
    company.sandbox.faults.script(Fault("rate_limited", retry_after="1"), match="GET")

    assert told()[0] == 2
    availability.open_now()
    code, said = told()

    assert code == 0
    assert "carrying on the run" in said
    assert WeeklySync.objects.count() == 2


def test_a_dry_run_shows_the_difference_and_writes_nothing(company, told):
    QuarterCount.objects.filter(play__play_id=THIRD).update(signal=7)
    Play.objects.create(play_id="EXT_New")
    company.sandbox.edit_with(company.play_db, lambda b: set_cell(b, SECOND, 3, "99"), by="박지훈")
    version = company.sandbox.version(company.play_db)

    code, said = told("--dry-run")

    assert code == 0
    assert "99 → 1" in said
    assert "EXT_New (new)" in said
    assert "signal 7" in said
    assert "2 of 4 rows would be written" in said
    assert company.sandbox.version(company.play_db) == version


def test_a_dry_run_says_when_all_is_true(company, told):
    code, said = told("--dry-run")

    assert (code, said.strip()) == (0, "all 3 rows are true already: nothing would be written")


def test_a_dry_run_waits_for_a_closed_site(company, told):
    company.sandbox.faults.script(Fault("rate_limited", retry_after="30"), match="GET")

    code, said = told("--dry-run")

    assert code == 2
    assert "paused or stopped: nothing was compared. Try again" in said
    assert "goes on by itself" not in said


def test_without_a_site_it_says_what_to_set(db, settings, told):
    settings.CONFLUENCE_URL = ""

    with pytest.raises(CommandError, match="CONFLUENCE_URL"):
        told("--dry-run")
    code, said = told()
    assert code == 1
    assert "CONFLUENCE_URL" in said


def test_names_from_pages_are_no_markup(company, told):
    Play.objects.create(play_id="[red]X[/]")

    assert "[red]X[/]" in told()[1]
