"""Generated edits: few keys and addresses, so that they meet each other and the pages."""

from __future__ import annotations

from hypothesis import strategies as st

from plays.storage import (
    Cell,
    Code,
    Edit,
    InsertEntry,
    InsertLink,
    InsertRow,
    Link,
    Number,
    Status,
    Strong,
    TableShape,
    Text,
    UpsertRow,
)
from tests.storage.shapes import LOG, PLAYS

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
