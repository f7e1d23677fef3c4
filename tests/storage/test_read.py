"""What a page says, asked without changing it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plays.storage import (
    AmbiguousColumn,
    AmbiguousTable,
    DuplicateRow,
    MergedCells,
    Place,
    describe_tables,
    inventory,
    read_entries,
    read_rows,
)
from plays.storage.scan.page import scan
from tests.storage.shapes import LOG, PLAYS, table

HEADINGS = ("Play ID", "상태", "Owner", "Activity-QTD")


@given(st.lists(st.text("가a\n💥", max_size=8), max_size=8), st.permutations(range(9)))
def test_a_place_is_the_line_and_column_whatever_was_asked_before(texts, order):
    body = "".join(f"{text}<p/>" for text in [*texts, ""])
    page = scan(body)
    found = {node.start: body.encode()[: node.start].decode() for node in page.root.descendants()}

    for start, before in [list(found.items())[n] for n in order if n < len(found)]:
        place = page.place(start)

        assert place.offset == len(before)
        assert place.line == before.count("\n") + 1
        assert place.column == len(before) - (before.rfind("\n") + 1) + 1


def test_keys_are_read_without_reading_rows_doubles_and_merged_cells_too():
    merged = "<tr><td rowspan='2'>LOG-3</td><td/><td/></tr><tr><td/><td/></tr></tbody>"
    body = table("LOG-1||", "<b>LOG-2</b>||", "LOG-1||", "||")

    assert inventory(body.replace("</tbody>", merged), LOG) == {"LOG-1", "LOG-2"}
    assert inventory("<p>no table</p>", LOG) == set()


def test_rows_read_as_people_see_them():
    body = "<p/>\n" + table(
        "D01|<p>G</p>|<p>Kim</p><p>Lee</p>|<a href='https://e.example/?a&amp;b'>7</a>",
        "|no key|x|",
        "<b>D02</b>||&nbsp;",
        headings=HEADINGS,
    )

    first, second = read_rows(body, PLAYS)

    assert first.key == "D01"
    assert first.cells == {"play_id": "D01", "status": "G", "activity_qtd": "7"}
    assert first.others == {"Owner": "Kim Lee"}
    assert first.links == {"activity_qtd": ("https://e.example/?a&b",)}
    assert (first.place.line, first.place.table, first.place.row) == (2, 1, 2)
    assert second.cells == {"play_id": "D02", "status": ""}
    assert second.others == {"Owner": ""}


@pytest.mark.parametrize(
    ("body", "text"),
    [("", "D01 page"), ("<ac:link-body>read <b>me</b></ac:link-body>", "read me")],
)
def test_a_link_to_a_page_reads_as_its_own_words_or_else_as_the_pages_title(body, text):
    link = f'<ac:link><ri:page ri:content-title="D01 page" />{body}</ac:link>'

    [row] = read_rows(table(f"LOG-1|see {link}|"), LOG)

    assert row.cells["title"] == f"see {text}"


def test_a_cell_merged_over_columns_or_rows_is_read_in_each():
    body = (
        "<table><tr><th>play_id</th><th>status</th><th>s2_qtd</th></tr>"
        "<tr><td>D01</td><td rowspan='2'>G</td><td>1</td></tr><tr><td>D02</td><td>2</td></tr>"
        "<tr><td>D03</td><td colspan='2'>none</td></tr>"
        "<tr><td colspan='3'>a divider</td></tr></table>"
    )

    cells = [dict(row.cells) for row in read_rows(body, PLAYS)]

    assert cells == [
        {"play_id": "D01", "status": "G", "s2_qtd": "1"},
        {"play_id": "D02", "status": "G", "s2_qtd": "2"},
        {"play_id": "D03", "status": "none", "s2_qtd": "none"},
    ]


def test_a_page_without_the_table_has_no_rows():
    assert read_rows("<p>x</p>", PLAYS) == []
    assert describe_tables("<p>x</p>", PLAYS) == ()


def test_reading_refuses_what_editing_would_refuse():
    with pytest.raises(AmbiguousTable):
        read_rows(table() + table(headings=("로그 ID", "제목", "url")), LOG)
    with pytest.raises(AmbiguousColumn):
        read_rows(table(headings=("log_id", "title", "Title")), LOG)
    with pytest.raises(MergedCells):
        read_rows(table("LOG-1||").replace("<td>", "<td rowspan='2'>", 1), LOG)


def test_tables_with_the_same_headings_are_read_as_one_table_in_parts():
    body = table("LOG-1||") + "<h2>next</h2>" + table("LOG-2||")

    assert [row.key for row in read_rows(body, LOG)] == ["LOG-1", "LOG-2"]
    assert [found.place.table for found in describe_tables(body, LOG)] == [1, 2]
    with pytest.raises(DuplicateRow):
        read_rows(table("LOG-1||") * 2, LOG)


def test_footers_are_no_rows():
    body = (
        "<table><thead><tr><th>log_id</th><th>title</th></tr></thead><tbody><tr><td>LOG-1</td>"
        "</tr></tbody><tfoot><tr><td>Sum</td><td>1</td></tr></tfoot></table>"
    )

    assert [row.key for row in read_rows(body, LOG)] == ["LOG-1"]


def test_an_admin_sees_which_tables_an_edit_would_use():
    body = f"<table/>\n{table('D01|||', 'D02|||', headings=HEADINGS)}{table(headings=HEADINGS)}"

    first, second = describe_tables(body, PLAYS)

    assert first.place == Place(line=2, column=1, offset=9, table=2)
    assert first.found == {
        "play_id": "Play ID",
        "status": "상태",
        "activity_qtd": "Activity-QTD",
    }
    assert first.missing == ("s2_qtd", "last_updated")
    assert first.others == ("Owner",)
    assert (first.rows, second.rows) == (2, 0)


def test_all_entries_are_read_with_what_they_say_doubles_included():
    body = (
        "<p><code>LOG-1</code> one<br/>more</p><ul><li>✅ LOG-2</li><li>see LOG-3</li></ul>"
        "<table><tr><td>1</td><td>LOG-4</td><td>four</td></tr></table><p>LOG-1 again</p>"
    )

    found = read_entries(body, re.compile(r"LOG-\d+"))

    assert [(entry.key, entry.text) for entry in found] == [
        ("LOG-1", "LOG-1 one · more"),
        ("LOG-2", "✅ LOG-2"),
        ("LOG-4", "1 · LOG-4 · four"),
        ("LOG-1", "LOG-1 again"),
    ]
