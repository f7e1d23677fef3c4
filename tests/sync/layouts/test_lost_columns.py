"""A column that loses its heading is told at once, and what was written without it is filled."""

from datetime import timedelta

import pytest
from django.utils import timezone

from plays.models import Finding, PageLayout, PageMapping, SyncJob
from plays.rules.pages import ACTION_LOG, PLAY_DB
from plays.storage import read_rows
from plays.sync.alerts.conditions import conditions
from plays.sync.doctor.examination import examine, examine_here
from plays.sync.intake.receiving import record_all
from plays.sync.layouts.choosing import Changes, choose
from plays.sync.layouts.looking import look
from plays.sync.layouts.questions import told_drift
from plays.sync.writing.drain import drain
from tests.events import activity, brief
from tests.sync.weekly.damage import run, today

pytestmark = pytest.mark.django_db(transaction=True)
OURS, THEIRS = "Title", "안건들"


@pytest.fixture
def log(world):
    """The Action Log's mapping; its table was made by the one row that there is."""
    world.add_play("A_01")
    write("하나")
    return PageMapping.objects.shared("action_log")


def write(*titles):
    record_all([today(activity, "A_01", title=title, owner="김") for title in titles])
    drain()


def rename(world, before, now, page="action_log"):
    world.sandbox.edit_with(getattr(world, page), lambda body: body.replace(before, now))


def lose(world, *titles):
    rename(world, OURS, THEIRS)
    write(*titles)


def titles(world):
    rows = read_rows(world.sandbox.body(world.action_log).replace(THEIRS, OURS), ACTION_LOG)
    return [row.cells["title"] for row in rows]


def state(mapping):
    kept = PageLayout.objects.of(mapping)
    return kept.state, sorted(kept.lost)


def layout_troubles():
    return [one.facts["part"] for one in conditions(timezone.now()) if one.rule == "layout"]


def test_it_is_told_everywhere_by_the_first_write_even_if_the_table_was_made_by_the_one_before(
    world, log
):
    lose(world, "둘")

    assert state(log) == ("drifted", ["title"])
    assert layout_troubles() == ["action_log"]
    (sentence,) = map(told_drift, PageLayout.objects.of(log).drift)
    for findings in (examine(), examine_here()):
        assert sentence in [one.what for one in findings if one.is_problem]


def test_each_week_names_it_for_as_long_as_it_lasts(world, log):
    lose(world, "둘")
    for _ in range(2):
        run()
    assert list(Finding.objects.values_list("kind", "column")) == [("no_column", "title")] * 2


def test_a_choice_fills_what_was_written_meanwhile_and_nothing_else(world, log):
    lose(world, "둘", "셋")
    version = world.sandbox.version(world.action_log)
    rename(world, "하나", "손으로 고친 제목")  # a row of before the loss is not touched

    choose(log, Changes(headings={"title": THEIRS}), by=None)
    look(log)
    owed = SyncJob.objects.pending()
    assert sorted(owed.values_list("kind", "key")) == [
        ("log_row", log_id) for log_id in sorted(world.log_ids())[1:]
    ]
    drain()

    assert titles(world) == ["손으로 고친 제목", "둘", "셋"]
    assert world.sandbox.version(world.action_log) == version + 2  # the colleague's, and ours
    assert state(log) == ("ok", [])
    look(log)
    assert not SyncJob.objects.pending().exists()


def test_a_heading_that_is_named_back_fills_them_with_the_next_write(world, log):
    lose(world, "둘")
    rename(world, THEIRS, OURS)
    write("셋")
    assert titles(world) == ["하나", "둘", "셋"]
    assert state(log) == ("ok", [])


def test_a_quiet_log_is_filled_by_the_weekly_sync(world, log):
    lose(world, "둘")
    rename(world, THEIRS, OURS)
    run()
    drain()
    assert titles(world) == ["하나", "둘"]


def test_what_colleagues_keep_in_those_rows_stays(world, log):
    lose(world, "둘")
    rename(world, "Created At</p></th>", "Created At</p></th><th><p>비고</p></th>")
    rename(world, "</td></tr>", "</td><td><p>확인함</p></td></tr>")
    choose(log, Changes(headings={"title": THEIRS}), by=None)
    look(log)
    drain()
    assert titles(world) == ["하나", "둘"]
    assert world.sandbox.body(world.action_log).count("확인함") == 2


def test_a_choice_of_something_else_and_a_question_meanwhile_forget_no_loss(world, log):
    lose(world, "둘")
    choose(log, Changes(headings={"url": ""}), by=None)
    write("셋")
    assert state(log) == ("drifted", ["title"])
    rename(world, "Actor", "뉘신지")
    write("셋")
    assert state(log) == ("drifted", ["actor", "title"])
    rename(world, "뉘신지", "Actor")
    rename(world, "Log ID", "줄")
    write("넷")
    assert state(log) == ("asks", ["actor", "title"])

    choose(log, Changes(headings={"log_id": "줄", "title": THEIRS}), by=None)
    look(log)
    drain()

    body = world.sandbox.body(world.action_log)
    assert [f">{title}</p>" in body for title in ("둘", "셋", "넷")] == [True] * 3
    assert state(log) == ("ok", [])


@pytest.mark.parametrize("filled_by", [look, lambda log: write("셋")])
def test_what_somebody_typed_into_a_cell_that_we_left_empty_stays(world, log, filled_by):
    lose(world, "둘", "둘 반")
    empty = world.sandbox.body(world.action_log).split("<tr>")[-1]
    by_hand = empty.replace("<td><p /></td>", "<td><p>손으로 쓴 제목</p></td>", 1)
    assert by_hand != empty, empty
    rename(world, empty, by_hand)
    rename(world, THEIRS, OURS)

    filled_by(log)
    drain()

    assert titles(world)[:3] == ["하나", "둘", "손으로 쓴 제목"]
    assert state(log) == ("ok", [])


def test_a_column_that_is_left_alone_is_neither_told_nor_filled(world, log):
    lose(world, "둘")
    choose(log, Changes(headings={"title": ""}), by=None)
    look(log)
    assert state(log) == ("ok", [])
    assert not SyncJob.objects.pending().exists()


def test_a_loss_that_was_noted_without_its_time_counts_since_the_page_changed(world, log):
    lose(world, "둘")
    row = PageLayout.objects.of(log)
    row.changes[0]["params"].pop("since")
    row.since -= timedelta(seconds=1)
    row.save()
    rename(world, THEIRS, OURS)
    look(log)
    drain()
    assert titles(world) == ["하나", "둘"]


def test_the_play_db_s_rows_are_filled_too(world):
    world.add_play("A_01")
    record_all([today(brief, play_id="A_01")])
    drain()
    rename(world, "Brief QTD", "뭐지", "play_db")
    record_all([today(brief, play_id="A_01")])
    drain()
    mapping = PageMapping.objects.shared("play_db")
    assert state(mapping) == ("drifted", ["brief_qtd"])
    rename(world, "뭐지", "Brief QTD", "play_db")

    look(mapping)
    drain()

    (row,) = read_rows(world.sandbox.body(world.play_db), PLAY_DB)
    assert row.cells["brief_qtd"] == "2"
