"""What an admin chooses about a page's tables is kept, counts at once, and can be undone."""

import re
from unittest.mock import patch

import pytest

from plays.models import AuditEntry, PageLayout, PageLayoutChange, PageMapping, Play, SyncJob
from plays.rules.pages import PLAY_DB
from plays.storage import Chosen, Form, Insert
from plays.sync.intake.receiving import record_all
from plays.sync.layouts.choosing import (
    BadChoice,
    Changes,
    ChoiceChanged,
    automatic,
    choose,
    undo,
)
from plays.sync.layouts.looking import look
from plays.sync.layouts.spelling import changes_from
from plays.sync.writing.drain import drain
from tests.events import activity, brief
from tests.sync.layouts.tables import HEADINGS, table
from tests.sync.weekly.damage import today

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def team(world):
    """A Play DB whose key's heading is not known, owed one row."""
    world.add_play("A_01")
    world.sandbox.edit(world.play_db, table("A_01"))
    return world


@pytest.fixture
def mapping(team):
    return PageMapping.objects.shared("play_db")


def owe(play="A_01"):
    record_all([today(brief, play_id=play)])
    drain()


def failed():
    return list(SyncJob.objects.failed().values_list("last_error", flat=True))


KEY = Changes(headings={"play_id": "번호"})


def test_a_choice_wakes_what_was_given_up_for_lack_of_it_and_nothing_else(team, mapping):
    owe()
    assert failed() == ["KeyColumnMissing"]
    choose(mapping, KEY, by=None)
    assert failed() == []
    drain()
    assert team.sandbox.body(team.play_db).count("<table") == 1
    assert PageLayout.objects.of(mapping).state == "ok"
    assert PageLayout.objects.of(mapping).layout.field("play_id").how == "chosen"


def test_history_tells_who_and_what_and_undo_takes_back_the_newest_only(team, mapping, admin_user):
    first = choose(mapping, KEY, by=admin_user, reason="번호가 ID입니다")
    second = choose(mapping, Changes(insert=Insert.TOP), by=admin_user)
    assert [change.by for change in PageLayoutChange.objects.all()] == [admin_user, admin_user]
    assert choose(mapping, Changes(insert=Insert.TOP), by=admin_user) is None
    with pytest.raises(ChoiceChanged):
        undo(first, by=admin_user)
    undo(second, by=admin_user)
    assert PageLayout.objects.of(mapping).choice == KEY.on(Chosen())
    automatic(mapping, by=admin_user)
    assert PageLayout.objects.of(mapping).choice == Chosen()
    assert AuditEntry.objects.filter(verb="layout").count() == 4


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (Changes(headings={"nothing": "번호"}), "unknown_field"),
        (Changes(headings={"play_id": ""}), "key_left_alone"),
        (Changes(people={"play_id": True}), "key_of_people"),
        (Changes(headings={"status": "Act", "signal_qtd": "act"}), "same_heading"),
    ],
)
def test_what_cannot_hold_is_refused_and_changes_nothing(mapping, changes, code):
    with pytest.raises(BadChoice) as refused:
        choose(mapping, changes, by=None)
    assert refused.value.code == code
    assert not PageLayoutChange.objects.exists()


@pytest.mark.parametrize(
    ("line", "headings", "forms", "people"),
    [
        ("activity_qtd=Act", {"activity_qtd": "Act"}, {}, {}),
        (
            "Activity QTD=act:count",
            {"activity_qtd": "Act"},
            {"activity_qtd": "count:{done}/{goal}"},
            {},
        ),
        ("status=R:G:signs", {"status": "R:G"}, {"status": "signs:🟢|🟡|🔴"}, {}),
        ("status=R:G", {"status": "R:G"}, {}, {}),
        ("status=R:G:people", {"status": "R:G"}, {}, {"status": True}),
        ("s3_qtd=", {"s3_qtd": ""}, {}, {}),
        ("s2_qtd=:number", {}, {"s2_qtd": "number"}, {}),
    ],
)
def test_field_heading_and_form_in_one_line(line, headings, forms, people):
    changes = changes_from([line], PLAY_DB, ["Act", "R:G"])
    assert changes.headings == headings
    assert {name: str(form) for name, form in changes.forms.items()} == forms
    assert {name: is_theirs for name, is_theirs in changes.people.items() if is_theirs} == people


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("status", "unknown_field"),
        ("nothing=Act", "unknown_field"),
        ("status=Nowhere", "no_such_heading"),
        ("status=Act:date", "wrong_form"),
        ("activity_qtd=Act:count:just words", "wrong_form"),
        ("status=Act:signs:🟢", "wrong_form"),
    ],
)
def test_a_line_that_cannot_be_meant_is_refused(line, code):
    with pytest.raises(BadChoice) as refused:
        changes_from([line], PLAY_DB, ["Act"])
    assert refused.value.code == code


def test_a_read_that_finds_the_same_writes_nothing(team, mapping):
    choose(mapping, KEY, by=None)
    look(mapping)
    before = PageLayout.objects.of(mapping)
    team.sandbox.edit(team.play_db, table("A_01", "B"))
    with patch.object(PageLayout.objects.__class__, "update", side_effect=AssertionError):
        look(mapping)
    assert PageLayout.objects.of(mapping).found == before.found


def test_a_column_that_goes_is_told_until_it_comes_back_or_somebody_chooses(team, mapping):
    choose(mapping, KEY, by=None)
    look(mapping)
    whole, less = table("A_01"), table("A_01", headings=HEADINGS[:-1])
    team.sandbox.edit(team.play_db, less)
    for _ in range(2):
        kept = look(mapping).kept
        assert (kept.state, [one.code for one in kept.drift]) == ("drifted", ["column_gone"])
    team.sandbox.edit(team.play_db, whole)
    assert look(mapping).kept.state == "ok"
    team.sandbox.edit(team.play_db, less)
    assert look(mapping).kept.state == "drifted"
    choose(mapping, Changes(headings={"s3_qtd": ""}), by=None)
    kept = look(mapping).kept
    assert (kept.state, kept.changes) == ("ok", [])


def test_a_table_that_is_gone_asks_and_a_new_one_is_made_only_by_choice(team, mapping):
    choose(mapping, KEY, by=None)
    owe()
    team.sandbox.edit(team.play_db, "<p>leer</p>")
    owe()
    assert failed() == ["TableGone"]
    assert PageLayout.objects.of(mapping).code == "table_gone"
    choose(mapping, Changes(makes_table=True), by=None)
    drain()
    assert failed() == []
    assert team.sandbox.body(team.play_db).count("<table") == 1


def test_a_form_stays_with_the_heading_it_was_chosen_for(team, mapping):
    lines = ["play_id=번호", "brief_qtd=Brief QTD:count:{done}건"]
    choose(mapping, changes_from(lines, PLAY_DB, HEADINGS), by=None)
    owe()
    assert "1건" in team.sandbox.body(team.play_db)
    other = table("A_01", headings=("Play ID", "Status", "Activity QTD", "Brief"))
    team.sandbox.edit(team.play_db, other)
    owe()
    body = team.sandbox.body(team.play_db)
    assert "2건" not in body
    assert re.search(r"<p[^>]*>2</p>", body)


def test_the_status_can_be_people_s_read_shown_and_never_written(team, mapping):
    body = table("A_01").replace("<td><p></p></td>", "<td><p>🔴</p></td>", 1)
    team.sandbox.edit(team.play_db, body)
    choose(mapping, Changes(headings=KEY.headings, people={"status": True}), by=None)
    look(mapping)
    assert Play.objects.get(play_id="A_01").team_status == "R"
    owe()
    assert "🔴" in team.sandbox.body(team.play_db)
    assert 'ac:name="status"' not in team.sandbox.body(team.play_db)
    choose(mapping, Changes(people={"status": False}), by=None)
    assert Play.objects.get(play_id="A_01").team_status == ""


def test_an_activity_goes_on_while_the_play_db_asks(team, mapping):
    owe()
    record_all([today(activity, play_id="A_01")])
    drain()
    assert team.log_ids()
    assert failed() == ["KeyColumnMissing"]


def test_a_form_is_text_that_comes_back():
    assert Form.parse(str(Form("count", "{done}/{goal}"))) == Form("count", "{done}/{goal}")
