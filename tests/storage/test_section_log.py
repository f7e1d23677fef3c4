"""An activity section is found as people head it, and kept in their form and order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plays.storage import InsertEntry, Strong, Text, apply_edits, read_entries
from plays.storage.edit.section_log import key_pattern

HEADINGS = ("활동 로그", "Activity Log")
CODE = "<code>LOG-5</code> 2026-11-20 10:00 · <strong>Signal</strong> · 새 글"
PARTS = (
    *(Text("2026-11-20 10:00"), Text(" · "), Strong("Signal")),
    *(Text(" · "), Text("새 글")),
)
EXPAND = (
    '<ac:structured-macro ac:name="expand"><ac:parameter ac:name="title">활동 로그</ac:parameter>'
    "<ac:rich-text-body>{}</ac:rich-text-body></ac:structured-macro>"
)


def inserted(body: str, key: str = "LOG-5") -> str:
    result = apply_edits(body, [InsertEntry(key, PARTS, headings=HEADINGS)])
    assert result.outcomes[0].problem is None
    return result.body


def layout(kind: str, *cells: str) -> str:
    inside = "".join(f"<ac:layout-cell>{cell}</ac:layout-cell>" for cell in cells)
    return (
        f'<ac:layout><ac:layout-section ac:type="{kind}">{inside}</ac:layout-section></ac:layout>'
    )


@pytest.mark.parametrize(
    "heading",
    [
        "활동 로그",
        "활동_로그:",
        "3. 활동 로그 (자동)",
        "📌 활동 로그",
        "① 활동 로그",
        "III. Activity Log",
        "A. ACTIVITY-LOG",
        "[필독] 활동 로그 ✅",
        "2026년 4분기 활동 로그",
        "활동 로그 2026 Q4",
        "<strong>활동</strong> <em>로그</em>\u200b",
    ],
)
def test_a_heading_is_known_with_its_decorations_aside(heading):
    body = f"<h1>개요</h1><p>x</p><h2>{heading}</h2><p>줄</p>@<h2>참고</h2>"

    assert inserted(body.replace("@", "")) == body.replace("@", f"<p>{CODE}</p>")


@pytest.mark.parametrize("heading", ["활동 로그 정책", "지난 활동 로그", "로그", "3.", "()"])
def test_another_heading_is_not_taken_for_it(heading):
    body = f"<h2>{heading}</h2><p>줄</p><h2>참고</h2>"

    assert inserted(body) == f"{body}<p>{CODE}</p>"


def test_the_plain_heading_goes_before_a_decorated_one():
    body = "<h2>1. 활동 로그</h2><p>a</p><h2>활동 로그</h2><p>b</p>"

    assert inserted(body) == f"{body}<p>{CODE}</p>"


@pytest.mark.parametrize(
    ("section", "new"),
    [
        ("<ul><li><p>2026-11-19 손으로 쓴 줄</p></li>@</ul>", f"<li><p>{CODE}</p></li>"),
        ("<ul><li>할 말</li>@</ul>", f"<li>{CODE}</li>"),
        ("<ol><li>2026-11-19 하나</li>@</ol>", f"<li>{CODE}</li>"),
        ("<ul><li>2026-11-19 하나</li>@</ul><p>여기까지.</p>", f"<li>{CODE}</li>"),
        ("<p>설명</p><ul><li>하나</li>@</ul><p />", f"<li>{CODE}</li>"),
        ("<ul><li>할 말</li></ul><p>2026-11-19 하나</p>@", f"<p>{CODE}</p>"),
        ("<ul><li>할 말</li></ul><p>끝</p>@", f"<p>{CODE}</p>"),
        ("<blockquote><p>11/19 하나</p>@</blockquote>", f"<p>{CODE}</p>"),
    ],
)
def test_a_new_entry_has_the_form_of_its_section(section, new):
    body = f"<h2>활동 로그</h2>{section}<h2>참고</h2><ul><li>2026-01-01 다른 목록</li></ul>"

    assert inserted(body.replace("@", "")) == body.replace("@", new)


@pytest.mark.parametrize(
    ("section", "new"),
    [
        ("@<p>LOG-4 b</p><p>LOG-3 a</p>", f"<p>{CODE}</p>"),
        ("<p>맨 위에 새 글</p>@<p>LOG-4 b</p><p>LOG-3 a</p><p>끝</p>", f"<p>{CODE}</p>"),
        ("<p>LOG-9 b</p>@<p>LOG-3 a</p>", f"<p>{CODE}</p>"),
        ("<p>LOG-9 b</p><p>LOG-8 a</p>@<p>끝</p>", f"<p>{CODE}</p>"),
        ("<ul>@<li>2026-11-19 b</li><li>2026-11-18 a</li></ul>", f"<li>{CODE}</li>"),
        ("<ul>@<li>11/19 b</li><li>11/18 a</li></ul>", f"<li>{CODE}</li>"),
        ("<p>LOG-3 a</p><p>LOG-4 b</p>@", f"<p>{CODE}</p>"),
        ("<p>LOG-9 a</p>@", f"<p>{CODE}</p>"),
        # Scorecards stand below their signals, whatever the order.
        ("@<p>LOG-3</p><p>LOG-4</p><p>LOG-2</p><p>LOG-4</p><p>LOG-1</p>", f"<p>{CODE}</p>"),
        ("<p>LOG-1</p><p>LOG-4</p><p>LOG-2</p><p>LOG-4</p><p>LOG-3</p>@", f"<p>{CODE}</p>"),
        ("<p>LOG-3</p><p>LOG-4</p><p>LOG-2</p><p>LOG-4</p><p>LOG-3</p>@", f"<p>{CODE}</p>"),
        # Of one day, it stands below those that were there.
        ("<p>2026-11-21 c</p><p>2026-11-20 10:00 b</p>@<p>2026-11-19 a</p>", f"<p>{CODE}</p>"),
    ],
)
def test_the_newest_is_on_top_where_people_keep_it_so(section, new):
    body = f"<h2>활동 로그</h2>{section}<h2>참고</h2>"

    assert inserted(body.replace("@", "")) == body.replace("@", new)


@pytest.mark.parametrize(
    ("key", "numbers"),
    [("LOG-2027-00012", ("2027", "00012")), ("LOG-2026-1x", None), ("log-2026-1", None)],
)
def test_keys_that_look_alike_differ_in_their_numbers_alone(key, numbers):
    found = key_pattern("LOG-2026-00007").match(key)

    assert (found and found.groups()) == numbers


def test_a_key_without_a_number_has_none_that_look_like_it():
    assert key_pattern("LOG") is None


def test_many_entries_come_newest_first_into_a_section_that_is_kept_so():
    body = "<h2>활동 로그</h2><ul><li>LOG-4 b</li><li>LOG-3 a</li></ul>"
    edits = [InsertEntry(f"LOG-{n}", (), headings=HEADINGS) for n in (7, 5, 2, 6)]

    result = apply_edits(body, edits).body

    found = [entry.key for entry in read_entries(result, key_pattern("LOG-1"))]
    assert found == [f"LOG-{n}" for n in (7, 6, 5, 4, 3, 2)]


@pytest.mark.parametrize(
    ("body", "new"),
    [
        (EXPAND.format("<p>a</p>@"), f"<p>{CODE}</p>"),
        (f"<h2>활동 로그</h2>{EXPAND.format('<p>LOG-1 a</p>@')}", f"<p>{CODE}</p>"),
        (f"<h2>활동 로그</h2>{EXPAND.format('<ul><li>LOG-1 a</li>@</ul>')}", f"<li>{CODE}</li>"),
    ],
)
def test_an_expand_can_be_the_section_or_hold_it(body, new):
    assert inserted(body.replace("@", "")) == body.replace("@", new)


@pytest.mark.parametrize("macro", ["excerpt", "details", "code-block", "our-own-macro"])
def test_nothing_is_put_into_a_macro_that_may_not_show_it(macro):
    inside = EXPAND.replace('"expand"', f'"{macro}"').format("<h2>활동 로그</h2><p>LOG-1 a</p>")

    assert inserted(inside) == f"{inside}<p>{CODE}</p>"
    assert inserted(f"<h2>활동 로그</h2>{inside}") == f"<h2>활동 로그</h2>{inside}<p>{CODE}</p>"


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        ("two_left_sidebar", ("<p>side</p>", "<p>wide</p>@")),
        ("two_right_sidebar", ("<p>wide</p>@", "<p>side</p>")),
        ("three_with_sidebars", ("<p>a</p>", "<p>wide</p>@", "<p>b</p>")),
        ("two_right_sidebar", ("<p>wide</p>@", "<h2>활동 로그</h2><p>LOG-1 a link</p>")),
        ("two_left_sidebar", ("<h2>활동 로그</h2>", "<h2>활동 로그</h2>@<h2>참고</h2>")),
        ("two_equal", ("<p>a</p>", "<p>b</p>@")),
    ],
)
def test_nothing_is_put_into_a_sidebar(kind, cells):
    body = layout(kind, *cells)

    assert inserted(body.replace("@", "")) == body.replace("@", f"<p>{CODE}</p>")


REST = "<strong>Signal</strong> · 새 글"


@pytest.mark.parametrize(
    ("head", "model", "new"),
    [
        ("일시|내용|비고", "2026-11-19|전화|",
         f"<code>LOG-5</code> 2026-11-20 10:00|{REST}|"),
        ("ID|일시|내용", "LOG-4|2026-11-19|전화",
         f"<code>LOG-5</code>|2026-11-20 10:00|{REST}"),
        ("내용|담당|일시", "LOG-4 전화|김|2026-11-19",
         f"<code>LOG-5</code> {REST}||2026-11-20 10:00"),
        ("내용", "LOG-4 전화", f"<code>LOG-5</code> 2026-11-20 10:00 · {REST}"),
    ],
)  # fmt: skip
def test_a_log_in_a_table_gets_a_row(head, model, new):
    rows = ["".join(f"<td><p>{cell}</p></td>" for cell in text.split("|")) for text in (model, new)]
    rows[1] = rows[1].replace("<p></p>", "<p />")
    heads = "".join(f"<th>{name}</th>" for name in head.split("|"))
    start = f"<h2>활동 로그</h2><table><tbody><tr>{heads}</tr><tr>{rows[0]}</tr>"
    end = "</tbody></table><h2>참고</h2>"

    body = inserted(start + end)

    assert body == f"{start}<tr>{rows[1]}</tr>{end}"
    assert inserted(body) == body


def test_a_table_with_merged_rows_is_left_alone():
    body = (
        "<h2>활동 로그</h2><table><tr><th>일시</th><th>내용</th></tr>"
        "<tr><td rowspan='2'>2026-11-19</td><td>a</td></tr><tr><td>b</td></tr></table>"
    )

    assert inserted(body) == f"{body}<p>{CODE}</p>"


def test_an_entry_goes_below_the_row_that_it_belongs_to():
    rows = [f"<tr><td>LOG-{n}</td><td>{n}</td></tr>" for n in range(1, 3)]
    body = f"<h2>활동 로그</h2><table>{''.join(rows)}</table>"
    edits = [
        InsertEntry(f"LOG-{n}", (Text("x"),), after=after, headings=HEADINGS)
        for n, after in ((3, None), (4, None), (5, "LOG-3"), (6, "LOG-1"))
    ]

    made = apply_edits(body, edits).body

    found = [entry.key for entry in read_entries(made, key_pattern("LOG-1"))]
    assert found == ["LOG-1", "LOG-6", "LOG-2", "LOG-3", "LOG-5", "LOG-4"]


ITEMS = st.lists(st.integers(1, 30), max_size=6, unique=True)


@given(old=ITEMS, new=ITEMS, form=st.sampled_from(("<p>{}</p>", "<ul><li>{}</li></ul>")))
def test_entries_in_one_call_stand_as_in_one_call_each(old, new, form):
    joined = "</li><li>" if "li" in form else "</p><p>"
    body = "<h2>활동 로그</h2>" + (form.format(joined.join(f"LOG-{n} x" for n in old)))
    edits = [
        InsertEntry(f"LOG-{n}", (), after=f"LOG-{n - 1}" if n % 3 == 0 else None, headings=HEADINGS)
        for n in new
    ]

    together = apply_edits(body, edits).body

    singly = body
    for edit in edits:
        singly = apply_edits(singly, [edit]).body
    assert together == singly
    found = [entry.key for entry in read_entries(together, key_pattern("LOG-1"))]
    assert sorted(found) == sorted({f"LOG-{n}" for n in (*old, *new)})
