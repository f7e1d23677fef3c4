"""When a cell already says a value, and what a changed cell keeps."""

from __future__ import annotations

import pytest

from plays.storage import Code, Link, Number, Status, Text, UpsertRow, apply_edits, read_rows
from tests.storage.shapes import LOG, parsed, table

GREEN = Status("G", "Green")
LINK = Link("AHT <1>", "https://e.example/한글?a=1&b=2")
PAGE_LINK = Link("D01 ToDo", "https://x.example/wiki/spaces/AX/pages/1")


SIGNS = "?&quot;&lt;&gt;&amp;'"
UNCOLOURED = (
    '<ac:structured-macro ac:name="status"><ac:parameter ac:name="title">H</ac:parameter>'
    "</ac:structured-macro>"
)
LINK_BY_URL = (
    "<ac:link><ri:url ri:value='https://e.example/한글?a=1&amp;b=2'/><ac:plain-text-link-body>"
    "<![CDATA[AHT <1>]]></ac:plain-text-link-body></ac:link>"
)


def lozenge(title: str, colour: str) -> str:
    return (
        '<ac:structured-macro ac:name="status" ac:macro-id="1">'
        f'<ac:parameter ac:name="colour">{colour}</ac:parameter>'
        f'<ac:parameter ac:name="title">{title}</ac:parameter></ac:structured-macro>'
    )


def written(cell: str, value) -> str:
    """What a title cell holds once it says `value`."""
    start, end = table("LOG-1|@|").split("@")
    edit = UpsertRow(LOG, "LOG-1", {"title": value})
    result = apply_edits(start + cell + end, [edit])
    assert result.outcomes[0].problem is None
    parsed(result.body)
    return result.body.removeprefix(start).removesuffix(end)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("a b", Text("  a\n b ")),
        ("<p>a</p><p>b</p>", Text("a b")),
        ("<ul><li><strong>a</strong>&nbsp;b</li></ul>", Text("a b")),
        ("a<br/>b", Text("a b")),
        ("\u1112\u1161\u11ab", Text("한")),
        ("&lt;&amp;&gt;", Text("<&>")),
        (lozenge("a", "Red"), Text("a")),
        ("<time datetime='2026-01-18'/>", Text("2026-01-18")),
        ("<ac:placeholder>type here</ac:placeholder>", Text("")),
        ("<p />", Text("\x00")),
        ("<ac:image><ri:url ri:value='https://e.example/i.png'/></ac:image>", Status(" ", "Red")),
        ("1,234", Number(1234)),
        ("1 234", Number(1234)),
        ("<p>1&nbsp;234&nbsp;567</p>", Number(1234567)),
        ("1'234", Number(1234)),
        ("<strong> 7 </strong>", Number(7)),
        ("−3", Number(-3)),
        ("007", Number(7)),
        ("G", GREEN),
        ("<p>g</p>", GREEN),
        (lozenge("G", "Green"), GREEN),
        ("<div class='content-wrapper'><p>" + lozenge("G", "green") + "</p></div>", GREEN),
        (UNCOLOURED, Status("H", "Grey")),
        ("<a href='https://e.example/%ed%95%9c%EA%B8%80?a=1&amp;b=2'>AHT &lt;1&gt;</a>", LINK),
        ("<p>AHT <a href='https://e.example/한글?a=1&amp;b=2'>&lt;1&gt;</a></p>", LINK),
        ("<a data-card-appearance='inline' href='https://e.example/한글?a=1&amp;b=2'>e</a>", LINK),
        (LINK_BY_URL, LINK),
        ("<ac:link><ri:page ri:content-title='D01 ToDo'/></ac:link>", PAGE_LINK),
        ("<ac:link><ri:page ri:content-title='x'/><ac:link-body>D01 ToDo</ac:link-body></ac:link>",
         PAGE_LINK),
        ("x", Link("x", "javascript:alert(1)")),
        ("https://e.example/", Link("https://e.example/", "ftp://e.example")),
        ("<code>LOG-1</code>", Code("LOG-1")),
        ("LOG-1", Code("LOG-1")),
    ],
)  # fmt: skip
def test_a_cell_that_already_says_so_stays(cell, value):
    assert written(cell, value) == cell


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [
        ("12", Number(1), "1"),
        ("1.234", Number(1234), "1234"),
        ("12,34", Number(1234), "1234"),
        ("about 3", Number(3), "3"),
        ("9" * 5_000, Number(9), "9"),
        ("1" + ",000" * 2_000, Number(9), "9"),
        ("ab", Text("a b"), "a b"),
        ("A", Text("a"), "a"),
        ("G?", Text("G"), "G"),
        ("<a href='https://e.example/2'>x</a>", Link("x", "https://e.example/1"),
         '<a href="https://e.example/1">x</a>'),
        ("x", Link("x", "https://e.example/1"), '<a href="https://e.example/1">x</a>'),
        ("<ac:link><ri:page ri:content-title='x'/></ac:link>", Link("x", "https://e.example/1"),
         '<a href="https://e.example/1">x</a>'),
        ("", Link(" ", "https://e.example/a b?\"<>&'"),
         f'<a href="https://e.example/a%20b{SIGNS}">https://e.example/a b{SIGNS}</a>'),
        ("y", Link("x", "java\nscript:alert(1)"), "x"),
        ("<td-like/>", Text("<td>]]>&nbsp;"), "&lt;td&gt;]]&gt;&amp;nbsp;"),
        ("", Text("a\x00\x1b\ud800\ufffe\u0085b\x7f"), "a b"),
        ("y", Text(""), ""),
        ("y", Status("", "Green"), ""),
        ("<ac:link><ri:attachment ri:filename='x'/><ac:link-body>x</ac:link-body></ac:link>",
         Link("x", "https://e.example/pages/1"), '<a href="https://e.example/pages/1">x</a>'),
        ("y", Code("<x>"), "<code>&lt;x&gt;</code>"),
    ],
)  # fmt: skip
def test_a_cell_that_says_something_else_is_written(cell, value, expected):
    assert written(cell, value) == expected


@pytest.mark.parametrize("cell", [lozenge("G", "Red"), lozenge("Y", "Green"), lozenge("G", "") * 2])
def test_a_lozenge_of_another_colour_or_title_is_written(cell):
    assert written(cell, GREEN) == (
        '<ac:structured-macro ac:name="status"><ac:parameter ac:name="title">G</ac:parameter>'
        '<ac:parameter ac:name="colour">Green</ac:parameter></ac:structured-macro>'
    )


def marked(text: str, *refs: int) -> str:
    start = "".join(f'<ac:inline-comment-marker ac:ref="{ref}">' for ref in refs)
    return start + text + "</ac:inline-comment-marker>" * len(refs)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("<p>1</p>", "<p>2</p>"),
        ("<p local-id='a' style='x'>1</p>", "<p local-id='a' style='x'>2</p>"),
        ("\n <p>1</p>\r\n", "\n <p>2</p>\r\n"),
        ("<p />", "<p>2</p>"),
        ("<p local-id='/>' />", "<p local-id='/>'>2</p>"),
        ("<p>1</p><p>3</p>", "<p>2</p>"),
        ("1<p>3</p>", "<p>2</p>"),
        ("<p><strong>1</strong></p>", "<p>2</p>"),
        ("<p class='auto-cursor-target'><br /></p>", "<p class='auto-cursor-target'>2</p>"),
        ("<div class='content-wrapper'>1</div>", "<div class='content-wrapper'>2</div>"),
        ("<div class='content-wrapper'><p>1</p></div>",
         "<div class='content-wrapper'><p>2</p></div>"),
        ("<ul><li>1</li></ul>", "2"),
        (marked("1", 1), marked("2", 1)),
        (f"<p>{marked('1', 1, 2)}</p>", f"<p>{marked('2', 1, 2)}</p>"),
        (f"<p><em>{marked('1', 1)}</em></p>", f"<p>{marked('2', 1)}</p>"),
        (f"<a href='x'>{marked('1', 1)}</a>", marked("2", 1)),
        (f"<p>a {marked('1', 1)}</p>", "<p>2</p>"),
    ],
)  # fmt: skip
def test_a_changed_cell_keeps_its_paragraph_and_the_threads_on_it(cell, expected):
    assert written(cell, Number(2)) == expected


def test_a_self_closed_cell_is_opened():
    body = table("LOG-1|x|").replace("<td>x</td>", '<td ac:local-id="1" />')

    result = apply_edits(body, [UpsertRow(LOG, "LOG-1", {"title": Text("new")})])

    assert result.body == body.replace('<td ac:local-id="1" />', '<td ac:local-id="1">new</td>')


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        (Text(" 콜센터\tAHT  최적화 "), "콜센터 AHT 최적화"),
        (Number(-1234), "-1234"),
        (GREEN, "G"),
        (LINK, "AHT <1>"),
        (Code("a&b"), "a&b"),
    ],
)
def test_what_was_written_is_read_back(value, seen):
    body = apply_edits(table(), [UpsertRow(LOG, "LOG-1", {"title": value})]).body

    assert read_rows(body, LOG)[0].cells["title"] == seen


def test_a_stamp_moves_only_with_another_cell():
    stamped = table("D01|3|then", headings=("log_id", "title", "url"))

    def edit(title: str, key: str = "D01") -> UpsertRow:
        return UpsertRow(LOG, key, {"title": Text(title)}, stamp={"url": Text("now")})

    assert not apply_edits(stamped, [edit("3")]).changed
    assert "<td>4</td><td>now</td>" in apply_edits(stamped, [edit("4")]).body
    assert "<td>3</td><td>now</td>" in apply_edits(stamped, [edit("3", "D02")]).body


def test_a_status_has_one_of_the_colours_that_confluence_has():
    with pytest.raises(ValueError, match="Orange"):
        Status("G", "Orange")
