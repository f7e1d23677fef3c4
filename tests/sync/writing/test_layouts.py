"""What a choice would make of a table is shown row by row; a choice counts for writes at once."""

from unittest.mock import patch

import pytest

from plays.models import PageLayout, PageMapping, SyncJob
from plays.rules.pages import PLAY_DB
from plays.storage import Chosen
from plays.sync.intake.receiving import record, record_all
from plays.sync.layouts.choosing import Changes, choose
from plays.sync.writing import attempt
from plays.sync.writing.drain import drain
from plays.sync.writing.layout_preview import preview
from tests.events import activity, brief
from tests.sync.layouts.tables import table
from tests.sync.weekly.damage import today

pytestmark = pytest.mark.django_db(transaction=True)
KEY = Changes(headings={"play_id": "번호"})


@pytest.fixture
def mapping(world):
    """The Play DB's, owed one row; which column is its key is not known."""
    world.add_play("A_01")
    world.sandbox.edit(world.play_db, table("A_01"))
    record(today(brief, play_id="A_01"))
    return PageMapping.objects.shared("play_db")


def test_rows_are_shown_before_and_after_and_nothing_is_written(world, mapping):
    version, layouts = world.sandbox.version(world.play_db), PageLayout.objects.count()

    shown = preview(mapping, KEY.on(Chosen()))

    (sample,) = shown.tables
    assert (sample.number, sample.is_ours, shown.problem) == (1, True, None)
    (row,) = sample.rows
    assert (row.key, row.before[4], row.after[4]) == ("A_01", "", "1")
    assert row.changed == (1, 2, 3, 4, 5, 6)
    assert world.sandbox.version(world.play_db) == version
    assert PageLayout.objects.count() == layouts


def test_what_is_not_known_is_asked_beside_the_rows_as_they_are(mapping):
    asked = preview(mapping, Chosen())

    assert asked.problem.code == "key_column_missing"
    assert not asked.tables[0].is_ours
    assert asked.tables[0].rows[0].before[0] == "A_01"


def test_each_table_is_shown_with_its_own_rows(world, mapping):
    world.sandbox.edit(world.play_db, table("방 2", headings=("회의실", "")) + table("A_01"))

    other, ours = preview(mapping, KEY.on(Chosen())).tables

    assert [(row.key, row.before, row.changed) for row in other.rows] == [("", ("방 2", ""), ())]
    assert [(row.key, row.before[0], row.after[4]) for row in ours.rows] == [("A_01", "A_01", "1")]


def test_of_a_long_table_the_first_rows_are_shown(world, mapping):
    others = table(*"abcd", headings=("회의실", ""))
    world.sandbox.edit(world.play_db, others + table("B", "C", "A_01", "D"))

    other, ours = preview(mapping, KEY.on(Chosen())).tables

    assert [row.before[0] for row in other.rows] == ["a", "b", "c"]
    assert [row.key for row in ours.rows] == ["B", "C", "A_01"]


def test_the_log_s_rows_are_shown_as_they_are_and_as_they_would_be(world):
    world.add_play("A_01")
    record_all([activity("A_01", title="세미나")])
    drain()
    log_id = world.log_ids()[0]
    world.sandbox.edit_with(world.action_log, lambda body: body.replace("세미나", "옛 제목"))

    ours = preview(PageMapping.objects.shared("action_log"), Chosen()).tables[0]

    (row,) = ours.rows
    assert row.key == log_id
    assert [(row.before[i], row.after[i]) for i in row.changed] == [("옛 제목", "세미나")]


def test_a_choice_made_while_the_page_was_being_written_counts_for_that_write_too(mapping):
    """The worker read the old choice, and gives nothing up for it."""
    apply = attempt.storage.apply_edits

    def choosing(body, edits, guidance):
        if PLAY_DB in guidance and guidance[PLAY_DB].chosen == Chosen():
            choose(mapping, KEY, by=None)
        return apply(body, edits, guidance)

    with patch.object(attempt.storage, "apply_edits", choosing):
        drain()

    assert not SyncJob.objects.exclude(state="synced").exists()


def test_a_page_that_still_asks_the_same_puts_the_next_row_before_people_at_once(mapping):
    drain()
    record(today(brief, play_id="A_01"))
    drain()

    assert not SyncJob.objects.pending().exists()
    failed = SyncJob.objects.failed().values_list("kind", "last_error")
    assert set(failed) == {("play_row", "KeyColumnMissing")}
