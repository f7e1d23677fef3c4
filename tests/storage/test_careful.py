"""The quick way to read a page and the careful way come to the same, to the byte."""

from __future__ import annotations

from datetime import datetime
from random import Random
from unittest.mock import patch
from xml.parsers.expat import ErrorString, ExpatError

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from plays.rules.pages import ACTION_LOG, PLAY_DB
from plays.storage import (
    Form,
    InsertEntry,
    LayoutQuestion,
    Link,
    NotStorage,
    Status,
    Strong,
    Text,
    apply_edits,
)
from plays.storage.edit.render import entry_reading, render, render_entry
from plays.storage.layout.forms import shown, written
from plays.storage.layout.recognise import find
from plays.storage.scan.entry_lines import EntryLines
from plays.storage.scan.grid import column_texts, grid_rows
from plays.storage.scan.lines import lines_of
from plays.storage.scan.mentions import places_of
from plays.storage.scan.page import Node, scan
from plays.storage.scan.runs import Run
from plays.storage.scan.visible import visible_text
from plays.storage.values import Day, Moment
from tests.storage.careful import careful_grid, careful_root, careful_text
from tests.storage.generated_tables import make_case
from tests.storage.markup import DAMAGE, MARKUP, log_markup, table_markup
from tests.storage.pages import pages
from tests.storage.random_edits import CELLS, PARTS, URLS

TEAM_PAGES = st.integers(0, 2**32).map(lambda seed: make_case(Random(seed)).body)
BODIES = MARKUP | pages() | table_markup() | log_markup() | TEAM_PAGES
TABLES = table_markup() | pages() | TEAM_PAGES
CLOCK = Moment(datetime(2026, 1, 1))  # noqa: DTZ001 - a clock on a page
FORMS = [
    Form("plain"), Form("code"), Form("link"), Form("link", "열기"), Form("card"), Form("address"),
    Form("time"), Form("date", "YYYY.MM.DD"), Form("date", "YYYY-MM-DD HH:MM"),
    Form("word", "활동|시그널|평가"),
]  # fmt: skip
KEYS = ("LOG-1", "LOG-10", "1", "L", "K-1", "로그", "LOG-7", "LOG-8")


def tree(node):
    """An element as plain values, without going down as deep as the page is nested."""
    flat = [(n.name, n.attributes, n.start, n.inner, n.close, n.end) for n in (node, *all_in(node))]
    texts = [
        [child if isinstance(child, str) else child.start for child in n.children]
        for n in (node, *all_in(node))
    ]
    return flat, texts


def all_in(node):
    return list(node.descendants() if isinstance(node, Node) else node.walk())


@given(BODIES)
@settings(max_examples=100, deadline=None)
@example("<div>" * 100 + "</div>" * 100)
@example("<p><pre><p>x</p></pre></p>" * 40)
def test_every_element_is_where_expat_sees_it_and_holds_the_same(body):
    assert tree(scan(body).root) == tree(careful_root(body))


@given(BODIES, st.lists(DAMAGE, min_size=1, max_size=2))
@settings(max_examples=60, deadline=None)
def test_a_damaged_page_is_refused_with_the_same_words_at_the_same_place(body, damages):
    for at, length, text in damages:
        body = body[:at] + text + body[at + length :]

    careful, error = careful_or_error(body)

    if error is None:
        assert tree(scan(body).root) == tree(careful)
        return
    with pytest.raises(NotStorage) as caught:
        scan(body)
    before = body.encode()[: max(error.offset, 0)].decode(errors="ignore")
    assert ErrorString(error.code) in str(caught.value)
    assert caught.value.place.offset == len(before)


def careful_or_error(body):
    try:
        return careful_root(body), None
    except ExpatError as error:
        return None, error


@given(BODIES, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_an_element_is_one_node_in_whatever_order_it_is_asked_for(body, random):
    page = scan(body)
    starts = [node.start for node in careful_root(body).walk()]
    random.shuffle(starts)

    first = {start: page.at(start) for start in starts}

    assert all(node is first[node.start] for node in page.root.descendants())
    assert len(first) == len(list(page.root.descendants()))


@given(BODIES)
@settings(max_examples=60, deadline=None)
def test_what_reads_at_once_reads_as_piece_by_piece(body):
    careful = {node.start: careful_text(node) for node in careful_root(body).walk()}

    assert {n.start: visible_text(n) for n in scan(body).root.descendants()} == careful


@given(st.sampled_from(KEYS), PARTS)
@settings(max_examples=100, deadline=None)
@example("LOG-1", (Status("", "Grey"), Day("2026-01-01"), CLOCK, Day("")))
@example("LOG-1", (Text("👩\u200d"), Strong("\u200d💻"), Text("e"), Text("\u0301"), Text("a\x85b")))
def test_an_entry_reads_as_the_page_with_it_does(key, parts):
    page = scan(f"<p>{render_entry(key, parts)}</p>")

    assert entry_reading(key, parts) == lines_of(page)[0].text


@given(TABLES)
@settings(max_examples=60, deadline=None)
def test_rows_and_cells_are_laid_out_the_same_whichever_is_asked_for(body):
    tables = [node for node in careful_root(body).walk() if node.name == "table"]
    for careful, table in zip(tables, scan(body).named("table"), strict=True):
        rows = grid_rows(table)
        wanted = careful_grid(careful)
        width = max((column + 1 for row in wanted for column in row[2]), default=0) + 1

        by_column = [{c: values(row.at(c)) for c in range(min(width, 9))} for row in rows]
        again = grid_rows(scan(body).at(table.start))

        for row, found, whole, (start, group, covered, hanging) in zip(
            rows, by_column, again, wanted, strict=True
        ):
            assert (row.node.start, row.group) == (start, group)
            assert found == {c: covered.get(c) for c in range(min(width, 9))}
            assert [values(c) for c in whole.cells] == [values(c) for c in row.cells]
            assert sorted(c.node.start for c in row.hanging) == sorted(hanging)


def values(cell):
    return cell and (cell.node.start, cell.column, cell.width, cell.height, cell.from_above)


@given(TABLES, st.integers(0, 2))
@settings(max_examples=60, deadline=None)
def test_a_column_that_is_read_at_once_says_what_its_cells_say(body, column):
    for table in scan(body).named("table"):
        rows = grid_rows(table)
        for row, (text, is_bare) in column_texts(table, rows, column).items():
            cell = row.at(column)
            inside = cell.node.children
            if len(inside) == 1 and isinstance(inside[0], Node) and inside[0].name == "p":
                inside = inside[0].children

            assert cell.is_plain
            assert careful_text(cell.node) == text
            assert not is_bare or not any(isinstance(child, Node) for child in inside)


@given(
    st.sampled_from((*ACTION_LOG.columns, *PLAY_DB.columns)),
    st.lists(
        CELLS | st.just(CLOCK) | st.builds(Link, st.text(max_size=3), URLS, st.booleans()),
        max_size=4,
    ),
    st.sampled_from(FORMS),
)
@settings(max_examples=300, deadline=None)
def test_values_are_written_at_once_as_one_by_one(column, values, form):
    for alike in (
        values,
        *([v for v in values if type(v) is kind] for kind in set(map(type, values))),
    ):
        assert written(column, alike, form) == [render(shown(column, v, form)) for v in alike]


@given(st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_rows_with_one_name_each_are_found_as_all_rows_are(seed):
    case = make_case(Random(seed))
    quick, careful = found_or_question(case), found_or_question(case)
    for one, other in zip(quick, careful, strict=True):
        other.__dict__["_alone_by_name"] = None
        names = {name for index in other._index for name in index} | {"none"}
        for name in names | {name.upper() for name in names}:
            assert numbers(one.rows_named(name)) == numbers(other.rows_named(name))


def found_or_question(case):
    try:
        found = find(scan(case.body), case.shape, case.guidance)
    except LayoutQuestion:
        return ()
    return found.tables if found else ()


def numbers(rows):
    return [row.number for row in rows]


@given(BODIES, st.sets(st.sampled_from(KEYS), min_size=1))
@settings(max_examples=150, deadline=None)
def test_no_line_that_begins_with_a_key_is_missed_and_each_has_its_context(body, keys):
    page = scan(body)
    places = places_of(page, keys)
    near = None if places is None else [(place, place + 1) for place in places]

    few = EntryLines((line.text, line) for line in lines_of(page, near))
    every = EntryLines((line.text, line) for line in lines_of(page))

    for key in keys:
        assert seen(few.beginning_with(key)) == seen(every.beginning_with(key))


def seen(lines):
    return [
        (one.text, one.context, one.holder.start, one.index, one.row and one.row.start)
        for one in lines
    ]


@given(BODIES)
@settings(max_examples=150, deadline=None)
def test_runs_are_the_blocks_that_they_stand_for(body):
    root = scan(body).root
    for node in (root, *root.descendants()):
        runs = [one for one in node.blocks() if isinstance(one, Run)]
        blocks = [
            block
            for one in node.blocks()
            for block in ([one] if isinstance(one, Node) else one.between(one.start, one.end))
        ]

        assert blocks == node.elements()
        assert all(run.at(block.inner) is block for run in runs for block in inside(run))


def inside(run):
    return run.between(run.start, run.end)


@given(
    log_markup(),
    st.permutations(range(6, 11)),
    st.sampled_from(("LOG-{}", "L_{}", "{}", "기록-{}")),
)
@settings(max_examples=100, deadline=None)
def test_entries_go_where_they_go_when_every_block_is_read(body, numbers, key):
    edits = [
        InsertEntry(
            key.format(n),
            (Text(f"2026-11-{n + 10:02} 10:00"),),
            after=key.format(n - 1) if n % 3 == 0 else None,
            headings=("활동 로그",),
        )
        for n in numbers[:3]
    ]
    quick = apply_edits(body, edits)

    with patch.object(Node, "blocks", Node.elements):
        careful = apply_edits(body, edits)

    assert quick.body == careful.body
    assert [o.changed for o in quick.outcomes] == [o.changed for o in careful.outcomes]
