"""Events over 43 Plays reach their pages exactly once: some in calm, a thousand in a storm."""

from functools import partial

import pytest

from plays.models import Action, QuarterCount, SyncAttempt, SyncJob
from plays.sandbox import KINDS
from plays.sync.intake.receiving import ReceiptStatus, record_all
from plays.sync.writing.drain import backlog, drain
from tests.processes.storm import Colleagues, drain_killed, environment, make_events, start
from tests.world import make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]
PLAYS, STORM, SLICE = 43, 1_000, 50
CALM = 6 * PLAYS  # a chain of six events per Play


@pytest.fixture
def company(confluence_settings, sandbox, db):
    """43 Plays, each with a live doc."""
    confluence_settings.SYNC_RETRY_DELAY = 0.05
    confluence_settings.CONFLUENCE_TIMEOUT = 5.0
    world = make_world(sandbox)
    for number in range(PLAYS):
        world.add_play(f"EXT_Desk_D{number:02d}")
    return world


def send(events):
    receipts = record_all(events)
    assert {receipt.status for receipt in receipts} == {ReceiptStatus.ACCEPTED}


def assert_all_is_well(world, *, events):
    assert (backlog().pending, backlog().failed, backlog().unmapped) == (0, 0, 0)
    assert Action.objects.count() == events
    world.assert_every_action_is_on_its_pages_once()
    rows = world.play_rows()
    for count in QuarterCount.objects.select_related("play"):
        row = rows[count.play.play_id]
        assert [row["brief_qtd"], row["s2_qtd"], row["s3_qtd"]] == [
            str(count.brief),
            str(count.s2),
            str(count.s3),
        ]


def test_in_calm_a_page_costs_two_calls_per_drain(company):
    send(make_events(list(company.live_docs), CALM))
    company.sandbox.reset_calls()

    drain()

    assert_all_is_well(company, events=CALM)
    pages = PLAYS + 2
    assert company.sandbox.calls.by_method == {"GET": pages, "PUT": pages}


@pytest.mark.timeout(280)
def test_in_a_storm_nothing_is_missing_doubled_or_overwritten(company, database_url):
    pages = [company.action_log, company.play_db, *company.live_docs.values()]
    env = environment(company.sandbox, database_url)
    events = make_events(list(company.live_docs), STORM)
    slices = [events[start : start + SLICE] for start in range(0, STORM, SLICE)]
    company.sandbox.faults.random(0.2, KINDS)

    with Colleagues(company.sandbox, pages) as colleagues:
        killed = drain_killed(
            company.sandbox, env, meanwhile=[partial(send, some) for some in slices]
        )
    company.sandbox.faults.clear()
    last = start(env, "drain", "--now", "--wait")

    left_by_last = last.wait(timeout=120)
    assert not list(SyncJob.objects.failed().values_list("kind", "last_message").distinct())
    assert left_by_last == 0
    assert killed >= 10
    assert company.sandbox.faults.fired
    assert colleagues.said
    assert colleagues.lost() == []
    assert_all_is_well(company, events=STORM)
    assert SyncAttempt.objects.filter(outcome="interrupted").exists()
    assert SyncJob.objects.filter(state="synced").count() == SyncJob.objects.count()
