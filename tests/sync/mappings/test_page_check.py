"""One page looked at live, by every way in which it can be unfit for its part."""

import pytest
from django.utils import translation

from plays.models.page import PageState
from plays.rules.planner import Part
from plays.sync.mappings.page_check import examine_page
from plays.sync.site.connection import connect
from tests.world import LIVE_DOC, PEOPLE_TABLE

pytestmark = pytest.mark.django_db

TWO_TABLES = PEOPLE_TABLE + PEOPLE_TABLE.replace("Play ID", "플레이 ID")
NO_S2 = PEOPLE_TABLE.replace("<th><p>S2 QTD</p></th>", "")
TWICE = PEOPLE_TABLE.replace(
    "</tr></tbody>", "</tr>" + ("<tr><td>A</td>" + "<td />" * 9 + "</tr>") * 2 + "</tbody>"
)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def test_a_good_page_is_shown_as_an_admin_wants_to_see_it(world):
    world.sandbox.edit(world.play_db, PEOPLE_TABLE, by="김철수")
    check = examine_page(connect(), "play_db", world.play_db)
    assert check.is_fine
    assert (check.title, check.space, check.state) == ("Play DB", "AX", PageState.OK)
    assert check.version == 2
    assert check.changed_by == "김철수"
    assert check.can_edit is True
    assert check.tables[0].others == ("이름", "메모")
    assert "1" in check.place
    assert not check.has_draft
    assert len(world.sandbox.calls) == 4


@pytest.mark.parametrize(("text", "differs"), [(PEOPLE_TABLE + "<p>x</p>", True), (None, False)])
def test_changes_that_nobody_published_yet_are_told(world, text, differs):
    store = world.sandbox.store
    body = text or world.sandbox.body(world.play_db)
    store.save_draft(world.play_db, title="Play DB", body=body, by="김철수")

    check = examine_page(connect(), "play_db", world.play_db)

    assert check.is_fine
    assert check.has_draft is differs


@pytest.mark.parametrize(
    ("part", "body", "words"),
    [
        (Part.ACTION_LOG, "<p>작업 이력</p>", "made at the page's end"),
        (Part.PLAY_DB, "", "made at the page's end"),
        (Part.LIVE_DOC, LIVE_DOC, "“활동 로그”"),
        (Part.LIVE_DOC, "<p>…</p>", "page's end"),
        (Part.PROJECT_TODO, "<p>…</p>", "can be read"),
    ],
)
def test_it_says_where_we_would_write(world, part, body, words):
    page_id = world.sandbox.add_page("Any", body)
    check = examine_page(connect(), part, page_id)
    assert check.is_fine
    assert words in check.place


@pytest.mark.parametrize(
    ("body", "error", "advice"),
    [
        (TWO_TABLES, "AmbiguousTable", "only one"),
        (TWICE, "DuplicateRow", "all but one"),
    ],
)
def test_a_table_that_cannot_be_written_is_a_problem(world, body, error, advice):
    page_id = world.sandbox.add_page("Any", body)
    check = examine_page(connect(), Part.PLAY_DB, page_id)
    assert (check.state, check.error) == (PageState.WRONG_SHAPE, error)
    assert check.problem
    assert advice in check.advice


def test_a_field_without_a_column_is_named_and_no_problem(world):
    page_id = world.sandbox.add_page("Any", NO_S2)
    check = examine_page(connect(), Part.PLAY_DB, page_id)
    assert check.is_fine
    assert "No column for S2 QTD" in check.place


def test_tables_with_the_same_headings_are_one_in_parts(world):
    page_id = world.sandbox.add_page("Any", PEOPLE_TABLE * 2)
    check = examine_page(connect(), Part.PLAY_DB, page_id)
    assert check.is_fine
    assert "Tables 1, 2 (parts of one)" in check.place


@pytest.mark.parametrize(
    ("spoil", "state", "words"),
    [
        (lambda s, p: s.set_status(p, "archived"), PageState.ARCHIVED, "archived"),
        (lambda s, p: s.set_status(p, "trashed"), PageState.TRASHED, "trash"),
        (lambda s, p: s.restrict(p, view=True), PageState.MISSING, "no page with this id"),
        (lambda s, p: s.restrict(p, edit=True), PageState.FORBIDDEN, "may not edit"),
        (lambda s, p: s.revoke_token(), PageState.UNSEEN, "not accept our account"),
        (lambda s, p: s.stop(), PageState.UNSEEN, "cannot be reached"),
    ],
)
def test_a_page_that_cannot_be_used_is_told_with_what_to_do(world, spoil, state, words):
    spoil(world.sandbox, world.play_db)
    check = examine_page(connect(), Part.PLAY_DB, world.play_db)
    assert check.state == state
    assert words in check.problem
    assert check.advice


def test_a_todo_page_that_we_may_only_read_is_fine(world):
    world.sandbox.restrict(world.project_todo, edit=True)
    check = examine_page(connect(), Part.PLAY_TODO, world.project_todo)
    assert check.is_fine
    assert check.can_edit is False


@pytest.mark.parametrize("page_id", ["99999999", "not-an-id", ""])
def test_an_id_without_a_page_is_a_problem(world, page_id):
    check = examine_page(connect(), Part.LIVE_DOC, page_id)
    assert check.state == PageState.MISSING
    assert check.problem
