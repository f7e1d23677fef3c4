"""Every value in the form of its column: found from the cells, written, and read as the same."""

from __future__ import annotations

from datetime import datetime

import pytest

from plays.rules.pages import ACTION_LOG, PLAY_DB
from plays.storage import (
    Column,
    Form,
    Guidance,
    Kind,
    Link,
    Moment,
    Number,
    Status,
    TableShape,
    Text,
    recognise,
)
from plays.storage.edit.render import render
from plays.storage.layout.forms import CellSeen, detect, says, shown
from plays.storage.scan.page import scan

AT = datetime(2026, 11, 5, 9, 30)  # noqa: DTZ001 - the clock of the page's readers
COUNT, STATUS = PLAY_DB.by_name["activity_qtd"], PLAY_DB.by_name["status"]
TIME, WORD = ACTION_LOG.by_name["created_at"], ACTION_LOG.by_name["action_type"]
URL, KEY = ACTION_LOG.by_name["url"], PLAY_DB.by_name["play_id"]


MACRO = (
    '<ac:structured-macro ac:name="{}"><ac:parameter ac:name="title">Plays</ac:parameter>'
    "<ac:rich-text-body><p>x</p></ac:rich-text-body></ac:structured-macro>"
)


def lozenge(title: str, colour: str) -> str:
    return render(Status(title, colour))


def form_of(column, *cells: str, heading: str = "") -> Form:
    return detect(column, heading, [CellSeen(scan(cell).root) for cell in cells])[0]


def written(column, form: Form, value, before: str = "") -> str:
    return render(shown(column, value, form, scan(before).root if before else None))


@pytest.mark.parametrize(
    ("cells", "value", "expected"),
    [
        (["3", "4"], Number(5, 12), "5"),
        (["3/12", "0/4"], Number(5, 12), "5/12"),
        (["3 / 12"], Number(5, 12), "5 / 12"),
        (["3건"], Number(5, 12), "5건"),
        (["3 건"], Number(5), "5 건"),
        (["3건/12건"], Number(5, 12), "5건/12건"),
        (["3 of 12"], Number(5, 12), "5 of 12"),
        (["0/2", "1/2", "7"], Number(5, 12), "5/12"),
        (["-", "미정", "2/3"], Number(5, 12), "5/12"),
        (["3/12"], Number(5), "5"),
        ([], Number(5, 12), "5"),
    ],
)
def test_counters(cells, value, expected):
    form = form_of(COUNT, *cells)

    text = written(COUNT, form, value)
    assert text == expected
    assert says(COUNT, scan(text).root, value, form)
    assert not says(COUNT, scan(text).root, Number(6, 12), form)


def test_a_goal_that_we_do_not_have_stays_the_cells_own():
    assert written(COUNT, Form("count", "{done}/{goal}"), Number(1), before="0/9") == "1/9"


@pytest.mark.parametrize(
    ("above", "label"),
    [
        ("<h2>Plays</h2>", "Plays"),
        ("<p><strong>Plays</strong></p>", "Plays"),
        ("<p>Plays</p>", ""),
        (f"<p><strong>{'x' * 80}</strong></p>", "x" * 80),
        (f"<p><strong>{'x' * 81}</strong></p>", ""),  # a paragraph that is bold
        (MACRO.format("expand"), "Plays"),
        (MACRO.format("panel"), ""),
    ],
)
def test_a_table_is_labelled_by_what_stands_above_it_as_a_heading(above, label):
    table = "<table><tbody><tr><th>Play ID</th><th>Status</th></tr></tbody></table>"

    (seen,) = recognise(above + table, PLAY_DB, Guidance()).tables

    assert seen.label == label


def test_an_empty_column_takes_its_form_from_the_heading():
    assert str(form_of(COUNT, heading="활동 (실적/목표)")) == "count:{done}/{goal}"
    assert str(form_of(COUNT, heading="활동 (실적／목표)")) == "count:{done}/{goal}"
    assert str(form_of(TIME, heading="일자")) == "date:YYYY-MM-DD"
    assert str(form_of(TIME, heading="작성 일시")) == "date:YYYY-MM-DD HH:MM"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([lozenge("G", "Green")], lozenge("R", "Red")),
        ([lozenge("정상", "Green"), lozenge("위험", "Red")], lozenge("위험", "Red")),
        ([lozenge("GREEN", "Green")], lozenge("RED", "Red")),
        ([lozenge("순조로움", "Green"), lozenge("막힘", "Red")], lozenge("막힘", "Red")),
        (["🟢", "🟡"], "🔴"),
        (["✅", "⚠️"], "❌"),
        (["🟩"], "🟥"),
        (["G"], "R"),
        (["green"], "red"),
        (["Green", "Amber"], "Red"),
        (["양호", "미흡"], "미흡"),
        (["정상", "주의"], "위험"),
        (["순항", "심각"], "위험"),  # no manner has both: the first one's is taken
        (["🟢 정상", "🟡 주의"], "🔴 위험"),
        (["<ac:emoticon ac:name='tick'/>"], "❌"),
        (["<ac:emoticon ac:name='blue-star' ac:emoji-fallback='🟢'/>"], "🔴"),
        ([], lozenge("R", "Red")),
    ],
)
def test_statuses(cells, expected):
    form = form_of(STATUS, *cells)
    red = Status("R", "Red")

    text = written(STATUS, form, red)
    assert text == expected
    assert says(STATUS, scan(text).root, red, form)
    assert not says(STATUS, scan(text).root, Status("G", "Green"), form)


@pytest.mark.parametrize(
    "same", ["G", "Green", "🟢", "정상", lozenge("정상", "Green"), lozenge("G", "Green"), "녹색"]
)
def test_what_says_the_same_in_another_form_stays(same):
    assert says(STATUS, scan(same).root, Status("G", "Green"), Form("signs", "🟢|🟡|🔴"))


@pytest.mark.parametrize(
    ("name", "colour"),
    [
        *(("tick", "Green"), ("green-star", "Green"), ("warning", "Yellow")),
        *(("yellow-star", "Yellow"), ("cross", "Red"), ("minus", "Red")),
    ],
)
def test_each_old_emoticon_says_a_status(name, colour):
    cell = scan(f"<ac:emoticon ac:name='{name}' />").root
    form = Form("lozenge", "G|Y|R")

    said = [c for c in ("Green", "Yellow", "Red") if says(STATUS, cell, Status(c[0], c), form)]
    assert said == [colour]


def test_a_lozenge_in_another_colour_does_not_say_the_same():
    cell = scan(lozenge("G", "Red")).root

    assert not says(STATUS, cell, Status("G", "Green"), Form("lozenge", "G|Y|R"))


@pytest.mark.parametrize(
    "cells",
    [
        ["검토 중"],
        [lozenge("완료", "Green"), lozenge("진행", "Blue")],
        [lozenge("완료", "Green"), lozenge("보류", "Yellow")],
        ["매주 세미나에 간다"],
    ],
)
def test_a_column_of_something_else_is_no_status(cells):
    _, fits, misfits = detect(STATUS, "상태", [CellSeen(scan(cell).root) for cell in cells])

    assert (fits, misfits) == (0, len(cells))


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["2026-11-20 10:30"], "2026-11-05 09:30"),
        (["2026-11-20"], "2026-11-05"),
        (["2026.11.19"], "2026.11.05"),
        (["2026. 11. 9."], "2026. 11. 5."),
        (["2026/11/19 10:00"], "2026/11/05 09:30"),
        (["11/20"], "11/05"),
        (["11/20", "3/4"], "11/5"),
        (["2026년 11월 19일"], "2026년 11월 5일"),
        (["26.11.19"], "26.11.05"),
        (["2026-11-19 (목)"], "2026-11-05 (목)"),
        (["2026-11-19T10:00:00"], "2026-11-05T09:30:00"),
        (['<time datetime="2026-11-19" />'], '<time datetime="2026-11-05" />'),
        (["11월 19일"], "11월 5일"),
        ([], "2026-11-05 09:30"),
    ],
)
def test_times(cells, expected):
    form = form_of(TIME, *cells)

    text = written(TIME, form, Moment(AT))
    assert text == expected
    assert says(TIME, scan(text).root, Moment(AT), form)
    assert not says(TIME, scan(text).root, Moment(AT.replace(month=10)), form)


def test_a_day_does_not_say_a_time_where_the_column_has_times():
    form = Form("date", "YYYY-MM-DD HH:MM")

    assert not says(TIME, scan("2026-11-05").root, Moment(AT), form)
    assert says(TIME, scan("2026.11.05 09:30").root, Moment(AT), form)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["활동"], "시그널"),
        (["Activity", "Brief"], "Signal"),
        (["액티비티"], "신호"),
        ([], "Signal"),
        (["활동", "Activity", "활동"], "시그널"),
    ],
)
def test_action_types_in_the_columns_words(cells, expected):
    form = form_of(WORD, *cells)

    assert written(WORD, form, Text("Signal")) == expected
    for same in ("시그널", "Signal", "signal"):
        assert says(WORD, scan(same).root, Text("Signal"), form)
    assert not says(WORD, scan("활동").root, Text("Signal"), form)


LINK = "https://e.example/1"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (['<a href="https://e.example/2">https://e.example/2</a>'], f'<a href="{LINK}">{LINK}</a>'),
        (['<a href="https://e.example/2">보기</a>'] * 2, f'<a href="{LINK}">보기</a>'),
        (
            ['<a href="https://e.example/2" data-card-appearance="inline">문서</a>'],
            f'<a href="{LINK}" data-card-appearance="inline">{LINK}</a>',
        ),
        (["https://e.example/2"], LINK),
        ([], f'<a href="{LINK}">{LINK}</a>'),
    ],
)
def test_links(cells, expected):
    form, value = form_of(URL, *cells), Link(LINK, LINK)

    assert written(URL, form, value) == expected
    for same in (expected, LINK, f'<a href="{LINK}">다른 말</a>'):
        assert says(URL, scan(same).root, value, form)
    assert not says(URL, scan("https://e.example/3").root, value, form)


@pytest.mark.parametrize(
    ("title", "url", "is_same"),
    [
        ("D01 ToDo", "https://e.example/wiki/spaces/AX/pages/7", True),
        ("D02 ToDo", "https://e.example/wiki/spaces/AX/pages/7", False),
        ("D01 ToDo", LINK, False),
    ],
)
def test_a_link_by_title_counts_for_a_page_that_is_called_so(title, url, is_same):
    cell = scan(f"<ac:link><ri:page ri:content-title='{title}'/></ac:link>").root

    assert says(URL, cell, Link("D01 ToDo", url), Form("link")) is is_same


def test_keys_in_code():
    assert form_of(KEY, "<code>A</code>", "<p><code>B</code></p>", "C") == Form("code")
    assert form_of(KEY, "<code>A</code>", "B", "C") == Form()


@pytest.mark.parametrize("text", ["number", "count:{done}/{goal}", "date:YYYY.MM.DD", "plain"])
def test_a_form_is_kept_as_text(text):
    assert str(Form.parse(text)) == text
    with pytest.raises(ValueError, match="none of"):
        Form.parse("roman")


def test_the_form_of_a_table_in_parts_is_that_of_all_its_cells():
    part = "<h3>{}</h3><table><tr><th>Play ID</th><th>RAG</th><th>활동</th></tr>{}</table>"
    rows = "<tr><td>A1</td><td>🟢</td><td>3/12</td></tr>"
    layout = recognise(part.format("가", "") + part.format("나", rows), PLAY_DB).layout

    assert str(layout.field("activity_qtd").form) == "count:{done}/{goal}"
    assert [p.label for p in layout.parts] == ["가", "나"]


@pytest.mark.parametrize(
    ("headings", "form"),
    [(("활동 실적/목표", "활동"), "count:{done}/{goal}"), (("활동", "활동 실적/목표"), "number")],
)
def test_an_empty_column_of_a_table_in_parts_takes_its_form_from_the_first_heading(headings, form):
    counter = Column("done", "활동", ("활동 실적/목표",), kind=Kind.COUNT, is_optional=True)
    shape = TableShape((Column("id"), Column("name"), counter), key="id")
    part = "<table><tr><th>id</th><th>name</th><th>{}</th></tr></table>"

    layout = recognise("".join(map(part.format, headings)), shape).layout

    assert str(layout.field("done").form) == form
