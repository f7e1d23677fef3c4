"""Which table is meant, which column, which row; and what is refused."""

from __future__ import annotations

import pytest

from plays.storage import (
    AmbiguousColumn,
    AmbiguousTable,
    Column,
    DuplicateRow,
    EmptyKey,
    InsertRow,
    MergedCells,
    MissingColumn,
    Number,
    Place,
    TableShape,
    Text,
    UpsertRow,
    apply_edits,
    read_rows,
)
from tests.storage.shapes import LOG, PLAYS, table

ROW = InsertRow(LOG, "LOG-2", {"title": Text("Two")})


def after(body: str, *edits) -> str:
    result = apply_edits(body, edits)
    assert [outcome.problem for outcome in result.outcomes] == [None] * len(edits)
    return result.body


def problem(body: str, edit):
    result = apply_edits(body, [edit])
    assert result.body == body
    assert not result.outcomes[0].changed
    return result.outcomes[0].problem


def is_found(headings: str, shape: TableShape = LOG) -> bool:
    body = f"<table><tbody>{headings}</tbody></table>"
    return after(body, InsertRow(shape, "K", {})).count("<table") == 1


@pytest.mark.parametrize(
    "heading",
    [
        "log_id",
        "Log ID",
        "LOG-ID",
        " log&nbsp;id ",
        "LogId",
        "로그 ID",
        "<p local-id='1'><strong>log</strong> id</p>",
        "<span><ac:inline-comment-marker ac:ref='r'>Log</ac:inline-comment-marker>_id</span>",
        "Log<br/>ID",
        "ｌｏｇ id",
    ],
)
def test_a_heading_matches_however_it_is_written(heading):
    assert is_found(f"<tr><th>{heading}</th><th>title</th></tr>")


@pytest.mark.parametrize(
    ("headings", "found"),
    [
        ("<tr><th>log_id</th><th>remarks</th></tr>", False),
        ("<tr><th>title</th><th>url</th></tr>", False),
        ("<tr><th>old log_id</th><th>title</th></tr>", False),
        ("<tr><th>log_id</th><td>title</td></tr>", False),
        ("<tr><td>log_id</td><td>title</td></tr>", False),
        ("<tr><td class='numberingColumn'/><th>log_id</th><th>title</th></tr>", True),
        ("<tr><th colspan='2'>Log</th></tr><tr><th>log_id</th><th>title</th></tr>", True),
        ("<tr><th/></tr><tr><td>x</td></tr><tr><th>log_id</th><th>title</th></tr>", False),
        ("", False),
    ],
)
def test_a_table_is_ours_by_its_key_and_one_more_heading(headings, found):
    assert is_found(headings) == found


def test_a_first_row_of_plain_cells_counts_only_with_all_our_columns():
    shape = TableShape((Column("id"), Column("name")), key="id")

    assert is_found("<tr><td>ID</td><td>x</td><td>Name</td></tr>", shape)
    assert not is_found("<tr><td>ID</td><td>x</td></tr>", shape)


def test_a_key_is_a_whole_cell_and_never_a_part_of_one():
    body = table("LOG-20|LOG-2|", "see LOG-2||")

    assert [row.key for row in read_rows(after(body, ROW), LOG)] == ["LOG-20", "see LOG-2", "LOG-2"]


@pytest.mark.parametrize(
    "cell",
    [
        " LOG-2\n",
        "&nbsp;LOG-2&#160;",
        "<p>LOG<strong>-2</strong></p>",
        "<code>LOG-2</code>",
        "<a href='https://x'>LOG-2</a>",
        "\u200bLOG-2\ufeff",
        "<ac:link><ri:page ri:content-title='LOG-2'/></ac:link>",
    ],
)
def test_a_key_is_found_however_it_is_written(cell):
    body = table(f"{cell}|One|")

    assert after(body, ROW) == body


def test_key_cells_that_read_alike_are_one_key_in_nfc_and_nfd():
    decomposed = "\u1112\u1161\u11ab"

    assert after(table(f"{decomposed}||"), InsertRow(LOG, "한", {})) == table(f"{decomposed}||")


def test_a_repeated_heading_row_is_no_row():
    head = "<tr><th>log_id</th><th>title</th></tr>"
    body = f"<table>{head}<tr><td>LOG-1</td><td>x</td></tr>{head}</table>"

    assert [row.key for row in read_rows(body, LOG)] == ["LOG-1"]


def test_two_tables_that_fit_are_refused_with_both_places():
    error = problem(f"<p/>\n{table()}<p/>{table()}", ROW)

    assert isinstance(error, AmbiguousTable)
    assert [place.table for place in error.places] == [1, 2]
    assert error.place == Place(line=2, column=1, offset=5, table=1)
    assert str(error) == (
        "2 tables on the page have these headings. "
        "(line 2, column 1, table 1; line 2, column 85, table 2)"
    )


def test_a_column_that_we_must_write_has_to_be_there():
    edit = InsertRow(LOG, "LOG-2", {"title": Text("x"), "actor": Text("Kim"), "url": Text("")})

    error = problem(table(headings=("log_id", "title")), edit)

    assert isinstance(error, MissingColumn)
    assert error.names == ("actor", "url")


def test_a_row_that_is_there_needs_no_column():
    body = table("LOG-2|x", headings=("log_id", "title"))

    assert after(body, InsertRow(LOG, "LOG-2", {"actor": Text("Kim")})) == body


def test_a_stamp_needs_its_column_only_when_it_is_written():
    body = table("D01|3", headings=("play_id", "activity_qtd"))
    stamp = {"last_updated": Text("now")}

    assert after(body, UpsertRow(PLAYS, "D01", {"activity_qtd": Number(3)}, stamp)) == body
    error = problem(body, UpsertRow(PLAYS, "D01", {"activity_qtd": Number(4)}, stamp))
    assert isinstance(error, MissingColumn)


def test_two_columns_with_one_heading_are_refused_only_if_we_need_them():
    body = table("LOG-1|a|b|c", headings=("log_id", "Title", "title", "url"))

    error = problem(body, UpsertRow(LOG, "LOG-1", {"title": Text("x")}))
    assert isinstance(error, AmbiguousColumn)
    assert error.names == ("title",)
    assert "<td>x</td>" in after(body, UpsertRow(LOG, "LOG-1", {"url": Text("x")}))


def test_a_key_that_stands_twice_is_refused_with_both_rows():
    error = problem(table("LOG-2||", "LOG-1||", "LOG-2||"), ROW)

    assert isinstance(error, DuplicateRow)
    assert [place.row for place in error.places] == [2, 4]
    assert "line 1, column 65, table 1, row 2" in str(error)
    with pytest.raises(DuplicateRow):
        read_rows(table("LOG-2||", "LOG-2||"), LOG)


@pytest.mark.parametrize("key", ["", " ", "\x00", "\u200b"])
def test_a_key_that_nobody_could_see_is_refused(key):
    assert isinstance(problem(table(), InsertRow(LOG, key, {})), EmptyKey)
    assert isinstance(problem("", InsertRow(LOG, key, {})), EmptyKey)


SPANNED = "<table><tr><th>log_id</th><th>title</th><th>url</th></tr>{}</table>"


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        ("<tr><td rowspan='2'>LOG-2</td><td/><td/></tr><tr><td/><td/></tr>", "LOG-2"),
        ("<tr><td colspan='3'>LOG-2</td></tr>", "LOG-2"),
        ("<tr><td>LOG-1</td><td colspan='2'>x</td></tr>", "LOG-1"),
        ("<tr><td>LOG-1</td><td rowspan='2'>x</td><td/></tr>", "LOG-1"),
        ("<tr><td>LOG-0</td><td rowspan='2'/><td/></tr><tr><td>LOG-1</td><td/></tr>", "LOG-1"),
        ("<tr><td>LOG-1</td></tr>", "LOG-1"),
        ("<tr><td>LOG-1</td><td/><td rowspan='3'/></tr>", "LOG-3"),
        ("<tr><td>LOG-1</td><td/><td rowspan='0'/></tr>", "LOG-3"),
    ],
)
def test_merged_cells_in_the_way_are_refused(rows, key):
    edit = UpsertRow(LOG, key, {"title": Text("new")})

    error = problem(SPANNED.format(rows), edit)

    assert isinstance(error, MergedCells)
    assert error.place.table == 1
    assert error.place.row in (2, 3)


def test_a_heading_merged_over_two_columns_is_refused():
    body = "<table><tr><th>log_id</th><th colspan='2'>title</th></tr></table>"

    assert isinstance(problem(body, ROW), MergedCells)


@pytest.mark.parametrize(
    "rows",
    [
        "<tr><td colspan='3'>January</td></tr><tr><td>LOG-1</td><td>new</td><td>u</td></tr>",
        "<tr><td>LOG-1</td><td>old</td><td rowspan='2'>u</td></tr><tr><td>LOG-2</td><td/></tr>",
        "<tr><td>LOG-1</td><td>new</td><td colspan='5'>u</td></tr>",
    ],
)
def test_merged_cells_elsewhere_are_left_in_peace(rows):
    body = after(SPANNED.format(rows), UpsertRow(LOG, "LOG-1", {"title": Text("new")}))

    assert body == SPANNED.format(rows).replace("old", "new")


def test_a_cell_that_already_says_so_may_be_merged():
    rows = "<tr><td>LOG-1</td><td rowspan='2'>new</td><td/></tr><tr><td>LOG-2</td><td/></tr>"
    body = SPANNED.format(rows)

    edits = [UpsertRow(LOG, key, {"title": Text("new")}) for key in ("LOG-1", "LOG-2")]

    assert after(body, *edits) == body


def test_a_matching_table_inside_a_cell_of_another_is_found():
    body = f"<table><tr><th>a</th></tr><tr><td>{table('LOG-1||')}</td></tr></table>"

    result = after(body, ROW)

    assert result == body.replace(
        "</tr></tbody>", "</tr><tr><td>LOG-2</td><td>Two</td><td></td></tr></tbody>"
    )


def test_names_that_the_shape_does_not_know_are_slips_in_our_code():
    with pytest.raises(ValueError, match="no column"):
        InsertRow(LOG, "LOG-1", {"tilte": Text("x")})
    with pytest.raises(ValueError, match="is the key"):
        InsertRow(LOG, "LOG-1", {"log_id": Text("x")})
    with pytest.raises(ValueError, match="at once"):
        UpsertRow(LOG, "LOG-1", {"title": Text("x")}, {"title": Text("x")})
    with pytest.raises(ValueError, match="no column"):
        TableShape((Column("a"),), key="b")
    with pytest.raises(ValueError, match="share a heading"):
        TableShape((Column("play_id"), Column("b", label="Play ID")), key="b")
