"""New rows look like their neighbours; a table is made where there is none."""

from __future__ import annotations

import pytest

from plays.storage import AddColumn, Column, InsertRow, MergedCells, TableShape, Text, apply_edits
from tests.storage.shapes import LOG, PLAYS

SMALL = TableShape(
    (Column("id", "ID", width=80), Column("name", "이름 <1>")), key="id", title="Our list"
)
HEAD = "<tr><th>ID</th><th>Name</th><th>Remark</th></tr>"


def with_row(body: str, key: str = "B", name: str = "new") -> str:
    result = apply_edits(body, [InsertRow(SMALL, key, {"name": Text(name)})])
    assert result.outcomes[0].problem is None
    return result.body


@pytest.mark.parametrize(
    ("last", "new"),
    [
        ("<td>A</td><td>x</td><td/>", "<td>B</td><td>new</td><td></td>"),
        ("<td><p>A</p></td><td/><td/>", "<td><p>B</p></td><td><p>new</p></td><td><p /></td>"),
        ("<th>A</th><td>x</td><td/>", "<th>B</th><td>new</td><td></td>"),
        ('<td class="w-50%s">A</td><td>x</td><td class="%d"/>',
         '<td class="w-50%s">B</td><td>new</td><td class="%d"></td>'),
        ('<td ac:local-id="1" colspan="1" rowspan="1">A</td><td/><td/>',
         "<td>B</td><td>new</td><td></td>"),
        ('<td class="confluenceTd highlight-#fff" valign="top">A</td><td/><td align="right"/>',
         '<td valign="top" class="confluenceTd">B</td><td>new</td><td align="right"></td>'),
        ('<td>A</td><td data-highlight-colour="#fff"/><td style="background: red"/>',
         "<td>B</td><td>new</td><td></td>"),
        ('<td><p local-id="1" style="text-align: right;">A</p></td><td><p style="x"/></td><td/>',
         '<td><p style="text-align: right;">B</p></td><td><p>new</p></td><td><p /></td>'),
        ("<td><ul><li>A</li></ul></td><td>x</td><td/>", "<td>B</td><td>new</td><td></td>"),
        ("<td>A</td><td>x</td><td/><td>fourth</td>", "<td>B</td><td>new</td><td></td><td></td>"),
    ],
)  # fmt: skip
def test_a_new_row_is_shaped_like_the_last_one(last, new):
    body = f"<table>{HEAD}<tr>{last}</tr></table>"

    assert with_row(body) == body.replace("</table>", f"<tr>{new}</tr></table>")


@pytest.mark.parametrize(
    "body",
    [
        "<table><tbody>{head}@</tbody></table>",
        "<table><thead>{head}</thead><tbody>@</tbody></table>",
        "<table><thead>{head}</thead><tfoot><tr><td>Sum</td></tr></tfoot><tbody>@</tbody></table>",
        "<table>{head}@<tfoot><tr><td>Sum</td></tr></tfoot></table>",
    ],
)
def test_the_first_row_goes_below_the_headings(body):
    body = body.format(head=HEAD)
    row = "<tr><td><p>B</p></td><td><p>new</p></td><td><p /></td></tr>"

    assert with_row(body.replace("@", "")) == body.replace("@", row)


def test_a_table_of_headings_alone_gets_a_body():
    body = f"<table><thead>{HEAD}</thead></table>"
    row = "<tr><td><p>B</p></td><td><p>new</p></td><td><p /></td></tr>"

    assert with_row(body) == f"<table><thead>{HEAD}</thead><tbody>{row}</tbody></table>"
    assert with_row(body.replace("</thead>", "</thead><tbody />")) == with_row(body)


@pytest.mark.parametrize(
    ("numbers", "cells"),
    [
        (["1", "2"], ["3", "4"]),
        (["<p>7</p>"], ["<p>8</p>", "<p>9</p>"]),
        ([], ["<p>1</p>", "<p>2</p>"]),
        (["x"], ["", ""]),
        (["9" * 5_000], ["", ""]),
    ],
)
def test_numbered_rows_go_on_counting(numbers, cells):
    head = HEAD.replace("<tr>", '<tr><th class="numberingColumn" />')
    numbered = '<td class="numberingColumn">{}</td>'
    rows = "".join(f"<tr>{numbered.format(n)}<td>A{n}</td><td/><td/></tr>" for n in numbers)
    body = f"<table>{head}{rows}</table>"

    edits = [InsertRow(SMALL, key, {}) for key in "BC"]
    result = apply_edits(body, edits).body

    for cell in cells:
        assert f"<tr>{numbered.format(cell)}<td>" in result.removeprefix(body[: -len("</table>")])
    assert result == with_row(with_row(body, name=""), key="C", name="")


def test_a_column_of_ours_is_never_numbered():
    row = '<tr><td>A</td><td class="numberingColumn">7</td><td/></tr>'
    body = f"<table>{HEAD}{row}</table>"

    assert '<td>B</td><td class="numberingColumn">new</td><td></td>' in with_row(body)


def test_a_divider_is_no_model_for_a_row():
    rows = '<tr><td>A</td><td>x</td><td/></tr><tr><td colspan="3"><p>May</p></td></tr>'
    body = f"<table>{HEAD}{rows}</table>"

    assert with_row(body) == body.replace(
        "</table>", "<tr><td>B</td><td>new</td><td></td></tr></table>"
    )


def test_a_total_is_no_model_for_a_row_and_rows_are_counted_without_it():
    head = HEAD.replace("<tr>", '<tr><th class="numberingColumn" />')
    new = '<tr><td class="numberingColumn">{}</td><td>{}</td><td>{}</td><td></td></tr>'
    total = "<tr><td /><th><p>합계</p></th><td><p>2</p></td><td /></tr>"
    rows = new.format(1, "A", "x") + new.format(2, "C", "y")
    body = f"<table>{head}{rows}{total}</table>"

    assert with_row(body) == body.replace(total, new.format(3, "B", "new") + total)


def test_a_row_leaves_out_what_a_merged_cell_covers():
    body = f'<table>{HEAD}<tr><td>A</td><td>x</td><td rowspan="2">both</td></tr></table>'

    once = with_row(body)
    twice = with_row(once, key="C")

    assert once == body.replace("</table>", "<tr><td>B</td><td>new</td></tr></table>")
    assert twice == once.replace("</table>", "<tr><td>C</td><td>new</td><td></td></tr></table>")
    edits = [InsertRow(SMALL, key, {"name": Text("new")}) for key in "BC"]
    assert apply_edits(body, edits).body == twice


def test_a_row_under_a_merged_cell_of_ours_is_refused():
    body = f'<table>{HEAD}<tr><td>A</td><td rowspan="0">x</td><td/></tr></table>'

    result = apply_edits(body, [InsertRow(SMALL, "B", {})])

    assert isinstance(result.outcomes[0].problem, MergedCells)
    assert result.body == body


TABLE = (
    '<table><colgroup><col style="width: 80.0px;" /><col style="width: 120.0px;" /></colgroup>'
    "<thead><tr><th><p>ID</p></th><th><p>이름 &lt;1&gt;</p></th></tr></thead>"
    "<tbody><tr><td><p>B</p></td><td><p>new</p></td></tr></tbody></table>"
)


@pytest.mark.parametrize(
    ("body", "heading"),
    [
        ("", "<h2>Our list</h2>"),
        ("<p>x</p>", "<h2>Our list</h2>"),
        ("words", "<h2>Our list</h2>"),
        ("<h1>Our list</h1>", ""),
        ("<p>x</p><h3 local-id='1'>our LIST</h3><p />", ""),
        ("<h2>Our list</h2><p>x</p>", "<h2>Our list</h2>"),
        ("<table><tr><th>ID</th><th>other</th></tr></table>", "<h2>Our list</h2>"),
    ],
)
def test_a_page_without_the_table_gets_one_at_its_end(body, heading):
    assert with_row(body) == body + heading + TABLE


def test_a_table_without_a_title_has_no_heading():
    shape = TableShape((Column("a"), Column("b")), key="a")

    assert apply_edits("", [InsertRow(shape, "x", {})]).body.startswith("<table>")


def test_a_new_table_goes_into_the_last_cell_of_a_layout():
    cell = "<ac:layout-cell>{}</ac:layout-cell>"
    layout = "<ac:layout><ac:layout-section>{}</ac:layout-section></ac:layout>\n"
    body = layout.format(cell.format("<p>x</p>") + cell.format("@"))

    assert with_row(body.replace("@", "")) == body.replace("@", "<h2>Our list</h2>" + TABLE)


def test_rows_of_one_call_keep_their_order_and_all_land():
    edits = [InsertRow(LOG, f"LOG-{n}", {"title": Text(str(n))}) for n in range(50)]

    body = apply_edits("", edits).body

    positions = [body.index(f"<p>LOG-{n}</p>") for n in range(50)]
    assert positions == sorted(positions)


def test_a_new_column_gets_a_width_where_columns_have_theirs():
    widths = '<colgroup><col style="width: 80.0px;" /><col style="width: 80.0px;" />@</colgroup>'
    rows = "<tr><th>Play ID</th><th>Status</th>@</tr><tr><td>A</td><td>G</td>@</tr>"
    body = f"<table>{widths}<tbody>{rows}</tbody></table>"
    new = ('<col style="width: 120.0px;" />', "<th>Activity QTD</th>", "<td></td>")

    made = apply_edits(body.replace("@", ""), [AddColumn(PLAYS, "activity_qtd")]).body

    assert made == body.replace("@", "{}").format(*new)


@pytest.mark.parametrize(
    ("row", "lacks"),
    [
        ("<td>A</td><td>G</td><td>memo</td>", 0),
        ("<td>A</td><td>G</td>", 1),
        ("<td>A</td>", 2),
        ('<td colspan="2">2026</td>', 1),
    ],
)
def test_a_new_column_stands_under_its_heading_in_rows_that_are_shorter_too(row, lacks):
    head = "<tr><th>Play ID</th><th>Status</th><th>Memo</th>{}</tr>"
    body = f"<table><tbody>{head}<tr>{row}{{}}</tr></tbody></table>"

    made = apply_edits(body.format("", ""), [AddColumn(PLAYS, "activity_qtd")]).body

    assert made == body.format("<th>Activity QTD</th>", "<td></td>" * (lacks + 1))
