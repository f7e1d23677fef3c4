"""The whole way on Data Center: REST v1 alone, a personal access token, a context path; and on
Cloud through the gateway with a scoped token.
"""

import pytest

from plays.models import SyncJob
from plays.models.weekly import WeeklyState, WeeklyTrigger
from plays.sandbox import Sandbox
from plays.sync import operations, weekly
from plays.sync.intake.receiving import record_all
from plays.sync.site.connection import connect
from plays.sync.site.title_holders import TitleArchived
from plays.sync.todo.creating import create_todo_page
from plays.sync.writing.drain import drain
from tests.events import activity, signal
from tests.world import make_world

pytestmark = pytest.mark.django_db(transaction=True)
PLAY = "EXT_Desk_D01"


@pytest.fixture
def deployment():
    return "datacenter"


@pytest.fixture
def world(confluence_settings, sandbox):
    confluence_settings.SYNC_RETRY_DELAY = 0.0
    return make_world(sandbox)


def test_the_site_lies_below_a_path_of_its_own_and_knows_no_v2(sandbox, world):
    with connect() as confluence:
        page = confluence.get_page(world.play_db)

    assert sandbox.url.endswith("/confluence")
    assert page.url.startswith(sandbox.url)
    assert {call.path.split("/")[2] for call in sandbox.calls} == {"rest"}
    assert {call.status for call in sandbox.calls} == {200}


def test_events_stand_on_the_pages_once_whatever_happens_on_the_way(sandbox, world):
    play = world.add_play(PLAY)
    sandbox.faults.random(0.3, ["lost_reply", "error_after", "colleague_edit"])
    record_all([make(PLAY) for make in (activity, signal) for _ in range(6)])

    for _ in range(20):
        drain(at_once=True)
    sandbox.faults.clear()
    drain(at_once=True)

    world.assert_every_action_is_on_its_pages_once()
    assert not SyncJob.objects.filter(play=play).exclude(state="synced").exists()


def test_a_todo_page_is_adopted_and_an_archived_one_is_named(sandbox, world):
    play, other = world.add_play(PLAY), world.add_play("EXT_Desk_D02")
    title = create_todo_page(play).page.title
    taken = sandbox.add_page(title.replace(PLAY, other.play_id), "<p>사람</p>")
    sandbox.store.set_status(taken, "archived")

    with pytest.raises(TitleArchived, match=taken):
        create_todo_page(other)
    sandbox.store.set_status(taken, "current")
    made = create_todo_page(other)

    assert (made.how, made.page.page_id) == ("adopted", taken)


def test_the_weekly_sync_and_the_agents_tools_work_alike(sandbox, world):
    world.add_play(PLAY)
    run = weekly.carry_on(weekly.start(trigger=WeeklyTrigger.COMMAND))

    assert run.state == WeeklyState.DONE
    assert world.play_rows()[PLAY]["status"]
    with connect() as confluence:
        written = operations.db_upsert_row(
            confluence, world.play_db, row_id="P-9", data={"이름": "아홉"}
        )
        found = operations.db_query(confluence, world.play_db, where={"이름": "아홉"})
    assert (written.changed, found.total) == (True, 1)


@pytest.mark.parametrize("missing", ["", "write:page:confluence"])
def test_a_scoped_token_goes_through_the_gateway(confluence_settings, missing):
    needed = {
        "read:page:confluence", "write:page:confluence", "read:space:confluence",
        "read:user:confluence", "read:confluence-user", "search:confluence",
    }  # fmt: skip
    with Sandbox(scopes=needed - {missing}) as sandbox:
        confluence_settings.CONFLUENCE_DEPLOYMENT = "cloud"
        confluence_settings.CONFLUENCE_URL = sandbox.gateway_url
        confluence_settings.CONFLUENCE_API_TOKEN = sandbox.token
        world = make_world(sandbox)
        world.add_play(PLAY)
        record_all([activity(PLAY)])
        drain()

        if missing:
            assert {job.last_error for job in SyncJob.objects.all()} == {"ScopeMissing"}
        else:
            world.assert_every_action_is_on_its_pages_once()
