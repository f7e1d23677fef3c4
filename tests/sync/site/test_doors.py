"""Whoever meets a site that is busy or refuses our account: everybody else hears of it."""

import contextlib

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from plays.confluence import ConfluenceError
from plays.models import PageMapping, Site, SyncJob
from plays.sandbox import Fault
from plays.sync import operations, weekly
from plays.sync.doctor.examination import examine
from plays.sync.intake.receiving import record
from plays.sync.mappings.live_docs import create_live_doc
from plays.sync.mappings.page_check import examine_page
from plays.sync.mappings.page_search import pages_like
from plays.sync.plays.people_columns.pull import fetch_play_db
from plays.sync.site.connection import connect
from plays.sync.todo.creating import create_todo_page
from plays.sync.todo.progress import read_todo_page
from plays.sync.writing.drain import drain
from plays.sync.writing.preview import page_of, preview
from tests.events import activity
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)
PLAY = "EXT_Desk_D01"


@pytest.fixture
def play(world):
    play = world.add_play(PLAY, mapped=False)
    mapping = PageMapping.objects.of_play(play, "play_todo")
    mapping.page = PageMapping.objects.shared("project_todo").page
    mapping.save()
    record(activity(PLAY))
    return play


def write(world, play):
    drain()


def look_a_page_up(world, play):
    examine_page(connect(), "play_db", world.play_db)


def search_a_page(world, play):
    pages_like(connect(), "Play DB")


def make_a_live_doc(world, play):
    create_live_doc(connect(), play, by=make_user("Admin"))


def make_a_todo_page(world, play):
    create_todo_page(play)


def read_a_todo_page(world, play):
    read_todo_page(play)


def see_what_a_write_would_change(world, play):
    job = SyncJob.objects.get(kind="log_row")
    preview(connect(), page_of(job), job)


def take_over_peoples_columns(world, play):
    fetch_play_db()


def make_a_weekly_run(world, play):
    weekly.carry_on(weekly.start(trigger="command"))


def plan_a_weekly_run(world, play):
    weekly.plan()


def examine_everything(world, play):
    examine()


def append_as_an_agent(world, play):
    operations.append_to_page(connect(), world.action_log, append_md="x")


DOORS = [
    write,
    look_a_page_up,
    search_a_page,
    make_a_live_doc,
    make_a_todo_page,
    read_a_todo_page,
    see_what_a_write_would_change,
    take_over_peoples_columns,
    make_a_weekly_run,
    plan_a_weekly_run,
    examine_everything,
    append_as_an_agent,
]


def go(door, world, play):
    with contextlib.suppress(ConfluenceError, weekly.RunMustWait):
        door(world, play)


@pytest.mark.parametrize("kind", ["rate_limited", "unavailable"])
@pytest.mark.parametrize("door", DOORS)
def test_a_site_that_asks_for_quiet_is_left_alone_whoever_was_told(world, play, door, kind):
    world.sandbox.faults.script(Fault(kind, retry_after="90"), times=9)

    go(door, world, play)

    left = Site.current().paused_until - timezone.now()
    assert 80 < left.total_seconds() <= 90 * 1.25
    assert len(world.sandbox.calls) == 1
    go(write, world, play)
    assert len(world.sandbox.calls) == 1


@pytest.mark.parametrize("door", DOORS)
def test_an_account_that_is_refused_stops_the_site_whoever_was_told(world, play, door):
    world.sandbox.revoke_token()

    go(door, world, play)

    assert Site.current().stopped_at is not None
    assert Site.current().error == "CredentialsRejected"


@pytest.mark.parametrize("door", DOORS)
def test_a_call_that_goes_well_after_a_pause_ends_the_row_of_pauses(world, play, door):
    Site.objects.update_or_create(pk=1, defaults={"pauses": 4, "error": "RateLimited"})

    go(door, world, play)

    assert (Site.current().pauses, Site.current().error) == (0, "")


def test_a_page_that_is_missing_says_nothing_of_the_site(world, play):
    assert examine_page(connect(), "play_db", "999999").error == "PageNotFound"

    assert Site.current().is_open(timezone.now())


def test_a_command_says_what_was_really_wrong(world, play):
    mapping = PageMapping.objects.of_play(play, "play_todo")
    mapping.page = None
    mapping.save()
    world.sandbox.revoke_token()

    with pytest.raises(CommandError, match="credentials not accepted"):
        call_command("create_todo_page", PLAY)
