"""What holds for every page and every edit."""

from __future__ import annotations

from functools import reduce

from hypothesis import given, settings
from hypothesis import strategies as st

from plays.storage import (
    Cell,
    Code,
    Edit,
    EditError,
    InsertEntry,
    InsertLink,
    InsertRow,
    Link,
    Number,
    Outcome,
    Status,
    Strong,
    TableShape,
    Text,
    UpsertRow,
    apply_edits,
    has_entry,
    read_rows,
    same_body,
)

from .pages import CONTENT, surroundings
from .shapes import LOG, PLAYS, after_api_save, after_browser_save, parsed

ANY_TEXT = st.text(max_size=12) | st.sampled_from(
    ("]]>", "<td>&amp;", "한글 👩‍💻", "\x00\ud800", "שלום")
)
URLS = st.sampled_from(
    ("https://e.example/?a=1&b=2", "https://e.example/한글", "javascript:x", "mailto:a@b.c", "")
)
CELLS: st.SearchStrategy[Cell] = (
    ANY_TEXT.map(Text)
    | st.integers(-10_000, 10_000).map(Number)
    | st.builds(Link, ANY_TEXT, URLS)
    | st.builds(Status, st.sampled_from(("G", "Y")), st.sampled_from(("Green", "Red")))
    | ANY_TEXT.map(Code)
)
KEYS = st.sampled_from(("LOG-1", "LOG-10", "LOG-2", "LOG-7", "로그", "LOG-8", " LOG-9\u00a0", ""))
HEADINGS = st.lists(
    st.sampled_from(("activity", "Notes", "Deeper", "Action Log", "none")), max_size=2
).map(tuple)


def cells_of(shape: TableShape) -> st.SearchStrategy[dict[str, Cell]]:
    names = [name for name in shape.names if name != shape.key]
    return st.dictionaries(st.sampled_from(names), CELLS, max_size=3)


@st.composite
def upserts(draw: st.DrawFn, shape: TableShape) -> UpsertRow:
    cells, stamp = draw(cells_of(shape)), draw(cells_of(shape))
    stamp = {name: cell for name, cell in stamp.items() if name not in cells}
    return UpsertRow(shape, draw(KEYS), cells, stamp)


def row_edits(shape: TableShape) -> st.SearchStrategy[Edit]:
    return upserts(shape) | st.builds(InsertRow, st.just(shape), KEYS, cells_of(shape))


PARTS = st.lists(CELLS | ANY_TEXT.map(Strong), max_size=3).map(tuple)
EDITS: st.SearchStrategy[Edit] = (
    row_edits(LOG)
    | row_edits(PLAYS)
    | st.builds(InsertEntry, KEYS, PARTS, st.none() | KEYS, HEADINGS)
    | st.builds(InsertLink, ANY_TEXT, URLS, HEADINGS)
)


@st.composite
def tables(draw: st.DrawFn, shape: TableShape) -> str:
    """A table of a shape, in one of the manners that editors leave behind."""
    start, end = draw(st.sampled_from((("", ""), ("<p>", "</p>"), ('<p local-id="a1">', "</p>"))))
    contents = draw(st.lists(st.lists(CELL_SOURCES, min_size=9, max_size=9), max_size=3))
    names = [*draw(st.permutations(shape.names)), "", "Remarks"]
    head = "".join(f"<th>{start}<strong>{name}</strong>{end}</th>" for name in names)
    rows = "".join(
        f"<tr>{''.join(f'<td>{start}{source}{end}</td>' for source in row[: len(names)])}</tr>"
        for row in contents
    )
    return draw(st.sampled_from(TABLE_MANNERS)).format(head=f"<tr>{head}</tr>", rows=rows)


CELL_SOURCES = st.sampled_from(
    (
        *("", "LOG-1", "LOG-2", "LOG-10", "G", "1,234", "&nbsp;", "<br/>", "로그"),
        '<ac:inline-comment-marker ac:ref="r">7</ac:inline-comment-marker>',
        '<ac:structured-macro ac:name="status"><ac:parameter ac:name="title">G</ac:parameter>'
        '<ac:parameter ac:name="colour">Green</ac:parameter></ac:structured-macro>',
        '<a href="https://e.example/?a=1&amp;b=2">x</a>',
        "<code>LOG-8</code>",
    )
)
TABLE_MANNERS = (
    "<table><tbody>{head}{rows}</tbody></table>",
    "<table><thead>{head}</thead><tbody>{rows}</tbody><tfoot><tr><td>Sum</td></tr></tfoot></table>",
    "<table><colgroup><col /></colgroup>{head}{rows}</table>",
    "<table><thead>{head}</thead></table>",
    "<table><thead>{head}</thead><tbody /></table>",
    "<table><tbody>{head}</tbody><tbody>{rows}</tbody>\r\n</table>",
)


@st.composite
def pages(draw: st.DrawFn) -> str:
    before, behind = draw(surroundings())
    shapes = draw(st.lists(st.sampled_from((LOG, PLAYS)), max_size=2))
    return before + "".join(draw(tables(shape)) for shape in shapes) + behind


def applied_singly(page: str, edits: list[Edit]) -> tuple[str, list[Outcome]]:
    outcomes = []
    for edit in edits:
        result = apply_edits(page, [edit])
        page, outcomes = result.body, [*outcomes, *result.outcomes]
    return page, outcomes


def what_happened(outcomes: list[Outcome]) -> list[tuple[bool, type[EditError | None]]]:
    return [(outcome.changed, type(outcome.problem)) for outcome in outcomes]


@given(page=pages(), edits=st.lists(EDITS, max_size=8))
@settings(max_examples=400, deadline=None)
def test_many_edits_in_one_call_are_the_same_as_one_call_each(page: str, edits: list[Edit]) -> None:
    together = apply_edits(page, edits)

    body, outcomes = applied_singly(page, edits)
    assert together.body == body
    assert what_happened(list(together.outcomes)) == what_happened(outcomes)


@given(page=pages(), edit=EDITS)
@settings(max_examples=300, deadline=None)
def test_twice_is_once_and_the_page_stays_well_formed(page: str, edit: Edit) -> None:
    once = apply_edits(page, [edit])
    twice = apply_edits(once.body, [edit])

    parsed(once.body)
    assert twice.body == once.body
    assert not twice.changed
    assert once.changed == (once.body != page)
    assert once.outcomes[0].problem is None or once.body == page


@given(page=pages(), edit=EDITS)
@settings(max_examples=200, deadline=None)
def test_a_save_by_the_api_undoes_nothing(page: str, edit: Edit) -> None:
    saved = after_api_save(apply_edits(page, [edit]).body)

    assert not apply_edits(saved, [edit]).changed


@given(page=pages(), edit=EDITS)
@settings(max_examples=200, deadline=None)
def test_a_save_in_the_browser_undoes_nothing(page: str, edit: Edit) -> None:
    once = apply_edits(page, [edit])
    again = apply_edits(after_browser_save(once.body), [edit])

    assert not again.changed
    assert what_happened(list(again.outcomes))[0][1] is what_happened(list(once.outcomes))[0][1]
