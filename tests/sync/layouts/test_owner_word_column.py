"""The owner's word on the team's Play DB: written where there is a column for it, else nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from plays.models import Finding, OwnerWord, PageLayout, PageMapping, Play
from plays.rules.status import Status
from plays.sync.layouts.choosing import Changes, choose
from plays.sync.plays.owner_words import say
from plays.sync.writing.drain import drain
from tests.factories import make_user
from tests.storage.team_pages import D01, D02, FULL, empty, table
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
WORD = "계약을 3일에 마칩니다"


@pytest.fixture
def plays(world: World) -> World:
    for play_id in (D01, D02):
        world.add_play(play_id, mapped=False)
    return world


@pytest.fixture
def kim():
    return make_user("PM", username="kim")


def show(world: World, heading: str, *words: str) -> None:
    """The page as the team keeps it, with one more column; `words` stand in it, row by row."""
    rows = [[*empty(key), word] for key, word in zip((D01, D02), words, strict=False)]
    world.sandbox.edit(world.play_db, table((*FULL, heading), *rows))


def weekly() -> None:
    call_command("weekly_sync", verbosity=0)


def last_cells(world: World) -> dict[str, str]:
    """What the last column says, by Play."""
    body = world.sandbox.body(world.play_db)
    return {
        key: body.split(key)[1].split("</tr>")[0].rsplit("<td", 1)[1].split(">", 1)[1]
        for key in (D01, D02)
        if key in body
    }


@pytest.mark.parametrize("heading", ["Owner's Word", "💬 담당자 한마디 *"])
def test_the_weekly_run_writes_it_where_there_is_a_column(plays, kim, heading):
    show(plays, heading, "", "")
    say(Play.objects.get(play_id=D01), WORD, by=kim, status=Status.YELLOW)

    weekly()

    today = timezone.localdate()
    assert f"Y: {WORD} (kim, {today})" in last_cells(plays)[D01]
    assert WORD not in last_cells(plays)[D02]


def test_it_is_written_as_soon_as_it_is_said(plays, kim):
    show(plays, "담당자 의견", "", "")
    weekly()

    say(Play.objects.get(play_id=D02), WORD, by=kim)

    assert drain().failed == 0
    assert WORD in last_cells(plays)[D02]


def test_a_page_without_a_column_for_it_lacks_nothing(plays, kim):
    plays.sandbox.edit(plays.play_db, table(FULL, empty(D01)))
    say(Play.objects.get(play_id=D01), WORD, by=kim)

    weekly()

    assert not Finding.objects.exists()
    assert PageLayout.objects.of(PageMapping.objects.shared("play_db")).state == "ok"
    assert plays.play_rows()[D01]["status"] == "R"
    assert WORD not in plays.sandbox.body(plays.play_db)


def test_a_column_that_is_taken_away_is_no_loss_to_be_told_of(plays, kim):
    show(plays, "담당자 의견", "", "")
    weekly()
    plays.sandbox.edit(plays.play_db, table(FULL, empty(D01)))
    say(Play.objects.get(play_id=D01), WORD, by=kim)

    weekly()

    assert PageLayout.objects.of(PageMapping.objects.shared("play_db")).state == "ok"


def test_a_column_by_another_name_is_written_once_it_was_chosen(plays, kim):
    show(plays, "이번 주 소식", "", "")
    say(Play.objects.get(play_id=D01), WORD, by=kim)
    weekly()
    assert WORD not in last_cells(plays)[D01]

    mapping = PageMapping.objects.shared("play_db")
    choose(mapping, Changes(headings={"owner_word": "이번 주 소식"}), by=None)
    weekly()

    assert WORD in last_cells(plays)[D01]


def test_a_colleagues_own_text_stays_where_nobody_said_a_word(plays, kim):
    show(plays, "담당자 의견", "손으로 쓴 말", "다른 말")
    say(Play.objects.get(play_id=D01), WORD, by=kim)

    weekly()

    assert WORD in last_cells(plays)[D01]
    assert "다른 말" in last_cells(plays)[D02]


def test_a_word_of_long_ago_is_neither_written_nor_taken_off_the_page(plays, kim):
    show(plays, "담당자 의견", "", "")
    say(Play.objects.get(play_id=D01), WORD, by=kim)
    weekly()
    OwnerWord.objects.update(monday=timezone.localdate() - timedelta(weeks=6))

    weekly()

    assert WORD in last_cells(plays)[D01]


def test_the_same_word_twice_is_one_write(plays, kim):
    show(plays, "담당자 의견", "", "")
    say(Play.objects.get(play_id=D01), WORD, by=kim)
    weekly()
    plays.sandbox.reset_calls()

    weekly()

    assert "PUT" not in {call.method for call in plays.sandbox.calls}
