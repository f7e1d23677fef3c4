"""The team's own pages from the outside: what events and the weekly sync make of them."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from plays.models import Play, PlayAlias, SyncJob
from plays.storage import text_lines
from plays.sync.intake.receiving import record
from plays.sync.jobs.retrying import retry_jobs
from plays.sync.writing.drain import drain
from tests.events import activity, brief, signal
from tests.factories import goals_now
from tests.storage.team_pages import D01, D02, D07, FULL, S01, empty, table
from tests.storage.test_team_tables import BY_CHANNEL, LOG_HEADINGS, TOTAL, by_hand
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
CHANNELS = {D01: "데스크", D02: "데스크", D07: "데스크", S01: "자사활동"}


@pytest.fixture
def plays(world: World) -> World:
    for play_id, channel in CHANNELS.items():
        world.add_play(play_id, channel=channel)
    return world


def weekly() -> int:
    try:
        call_command("weekly_sync", verbosity=0)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def play_db(world: World) -> str:
    return world.sandbox.body(world.play_db)


def row_of(world: World, text: str) -> list[str]:
    """The cells of the Play DB's row with a text, as people read them."""
    line = next(line for line in text_lines(play_db(world)) if text in line)
    return [cell.strip() for cell in line.split("|")]


def test_five_tables_are_filled_in_by_the_weekly_sync_in_their_own_form(plays):
    plays.sandbox.edit(plays.play_db, BY_CHANNEL)
    record(activity("EXT_Desk_D01"))

    assert weekly() == 0

    goals = goals_now(Play.objects.get(play_id=D01))
    assert play_db(plays).count("<table") == 2
    assert row_of(plays, D01)[6:10] == [
        f"1/{goals.activity}",
        f"0/{goals.signal}",
        f"0/{goals.brief}",
        f"0/{goals.s2}",
    ]
    assert row_of(plays, D01)[10] in ("🟢", "🟡", "🔴")
    assert "ac:structured-macro" not in play_db(plays)


def test_a_new_play_gets_its_row_in_the_table_of_its_channel(plays):
    plays.sandbox.edit(plays.play_db, BY_CHANNEL)
    plays.add_play("KT_Self_S02_설계", channel="자사활동")

    record(brief(play_id="KT_Self_S02"))

    assert drain().failed == 0
    assert "<code>KT_Self_S02_설계</code>" in play_db(plays).split("자사활동 (")[1]


def test_a_renamed_key_asks_and_goes_on_once_the_heading_is_back(plays):
    plays.sandbox.edit(plays.play_db, table(("번호", *FULL[1:]), empty(D01)))
    record(brief(play_id=D01))

    drain()

    job = SyncJob.objects.failed().get()
    assert job.last_error == "KeyColumnMissing"
    assert "7 of our 8 headings but none for Play ID" in job.last_message
    assert play_db(plays).count("<table") == 1

    plays.sandbox.edit_with(plays.play_db, lambda body: body.replace("번호", "Play ID"))
    retry_jobs(SyncJob.objects.all(), by=None)
    drain()
    assert plays.play_rows()[D01]["brief_qtd"] == "1"


def test_rows_are_found_by_alias_name_and_link(plays):
    link = '<a href="{}" data-card-appearance="inline">{}</a>'
    live = f"https://any.example/wiki/spaces/AX/pages/{plays.live_docs[D07]}/Other+title"
    rows = [empty("D1"), empty(f"{D02}</p><p>주간 동향"), empty(link.format(live, live))]
    plays.sandbox.edit(plays.play_db, table(FULL, *rows))
    PlayAlias.objects.create(play=Play.objects.get(play_id=D01), name="D1")
    for play_id in (D01, D02, D07):
        record(brief(play_id=play_id))

    assert drain().failed == 0

    assert play_db(plays).count("<tr") == 4
    assert [row_of(plays, text)[4] for text in ("D1", D02, "Other")] == ["1"] * 3


def test_a_total_row_is_no_play_and_rows_go_above_it(plays):
    plays.sandbox.edit(plays.play_db, table(FULL, empty(D01), TOTAL))

    weekly()

    body = play_db(plays)
    assert body.index(S01) < body.index("합계")
    assert set(plays.play_rows()) == set(CHANNELS)


def test_a_log_with_the_newest_on_top_stays_so(plays):
    plays.sandbox.edit(plays.action_log, table(LOG_HEADINGS, by_hand(2), by_hand(1)))
    record(signal(D01))
    drain()
    record(signal(D01))

    drain()

    assert [log_id[-1] for log_id in plays.log_ids()] == ["2", "1", "2", "1"]
    assert plays.log_ids()[2:] == ["수기-2", "수기-1"]


def test_a_log_without_a_url_column_is_complete_for_the_weekly_sync(plays):
    headings = [heading for heading in LOG_HEADINGS if heading != "URL"]
    plays.sandbox.edit(plays.action_log, table(headings))
    record(signal(D01, url="https://portal.example/s/1"))
    drain()

    assert weekly() == 0
    assert len(plays.log_ids()) == 1


def test_a_table_that_was_removed_asks_and_is_not_made_again_in_silence(plays):
    record(signal(D01))
    drain()
    plays.sandbox.edit(plays.action_log, "<p>다른 글</p>")
    record(signal(D01))

    drain()

    assert SyncJob.objects.failed().get().last_error == "TableGone"
    assert text_lines(plays.sandbox.body(plays.action_log)) == ["다른 글"]
