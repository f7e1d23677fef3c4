"""What a cell calls its row, and when a table without such a column is ours all the same."""

import pytest

from plays.storage import (
    Guidance,
    InsertEntry,
    Known,
    Text,
    UpsertRow,
    apply_edits,
    read_rows,
    recognise,
)
from plays.storage.layout.keys import without_signs
from tests.storage.shapes import LOG, PLAYS, table


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("LOG-1", "LOG-1"),
        ("✅LOG-1", "LOG-1"),
        ("✅✅ LOG-1: ⭐", "LOG-1"),
        ("(LOG-1)", "(LOG-1)"),
        ("A", "A"),
        ("✅", ""),
        ("", ""),
    ],
)
def test_signs_at_the_ends_are_no_part_of_a_name(text, name):
    assert without_signs(text) == name


@pytest.mark.parametrize("tag", ["p", "h1", "h6", "div"])
def test_a_row_is_known_by_a_paragraph_or_heading_of_its_cell(tag):
    body = table(f"<p>memo</p><{tag}>LOG-1</{tag}>|a|")

    made = apply_edits(body, [UpsertRow(LOG, "LOG-1", {"title": Text("b")})]).body

    assert made == body.replace("<td>a</td>", "<td>b</td>")


@pytest.mark.parametrize(
    "cell",
    [
        "Call bot<br/>memo",
        "<em>Call</em> bot<br/>memo<br/>more",
        "<p>Call bot ✅<br/>memo</p>",
        "<p>memo</p><p>Call bot<br/>more</p>",
    ],
)
def test_a_row_is_known_by_the_text_before_a_line_break(cell):
    body = table(f"{cell}|a|")

    made = apply_edits(body, [UpsertRow(LOG, "Call bot", {"title": Text("b")})]).body

    assert made == body.replace("<td>a</td>", "<td>b</td>")


def test_the_text_behind_a_line_break_is_no_name():
    body = table("memo<br/>Call bot|a|")

    made = apply_edits(body, [UpsertRow(LOG, "Call bot", {"title": Text("b")})]).body

    assert made == table("memo<br/>Call bot|a|", "Call bot|b|")


@pytest.mark.parametrize(
    ("rows", "question"),
    [
        (("OLD-1|memo|x",), None),
        (("OLD-1|memo|LOG-1",), "table_unsure"),
        (("OLD-1|memo|LOG-1", "OLD-2||x", "OLD-3||"), "table_unsure"),
        (("OLD-1|memo|LOG-1", "OLD-2||x", "OLD-3||y"), None),
        (("OLD-1|memo|LOG-1", "LOG-1||"), None),
        (("|memo|LOG-1",), None),
    ],
)
def test_a_key_column_of_none_of_our_rows_is_doubtful_only_where_another_has_them(rows, question):
    guidance = Guidance(known=Known(aliases={"LOG-1": ()}))

    found = recognise(table(*rows, headings=("log_id", "title", "old number")), LOG, guidance)

    assert (found.question and found.question.code) == question


@pytest.mark.parametrize(
    ("headings", "question"),
    [
        (("Status", "Activity QTD"), "table_gone"),
        (("Status", "Activity QTD", "S2 QTD"), "key_column_missing"),
    ],
)
def test_three_of_our_headings_make_a_table_ours_that_lacks_its_key(headings, question):
    found = recognise(table("|".join("x" * len(headings)), headings=headings), PLAYS, Guidance())

    assert found.question.code == question


# What XML 1.0 forbids, and control characters that it allows but nobody can see.
NOT_ON_A_PAGE = [
    "\x00",
    "\x01",
    "\x0b",
    "\x0c",
    "\x1f",
    "\x7f",
    "\x80",
    "\ud800",
    "\ufffe",
    "\uffff",
]


@pytest.mark.parametrize("sign", NOT_ON_A_PAGE)
def test_a_name_in_the_database_is_known_without_the_signs_that_no_page_can_hold(sign):
    key, alias = f"Call{sign} bot", f"{sign}CB-2"
    body = table("Call bot|a|", "CB-2|b|", "<p><br/></p>|no key|")
    known = Known(aliases={key: (sign,), "LOG-2": (alias,)})

    rows = read_rows(body, LOG, Guidance(known=known))

    assert [(row.key, row.cells["title"]) for row in rows] == [(key, "a"), ("LOG-2", "b")]


def test_a_row_called_by_an_alias_of_two_is_neither_s_and_stays():
    guidance = Guidance(known=Known(aliases={"LOG-1": ("CB",), "LOG-2": ("cb",)}))
    edits = [UpsertRow(LOG, key, {"title": Text("new")}) for key in ("LOG-1", "LOG-2")]

    made = apply_edits(table("CB|theirs|"), edits, {LOG: guidance}).body

    assert [(row.key, row.cells["title"]) for row in read_rows(made, LOG)] == [
        ("CB", "theirs"),
        ("LOG-1", "new"),
        ("LOG-2", "new"),
    ]


@pytest.mark.parametrize("sign", NOT_ON_A_PAGE)
@pytest.mark.parametrize("key", ["LOG{}-1", "LOG{}-9"])
def test_signs_that_no_page_can_hold_are_left_out_and_stop_no_other_edit(sign, key):
    said, heading = Text(f"a{sign}b"), f"Log{sign} book"
    edits = [
        UpsertRow(LOG, key.format(sign), {"title": said}),
        InsertEntry(f"E{sign}-1", (said,), headings=(heading,)),
        UpsertRow(LOG, "LOG-2", {"title": Text("c")}),
    ]
    guidance = {LOG: Guidance(known=Known(aliases={key.format(sign): (), "LOG-2": ()}))}

    made = apply_edits(table("LOG-1|x|") + "<h2>Log book</h2>", edits, guidance)

    assert [(one.changed, one.problem) for one in made.outcomes] == [(True, None)] * 3
    clean = [key.format(""), "LOG-1"] if "9" in key else ["LOG-1"]
    assert {row.key for row in read_rows(made.body, LOG)} == {*clean, "LOG-2"}
    assert made.body.count(">ab<") == 1
    assert "</table><h2>Log book</h2><p><code>E-1</code> ab</p>" in made.body
    assert apply_edits(made.body, edits, guidance).body == made.body
