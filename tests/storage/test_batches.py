"""Many edits in one call: fast, in order, and independent of each other's failures."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from plays.storage import (
    Code,
    Column,
    InsertEntry,
    InsertLink,
    InsertRow,
    Kind,
    Link,
    MissingColumn,
    Moment,
    Number,
    TableShape,
    Text,
    UnsafeUrl,
    UpsertRow,
    apply_edits,
    read_rows,
)
from tests.storage.shapes import LOG, PLAYS, table

URL = "https://e.example/1"


def test_a_bad_edit_does_not_stop_the_rest():
    body = table("LOG-1|one|")
    edits = [
        InsertRow(LOG, "LOG-2", {"title": Text("two")}),
        UpsertRow(LOG, "LOG-1", {"title": Text("ONE"), "actor": Text("no such column")}),
        InsertLink("x", "javascript:x"),
        InsertEntry("LOG-3", ()),
    ]

    result = apply_edits(body, edits)

    assert [outcome.changed for outcome in result.outcomes] == [True, False, False, True]
    problems = [type(outcome.problem) for outcome in result.outcomes]
    assert problems == [type(None), MissingColumn, UnsafeUrl, type(None)]
    assert [row.cells["title"] for row in read_rows(result.body, LOG)] == ["one", "two"]


def test_edits_of_one_row_are_made_one_after_the_other():
    edits = [UpsertRow(LOG, "LOG-1", {"title": Text(title)}) for title in ("a", "b", "b", "one")]

    result = apply_edits(table("LOG-1|one|"), edits)

    assert [outcome.changed for outcome in result.outcomes] == [True, True, False, True]
    assert result.body == table("LOG-1|one|")


def test_a_row_made_in_the_same_call_is_found_again():
    edits = [
        UpsertRow(LOG, "LOG-1", {"title": Text("a")}, stamp={"url": Text("then")}),
        InsertRow(LOG, "LOG-1", {"title": Text("ignored")}),
        UpsertRow(LOG, " LOG-1 ", {"title": Text("b")}, stamp={"url": Text("now")}),
        UpsertRow(LOG, "LOG-1", {"title": Text("b")}, stamp={"url": Text("later")}),
    ]

    result = apply_edits(table("LOG-0||"), edits)

    assert [outcome.changed for outcome in result.outcomes] == [True, False, True, False]
    assert result.body == table("LOG-0||", "LOG-1|b|now")


def test_what_a_new_part_shows_counts_for_the_edits_behind_it():
    url = "https://e.example/1"
    edits = [
        InsertRow(LOG, "LOG-1", {"url": Link("x", url), "title": Code("LOG-9")}),
        InsertLink("x", url),
        InsertEntry("LOG-9", ()),
        InsertEntry("LOG-8", (), after="LOG-9"),
        UpsertRow(LOG, "LOG-1", {"url": Text("gone"), "title": Text("gone")}),
        InsertLink("x", url),
        InsertEntry("LOG-9", ()),
    ]

    result = apply_edits(table(), edits)

    changed = [outcome.changed for outcome in result.outcomes]
    assert changed == [True, False, False, True, True, True, True]


def test_what_an_edit_takes_away_no_longer_counts():
    body = table("LOG-1|<h2>Activity</h2><p><code>LOG-9</code></p>|")
    edits = [
        UpsertRow(LOG, "LOG-1", {"title": Text("plain")}),
        InsertEntry("LOG-9", (), headings=("Activity",)),
    ]

    result = apply_edits(body, edits)

    assert result.body == table("LOG-1|<p>plain</p>|") + "<p><code>LOG-9</code></p>"


def test_a_new_table_serves_the_rest_of_the_call():
    edits = [
        InsertEntry("LOG-8", ()),
        InsertRow(LOG, "LOG-1", {}),
        UpsertRow(PLAYS, "D01", {"s2_qtd": Number(1)}),
        InsertRow(LOG, "LOG-2", {}),
        InsertEntry("note", (), headings=("Action Log",)),
    ]

    body = apply_edits("", edits).body

    assert body.count("<table>") == 2
    assert [row.key for row in read_rows(body, LOG)] == ["LOG-1", "LOG-2"]
    assert body.endswith("</table><p><code>note</code></p>")


NESTED = table(f"D01|{table('LOG-1|one|')}", headings=("play_id", "status"))
REPLACED = UpsertRow(PLAYS, "D01", {"status": Text("G")})


@pytest.mark.parametrize(
    ("body", "edits"),
    [
        ("", [InsertEntry("A", ()), InsertEntry("B", (), "A"), InsertEntry("C", (), "A")]),
        ("<ul><li><code>A</code></li></ul>",
         [InsertEntry("B", (), after="A"), InsertEntry("C", (), after="B"), InsertLink("x", URL),
          InsertEntry("D", (), after="A"), InsertLink("y", URL + "2")]),
        ("", [InsertEntry("A", (Code("B"),)), InsertEntry("B", ()), InsertEntry("C", (), "B")]),
        (table("LOG-1||"),
         [InsertEntry("A", ()), InsertRow(LOG, "LOG-2", {"title": Code("A")}),
          InsertEntry("B", (), after="A")]),
        (table("LOG-1|<code>A</code>|"), [InsertEntry("B", (), "A"), InsertRow(LOG, "LOG-2", {})]),
        (NESTED, [UpsertRow(LOG, "LOG-1", {"title": Text("two")}), REPLACED]),
        (NESTED, [InsertRow(LOG, "LOG-2", {}), REPLACED, InsertRow(LOG, "LOG-2", {})]),
        (NESTED, [REPLACED, UpsertRow(LOG, "LOG-1", {"title": Text("two")})]),
        (NESTED, [UpsertRow(LOG, "LOG-1", {"title": Text("one")}), REPLACED,
                  UpsertRow(LOG, "LOG-1", {"title": Text("one")})]),
        (table("LOG-1||"),
         [InsertRow(LOG, "LOG-2", {"title": Text("x")}),
          UpsertRow(LOG, "LOG-2", {"title": Text("")}, {"url": Text("now")})]),
        (table("LOG-1||").replace("LOG-1", "<p>LOG-1</p>"),
         [UpsertRow(LOG, "LOG-2", {"title": Text(title)}) for title in ("x", "")]),
        # What a cell says no longer, and what a new bullet says, decides about an entry.
        (table("LOG-1||"),
         [UpsertRow(LOG, "LOG-2", {"title": Text("LOG-9")}),
          UpsertRow(LOG, "LOG-2", {"title": Text("x")}), InsertEntry("LOG-9", ())]),
        (table("LOG-1|LOG-9|"),
         [UpsertRow(LOG, "LOG-1", {"title": Text("x")}), InsertEntry("LOG-9", ())]),
        ("", [InsertLink("LOG-9", URL), InsertEntry("LOG-9", ())]),
        # An entry below one that stands outside of the section is no part of the section's log.
        ("<p>LOG-9</p><h2>Log</h2><p>LOG-5</p><p>LOG-4</p>",
         [InsertEntry("LOG-3", (), "LOG-9", ("Log",)), InsertEntry("LOG-2", (), None, ("Log",))]),
    ],
)  # fmt: skip
def test_edits_that_depend_on_each_other_give_what_single_calls_give(body, edits):
    together = apply_edits(body, edits)

    singly, changes = body, []
    for edit in edits:
        result = apply_edits(singly, [edit])
        singly, changes = result.body, [*changes, result.changed]
    assert together.body == singly
    assert [outcome.changed for outcome in together.outcomes] == changes


def test_a_thousand_edits_of_a_large_page_take_seconds_not_minutes():
    old = [f"OLD-{n}|{'제목 &amp; ' * 30}|" for n in range(4_000)]
    page = "<h2>Log</h2>" + table(*old)
    assert len(page) > 1_000_000
    edits = [InsertRow(LOG, f"LOG-{n}", {"title": Text("x")}) for n in range(1_000)]
    edits += [UpsertRow(LOG, f"OLD-{n}", {"title": Text("y")}) for n in range(1_000)]
    edits += [InsertEntry(f"NEW-{n}", (), after=f"NEW-{n - 1}") for n in range(1_000)]

    start = time.perf_counter()
    result = apply_edits(page, edits)
    took = time.perf_counter() - start

    assert all(outcome.changed for outcome in result.outcomes)
    assert took < 20


def test_rows_of_ids_that_the_page_tells_elsewhere_keep_their_order_around_an_entry():
    shape = TableShape(
        columns=(Column("log_id", "Log ID"), Column("at", "Created at", kind=Kind.MOMENT)),
        key="log_id",
        order="at",
    )
    page = "<p><code>LOG-4</code> was told here</p>" + table(headings=("Log ID", "Created at"))
    rows = [
        UpsertRow(shape, f"LOG-{day}", {"at": Moment(datetime(2026, 1, day, tzinfo=UTC))})
        for day in (4, 3, 2, 1)
    ]

    result = apply_edits(page, [*rows[:2], InsertEntry("LOG-4", ()), *rows[2:]])

    found = read_rows(result.body, shape)
    assert [row.key for row in found] == ["LOG-4", "LOG-3", "LOG-2", "LOG-1"]
