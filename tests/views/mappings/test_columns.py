"""How a page's tables are read: drawn as they are, asked about, chosen, previewed, undone."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from plays.models import AuditEntry, PageLayout, PageLayoutChange, PageMapping
from plays.sync.mappings.assign import assign
from plays.sync.writing.claims import page_claim
from plays.sync.writing.drain import drain
from tests.factories import make_action, make_job, make_play, make_user
from tests.strange_pages import by_channel, key_renamed
from tests.views.conftest import EN
from tests.views.mappings.test_mappings import words

pytestmark = pytest.mark.django_db

PLAYS = ("EXT_Desk_D01", "EXT_Desk_D02", "EXT_Field_F01")


@pytest.fixture
def play_db(client, admin_user, confluence_settings, sandbox):
    """An admin before a Play DB; gives a page of the text given, mapped."""
    client.force_login(admin_user)
    confluence_settings.CONFLUENCE_TIMEOUT = 2.0
    for play_id in PLAYS:
        make_play(play_id=play_id, channel="데스크" if "Desk" in play_id else "현장")

    def mapped(body):
        page_id = sandbox.add_page("Play DB", body)
        assign(PageMapping.objects.shared("play_db"), page_id)
        return page_id

    return mapped


def address():
    return reverse("plays:columns", args=["play_db"])


def read(client):
    return words(client.get(address(), headers=EN))


def press(client, do, **fields):
    """Send the form as it is shown, with some fields changed, by one of its buttons."""
    page = client.get(address(), headers=EN).text
    shown = dict(re.findall(r'name="(expected|likely-\w+|tables-shown)"\s+value="([^"]*)"', page))
    return client.post(address(), {**shown, **fields, "do": do}, headers=EN, follow=True)


def chosen():
    return PageLayout.objects.get().choice


# --- What is shown -------------------------------------------------------------------------------


def test_the_pages_tables_are_drawn_with_our_fields_over_their_headings(client, play_db):
    play_db(by_channel())

    said = read(client)

    assert "Table 1 · 데스크 2 rows ✎ Play ID" in said
    assert "Table 2 · 현장 1 row ✎ Play ID" in said
    assert "✎ Activity QTD ✎ Signal QTD ✎ Brief QTD ✎ S2 QTD ✎ Status" in said
    assert "own way (3/12)" in said
    assert "signs or words (🟢 · 🟡 · 🔴)" in said
    assert "a known name" in said
    assert "These tables have the same headings: they are read as one." in said
    assert "＋ New rows go here" in said


def test_rows_are_shown_before_and_after(client, play_db):
    play_db(by_channel())

    html = client.get(address(), headers=EN).text

    assert "<del>🟢</del>" in html
    assert "<ins>🔴</ins>" in html


def test_a_page_s_text_is_never_taken_for_markup(client, play_db):
    play_db(by_channel().replace("세미나 수집", "&lt;script&gt;alert(1)&lt;/script&gt;"))

    html = client.get(address(), headers=EN).text

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_a_field_without_a_column_is_offered_one(client, play_db, sandbox):
    page_id = play_db(by_channel())
    said = read(client)
    assert "S3 QTD Column: S3 QTD" in said
    assert "no column: not written" in said

    answer = press(client, "add:s3_qtd")

    assert "The column “S3 QTD” is added." in words(answer)
    assert sandbox.body(page_id).count("S3 QTD") == 2  # one for each part
    assert AuditEntry.objects.get(verb="add_column").details["field"] == "s3_qtd"
    drain()
    assert "already" in words(press(client, "add:s3_qtd"))
    assert sandbox.body(page_id).count("S3 QTD") == 2


def test_a_column_is_not_added_while_a_worker_writes(client, play_db, sandbox):
    page_id = play_db(by_channel())
    with page_claim(PageMapping.objects.shared("play_db").page_id):
        said = words(press(client, "add:s3_qtd"))

    assert "is being written just now" in said
    assert "S3 QTD" not in sandbox.body(page_id)


# --- What is asked -------------------------------------------------------------------------------


def test_a_renamed_key_is_asked_about_and_one_press_writes_what_waited(client, play_db, sandbox):
    page_id = play_db(key_renamed())
    play = make_play(play_id="EXT_Desk_D03")
    make_job(kind="play_row", play=play, mapping=PageMapping.objects.shared("play_db"))
    drain()

    asked = read(client)
    assert "The table has 7 of our 8 headings but none for Play ID; which column is it?" in asked
    mapped = words(client.get(reverse("plays:mapping", args=["play_db"]), headers=EN))
    assert "but none for Play ID; which column is it? Choose the column" in mapped

    listed = words(client.get(reverse("plays:mappings"), headers=EN))
    assert "? asks a person Its tables and columns" in listed

    said = words(press(client, "answer", field="play_id", heading="관리 기호"))

    assert "Saved. What waited for it is written now." in said
    assert "which column is it?" not in said
    assert chosen().headings == {"play_id": "관리 기호"}
    drain()
    assert "EXT_Desk_D03" in sandbox.body(page_id)


def test_two_tables_that_fit_are_told_apart_by_one_press(client, play_db):
    play_db(key_renamed(heading="Play ID") + key_renamed(heading="플레이 ID"))
    asked = read(client)
    assert "2 tables on the page fit equally well; which one is it?" in asked

    said = words(press(client, "table:2"))

    assert "fit equally well" not in said
    assert chosen().tables == ("2",)


def test_a_likely_column_is_taken_only_when_somebody_says_so(client, play_db):
    play_db(by_channel().replace("<p>RAG</p>", "<p>진행 현황</p>"))
    asked = read(client)
    assert "Is it “진행 현황”?" in asked
    assert "a word that may mean it" in asked
    assert not PageLayoutChange.objects.exists()

    press(client, "use:status")

    assert chosen().headings == {"status": "진행 현황"}


def test_left_alone_means_left_alone(client, play_db):
    play_db(by_channel().replace("<p>RAG</p>", "<p>진행 현황</p>"))

    said = words(press(client, "leave:status"))

    assert chosen().headings == {"status": ""}
    assert "Is it “진행 현황”?" not in said
    assert "left alone" in said


# --- What is chosen ------------------------------------------------------------------------------


def test_a_choice_is_previewed_before_it_is_saved_and_can_be_undone(client, play_db):
    play_db(by_channel())
    change = {"heading-status": "", "people-status": "on", "heading-signal_qtd": "-"}

    previewed = words(press(client, "preview", **change))
    assert "A preview: nothing is saved yet." in previewed
    assert "☺ Status" in previewed
    assert not PageLayoutChange.objects.exists()

    saved = words(press(client, "save", **change, reason="팀이 직접 관리"))
    assert "Saved." in saved
    assert "Status: written → kept by people" in saved
    assert "Signal QTD: by itself → left alone" in saved
    assert "팀이 직접 관리" in saved
    assert (chosen().people, chosen().headings) == ({"status"}, {"signal_qtd": ""})

    newest = PageLayoutChange.objects.first()
    undone = client.post(reverse("plays:columns_undo", args=[newest.pk]), headers=EN, follow=True)
    assert "Undone." in words(undone)
    assert (chosen().people, chosen().headings) == (frozenset(), {})


def test_all_choices_are_forgotten_by_one_press(client, play_db):
    play_db(by_channel())
    press(client, "save", insert="top")
    assert chosen().insert == "top"

    press(client, "auto")

    assert PageLayout.objects.get().chosen == {}


def test_new_rows_of_a_channel_go_to_the_table_that_is_chosen(client, play_db):
    play_db(by_channel())

    press(client, "save", group=["데스크", "현장", ""], **{"group-table": ["", "데스크", "현장"]})

    assert chosen().new_rows == {"현장": "데스크", "": "현장"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"heading-play_id": "-"}, "Play ID"),
        ({"heading-status": "=Act", "heading-signal_qtd": "=Act"}, "cannot all be “"),
        ({"heading-status": "Act"}, "The form could not be read."),
        ({"heading-status": "", "form-status": "nonsense"}, "The form could not be read."),
        ({"insert": "sideways"}, "The form could not be read."),
    ],
)
def test_what_cannot_hold_is_refused_with_its_reason(client, play_db, fields, said):
    play_db(by_channel())

    assert said in words(press(client, "save", **fields))
    assert not PageLayoutChange.objects.exists()


def test_a_choice_made_meanwhile_is_not_overwritten(client, play_db):
    play_db(by_channel())
    page = client.get(address(), headers=EN).text
    (expected,) = set(re.findall(r'name="expected" value="(\w+)"', page))
    press(client, "save", insert="top")

    answer = client.post(
        address(), {"do": "save", "insert": "end", "expected": expected}, headers=EN, follow=True
    )

    assert "Somebody else chose something in the meantime." in words(answer)
    assert chosen().insert == "top"


def test_who_may_only_look_sees_the_page_without_a_form(client, play_db):
    play_db(key_renamed())
    client.force_login(make_user("PM"))

    said = read(client)

    assert "which column is it? An admin can answer this here." in said
    assert "Save" not in said
    assert client.post(address(), {"do": "auto"}).status_code == 403


def test_without_a_page_one_is_sent_to_map_it(client, admin_user):
    client.force_login(admin_user)

    assert client.get(address()).url == reverse("plays:mapping", args=["play_db"])
    assert client.get("/mappings/live_doc/columns/").status_code == 404


def test_what_confluence_says_is_shown(client, play_db, sandbox):
    page_id = play_db(by_channel())
    sandbox.set_status(page_id, "trashed")

    assert "trash" in read(client)


def test_the_action_log_is_drawn_too(client, play_db, sandbox):
    headings = ("ID", "유형", "제목", "담당자", "일시")
    cells = ("LOG-2026-00001", "활동", "세미나", "김철수", "2026-11-20 10:30")
    head = "".join(f"<th>{h}</th>" for h in headings)
    row = "".join(f"<td>{c}</td>" for c in cells)
    page_id = sandbox.add_page("Log", f"<table><tr>{head}</tr><tr>{row}</tr></table>")
    assign(PageMapping.objects.shared("action_log"), page_id)
    make_action(log_id="LOG-2026-00001", occurred_at=timezone.now())

    said = words(client.get(reverse("plays:columns", args=["action_log"]), headers=EN))

    assert "LOG-2026-00001" in said
