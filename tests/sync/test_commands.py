"""`ingest` and `drain` as a person at a terminal uses them."""

import io
import json
import sys

import pytest
from django.core.management import CommandError, call_command

from plays.models import Action, Event, PageMapping, SyncJob
from plays.sync.intake.receiving import record
from plays.sync.mappings.assign import assign
from tests.events import activity
from tests.factories import make_play

pytestmark = pytest.mark.django_db(transaction=True)


def run(*command, **options):
    out = io.StringIO()
    code = 0
    try:
        call_command(*command, stdout=out, **options)
    except SystemExit as end:
        code = end.code
    return code, out.getvalue()


def lines(tmp_path, *events):
    file = tmp_path / "events.jsonl"
    file.write_text("\n".join(e if isinstance(e, str) else json.dumps(e) for e in events))
    return str(file)


def test_ingest_takes_what_is_well_and_says_what_is_not(tmp_path):
    make_play(play_id="EXT_Desk_D01")
    good = activity("EXT_Desk_D01")

    code, said = run("ingest", lines(tmp_path, good, "", "{broken", good, activity("EXT_No")))

    assert code == 1
    assert "1 accepted, 1 duplicates, 2 rejected" in said
    assert "line 3: rejected · the body is not JSON" in said
    assert "line 5: rejected" in said
    assert "no Play is called EXT_No" in said
    assert Action.objects.count() == 1


def test_ingest_of_known_events_is_well(tmp_path):
    make_play(play_id="EXT_Desk_D01")
    file = lines(tmp_path, activity("EXT_Desk_D01"))

    assert run("ingest", file)[0] == 0
    assert run("ingest", file) == (0, "0 accepted, 1 duplicates, 0 rejected\n")


def test_ingest_reads_standard_input(monkeypatch):
    make_play(play_id="EXT_Desk_D01")
    text = io.TextIOWrapper(io.BytesIO(json.dumps(activity("EXT_Desk_D01")).encode()))
    monkeypatch.setattr(sys, "stdin", text)

    assert run("ingest", "-")[0] == 0
    assert Event.objects.count() == 1


def test_ingest_of_no_file_says_so(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        run("ingest", str(tmp_path / "nothing.jsonl"))


def test_drain_with_nothing_to_do_is_well(world):
    assert run("drain") == (0, "nothing is left to write\n")


def test_drain_writes_and_says_what_needs_a_person(world, tmp_path):
    world.add_play("EXT_Desk_D01")
    run("ingest", lines(tmp_path, activity("EXT_Desk_D01")))
    world.sandbox.set_status(world.action_log, "archived")

    code, said = run("drain")

    assert (code, said) == (1, "left: 1 need a person\n")


def test_drain_says_what_still_waits_and_for_what(world, tmp_path):
    world.add_play("EXT_Desk_D01", mapped=False)
    run("ingest", lines(tmp_path, activity("EXT_Desk_D01")))

    code, said = run("drain")

    assert (code, said) == (2, "left: 1 wait for a page mapping\n")


def test_drain_now_tries_what_waits_for_a_later_time(world, tmp_path):
    world.add_play("EXT_Desk_D01")
    run("ingest", lines(tmp_path, activity("EXT_Desk_D01")))
    world.sandbox.faults.random(1.0, ["unavailable"])
    code, said = run("drain")
    assert code == 2
    assert "Confluence" in said
    world.sandbox.faults.clear()

    assert run("drain", now=True)[0] == 0
    assert set(SyncJob.objects.values_list("state", flat=True)) == {"synced"}


def test_drain_wait_waits_for_a_pause_to_end(world, tmp_path):
    world.add_play("EXT_Desk_D01")
    run("ingest", lines(tmp_path, activity("EXT_Desk_D01")))
    world.sandbox.faults.script("rate_limited", match="GET")

    assert run("drain", wait=True)[0] == 0


def test_drain_without_a_site_says_what_to_set(db):
    make_play(play_id="EXT_Desk_D01")
    assign(PageMapping.objects.shared("action_log"), "786433")
    record(activity("EXT_Desk_D01"))

    with pytest.raises(CommandError, match="CONFLUENCE_URL"):
        run("drain")
