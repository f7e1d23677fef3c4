"""What a cell calls its row, and when a table without such a column is ours all the same."""

import pytest

from plays.storage import Guidance, Text, UpsertRow, apply_edits, recognise
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
    body = table(f"<{tag}>LOG-1</{tag}><p>memo</p>|a|")

    made = apply_edits(body, [UpsertRow(LOG, "LOG-1", {"title": Text("b")})]).body

    assert made == body.replace("<td>a</td>", "<td>b</td>")


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
