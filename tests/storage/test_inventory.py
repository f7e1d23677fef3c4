"""A survey sees what is on a page, doubles included, and refuses only what nobody could read."""

import pytest

from plays.storage import (
    AmbiguousColumn,
    AmbiguousTable,
    Column,
    NotStorage,
    TableShape,
    Telling,
    all_rows,
    entry_counts,
    inventory,
)

SHAPE = TableShape(key="id", columns=(Column(name="id"), Column(name="name", aliases=("이름",))))
HEAD = "<tr><th>ID</th><th>Name</th><th>메모</th></tr>"


def table(*rows, head=HEAD):
    return f"<table><tbody>{head}{''.join(rows)}</tbody></table>"


def row(*cells):
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def test_rows_that_stand_there_twice_are_both_seen_in_page_order():
    body = table(row("A", "1", "x"), row("B", "2", ""), row("A", "3", ""))

    rows = all_rows(body, SHAPE)

    assert [(r.key, r.cells["name"]) for r in rows] == [("A", "1"), ("B", "2"), ("A", "3")]
    assert rows[0].others == {"메모": "x"}


def test_rows_without_a_key_of_their_own_are_passed_over():
    divider = '<tr><td colspan="3">2026</td></tr>'
    body = table(divider, row("", "1", ""), row("A", "1", ""), "<tr></tr>")

    assert [r.key for r in all_rows(body, SHAPE)] == ["A"]


def test_a_total_below_the_rows_is_none_of_them():
    body = table(row("A", "1", ""), row("B", "2", ""), row("합계", "3", ""))

    assert [r.key for r in all_rows(body, SHAPE)] == ["A", "B"]
    assert inventory(body, SHAPE) == {"A", "B"}


def test_a_page_without_the_table_has_no_rows():
    assert all_rows("<p>x</p>", SHAPE) == []


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("<p>", NotStorage),
        (table() + table(head="<tr><th>ID</th><th>이름</th></tr>"), AmbiguousTable),
        (table(head="<tr><th>ID</th><th>Name</th><th>name</th></tr>"), AmbiguousColumn),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(body, error):
    with pytest.raises(error):
        all_rows(body, SHAPE)


def test_entries_are_counted_where_a_line_begins_with_their_key():
    body = (
        "<p><code>L-1</code> a</p><ul><li><code>L-2</code></li></ul><p><b>L-1</b> b</p>"
        "<p><code>L-10</code> L-2</p><p>see <code>L-2</code></p>"
    )

    assert entry_counts(body, {"L-1": None, "L-2": None, "L-3": None}) == {"L-1": 2, "L-2": 1}


def test_only_lines_that_tell_of_the_event_are_counted_twice():
    body = (
        "<p><code>L-1</code> 참고</p><p>L-1 · 2026-11-20 10:00 · Signal · 콜센터 개선</p>"
        "<p>L-2 콜센터는 끝남</p><p>L-2 · 다시</p><ul><li>L-3</li></ul>"
    )
    tells = Telling(title="콜센터 개선", kind="Signal", time="2026-11-20 10:00")

    counts = entry_counts(body, {"L-1": tells, "L-2": tells, "L-3": tells, "L-4": tells})

    assert counts == {"L-1": 1, "L-2": 1}


def test_a_comment_on_half_a_key_does_not_hide_the_entry():
    marker = '<ac:inline-comment-marker ac:ref="1"><code>L-</code></ac:inline-comment-marker>'

    assert entry_counts(f"<p>{marker}<code>1</code></p>", {"L-1": None}) == {"L-1": 1}
