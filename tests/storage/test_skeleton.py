"""No edit takes a table, row, cell, macro or layout from a page: what would is refused whole."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from plays.storage import (
    Edit,
    HoldsContent,
    SkeletonBroken,
    Text,
    UpsertRow,
    apply_edits,
    check_skeleton,
)
from tests.storage.pages import pages
from tests.storage.random_edits import EDITS
from tests.storage.shapes import LOG, table

JIRA = (
    '<ac:structured-macro ac:name="jira"><ac:parameter ac:name="key">A-1</ac:parameter>'
    "</ac:structured-macro>"
)
STATUS = JIRA.replace('"jira"', '"status"').replace('"key"', '"title"')
PAGE = f"<h2>x</h2>{table('LOG-1|a|', 'LOG-2|b|')}<p>{JIRA}</p>"


@pytest.mark.parametrize(
    "gone",
    ["<tr><td>LOG-1</td><td>a</td><td></td></tr>", "<td>a</td>", JIRA, "<th>title</th>"],
)
def test_what_is_gone_is_noticed(gone):
    assert gone in PAGE

    with pytest.raises(SkeletonBroken):
        check_skeleton(PAGE, PAGE.replace(gone, "", 1))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<td>a</td><th>b</th>", "<th>b</th><td>a</td>"),
        (JIRA, JIRA.replace("jira", "toc")),
        ("<ac:layout><ac:layout-section /></ac:layout>", "<ac:layout></ac:layout>"),
        ("<p>x</p><table><tr /></table>", "<p>x</p>"),
    ],
)
def test_order_and_names_count(before, after):
    with pytest.raises(SkeletonBroken):
        check_skeleton(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "<table><tr><td>x</td></tr></table>"),
        (f"<td>{STATUS}</td>", "<td>G</td>"),
        ("<td>one</td>", "<td>two</td>"),
        ("<!-- <tr> --><p>x</p>", "<p>y</p>"),
        ("<trx/><p>a</p>", "<p>b</p>"),
        ("<p>a</p><!-- <tr> -->", "<p>a</p>b"),
        ("<td>a <em>b</em></td>", "<td></td>"),
    ],
)
def test_text_and_lozenges_may_change_and_anything_may_come(before, after):
    check_skeleton(before, after)


@pytest.mark.parametrize("inside", [JIRA, "<table><tr><td>x</td></tr></table>"])
def test_a_cell_that_holds_a_macro_or_a_table_is_not_written_over(inside):
    body = table(f"LOG-1|{inside}|", "LOG-2|b|")
    edits = [UpsertRow(LOG, key, {"title": Text("new")}) for key in ("LOG-1", "LOG-2")]

    result = apply_edits(body, edits)

    assert isinstance(result.outcomes[0].problem, HoldsContent)
    assert result.body == body.replace("<td>b</td>", "<td>new</td>")


@given(page=pages(), edits=st.lists(EDITS, max_size=6))
@settings(max_examples=150, deadline=None)
def test_no_edit_breaks_a_page_s_skeleton(page: str, edits: list[Edit]) -> None:
    check_skeleton(page, apply_edits(page, edits).body)


ROWS = st.lists(
    st.sampled_from(
        ("<tr><td>a</td></tr>", "<tr><td>b</td><td/></tr>", "<tr/>", "<table><tr>", "</tr></table>")
    ),
    max_size=5,
).map("".join)


@given(ROWS, ROWS)
@settings(max_examples=100, deadline=None)
@example("<table><tr><table><tr>", "<table><tr>")
@example("<tr><td>a</td></tr><table><tr></tr></table>", "<tr><td>a</td></tr><table><tr>")
def test_row_by_row_finds_what_is_found_in_the_whole(before, after):
    read_whole = "<!-- a comment may hold anything -->"

    assert lost(before, after) == lost(before + read_whole, after + read_whole)


def lost(before, after):
    try:
        check_skeleton(before, after)
    except SkeletonBroken as error:
        return str(error)
    return ""
