"""Entries of a live doc: each there once, found wherever people move it, added where it belongs."""

from __future__ import annotations

import pytest

from plays.storage import (
    Code,
    EmptyKey,
    InsertEntry,
    Link,
    Number,
    Status,
    Strong,
    Text,
    apply_edits,
    entry_counts,
)

NEW = "<p><code>LOG-2</code> new</p>"
LAYOUT = (
    "<ac:layout><ac:layout-section><ac:layout-cell>{}</ac:layout-cell></ac:layout-section>"
    "</ac:layout>"
)
# What the editor makes of a comment on a part of the key.
SPLIT_KEY = (
    "<p><code>LOG</code><ac:inline-comment-marker ac:ref='1'><code>{}</code>"
    "</ac:inline-comment-marker></p>"
)
NESTED_TASK = (
    "<ac:task-list><ac:task><ac:task-body><ac:task-list><ac:task><ac:task-body><code>LOG-1</code>"
    "</ac:task-body></ac:task></ac:task-list></ac:task-body></ac:task></ac:task-list>"
)
PANEL = (
    "<ac:structured-macro ac:name='panel'><ac:rich-text-body>{}</ac:rich-text-body>"
    "</ac:structured-macro>"
)


def inserted(body: str, **where) -> str:
    return apply_edits(body, [InsertEntry("LOG-2", (Text("new"),), **where)]).body


def test_an_entry_is_its_key_and_its_parts_with_single_spaces():
    parts = (
        Text(" 2026-01-18 "),
        Strong("Signal"),
        Text(""),
        Link("AHT", "https://e.example"),
        Code("x"),
        Status("GO", "Green"),
        Number(80),
    )

    body = apply_edits("", [InsertEntry("LOG-1", parts)]).body

    assert body == (
        '<p><code>LOG-1</code> 2026-01-18 <strong>Signal</strong> <a href="https://e.example">'
        "AHT</a> <code>x</code> "
        '<ac:structured-macro ac:name="status"><ac:parameter ac:name="title">GO</ac:parameter>'
        '<ac:parameter ac:name="colour">Green</ac:parameter></ac:structured-macro> 80</p>'
    )


@pytest.mark.parametrize(
    "body",
    [
        "<p><code>LOG-2</code></p>",
        "<p local-id='1'><strong><code> LOG-2&nbsp;</code></strong> moved</p>",
        "<ul><li><p><code>LOG-2</code></p></li></ul>",
        "<p>LOG-2 · cleared</p>",
        "<p><code>LOG</code><strong><code>-2</code></strong> x</p>",
        "<p>✅ <code>LOG-2</code> done</p>",
        "<p><ac:emoticon ac:name='tick' ac:emoji-fallback='✅' /> LOG-2</p>",
        "<p>1) [LOG-2] numbered by hand</p>",
        "<p>before<br /><em>LOG-2</em> behind a line break</p>",
        "<h3>LOG-2: a heading</h3>",
        "<ac:task-list><ac:task><ac:task-body><span>LOG-2</span></ac:task-body></ac:task></ac:task-list>",
        "<table><tr><td>1</td><td>LOG-2</td><td>x</td></tr></table>",
        PANEL.format("<p>LOG-2 in a panel</p>"),
        "<p>L\u200bOG\u00ad-2\u200e x</p>",
        "<table><tr><td><code>LOG-2</code></td></tr></table>",
        "<ac:adf-extension><ac:adf-fallback><code>LOG-2</code></ac:adf-fallback></ac:adf-extension>",
        "<code><ac:inline-comment-marker ac:ref='1'>LOG</ac:inline-comment-marker>-2</code>",
        SPLIT_KEY.format("-2"),
    ],
)
def test_an_entry_that_is_there_is_left_alone(body):
    assert inserted(body) == body
    assert entry_counts(body, {"LOG-2": None}) == {"LOG-2": 1}


@pytest.mark.parametrize(
    "body",
    [
        "<p>요약: <code>LOG-2</code> 를 보세요</p>",
        "<p><code>LOG-2</code>가 중요합니다</p>",
        "<p>LOG-2-1</p>",
        "<p>LOG-2.5</p>",
        "<p><code>LOG-20</code></p>",
        "<p><code>see LOG-2</code></p>",
        SPLIT_KEY.format("-20"),
        SPLIT_KEY.format("-2").replace("<code>LOG<", "<code>xLOG<"),
        "<!-- <code>LOG-2</code> -->",
        "<pre><![CDATA[<code>LOG-2</code>]]></pre>",
        "<p title='&lt;code>LOG-2&lt;/code>' />",
    ],
)
def test_what_only_looks_like_the_entry_is_not_it(body):
    assert inserted(body) == body + NEW
    assert not entry_counts(body, {"LOG-2": None})


@pytest.mark.parametrize(
    "body",
    [
        "@",
        "<p>x</p>@",
        "<p>x</p>@\r\n",
        "plain words @",
        "<p>x</p> and words\n@",
        LAYOUT.format("<p>x</p>@\n"),
        "\n" + LAYOUT.format("@") + "\n",
        LAYOUT.format("<p>x</p>") * 2 + "@",
        LAYOUT.format("<p>y</p>") + "<p>x</p>@",
        "<ac:layout />@",
    ],
)
def test_without_a_section_an_entry_goes_to_the_end_of_the_page(body):
    assert inserted(body.replace("@", "")) == body.replace("@", NEW)


@pytest.mark.parametrize(
    "body",
    [
        "<h2>Activity</h2>@<h2>Other</h2>",
        "<h2>Activity</h2><p>x</p>@\n<h2>Other</h2>",
        "<h2>Activity</h2>\n<p>x</p><h3>Deeper</h3><p>y</p>@<h1>Other</h1>",
        "<h2>Activity</h2>words @<h2>Other</h2>",
        "<h3>other</h3><h3 local-id='1'><strong>ACTI</strong>vity</h3><p>x</p>@\n",
        "<ac:rich-text-body><h2>Activity</h2><p>x</p>@</ac:rich-text-body><p>below</p>",
        "<blockquote><h2>Activity</h2>@</blockquote><h2>activity</h2>",
        "<h1>Log</h1><h2>Activity</h2>@",
        LAYOUT.format("<h2>Activity</h2><ul><li>a</li></ul><p>b</p>@") + "<p>below</p>",
    ],
)
def test_an_entry_goes_to_the_end_of_its_section(body):
    assert inserted(body.replace("@", ""), headings=("log book", "activity")) == body.replace(
        "@", NEW
    )


def test_the_first_heading_that_the_page_has_wins():
    body = "<h1>A</h1><p>a</p><h1>B</h1><p>b</p>"

    assert inserted(body, headings=("none", "B", "A")).endswith("<p>b</p>" + NEW)
    assert inserted(body, headings=("A", "B")).startswith("<h1>A</h1><p>a</p>" + NEW)


def test_a_heading_inside_an_adf_extension_is_no_section():
    body = "<ac:adf-extension><h2>Activity</h2></ac:adf-extension>"

    assert inserted(body, headings=("Activity",)) == body + NEW


@pytest.mark.parametrize(
    "body",
    [
        "<p><code>LOG-1</code> x</p>@<p>below</p>",
        "<p><strong><em><code>LOG-1</code></em></strong> y</p>@\n<p>below</p>",
        "<p>see <code>LOG-1</code></p><p>LOG-1 x</p>@<p>below</p>",
        "LOG-1 loose words @<p>below</p>",
        "<h3><code>LOG-1</code></h3>@<p>below</p>",
        "<blockquote><p><code>LOG-1</code></p>@</blockquote><p>below</p>",
        "<code>LOG-1</code> loose words @<p>below</p>",
        "<code>LOG-1</code> loose <em>words</em> @",
        "<table><tr><td><code>LOG-1</code> x</td><td>y</td></tr></table>@",
        "<table><tr><td><p><code>LOG-1</code></p>@</td></tr></table>",
        "<ac:adf-extension><ac:adf-node><code>LOG-1</code></ac:adf-node></ac:adf-extension>@<p>z</p>",
        NESTED_TASK + "@<p>z</p>",
        PANEL.format("<p><code>LOG-1</code></p>@") + "<p>z</p>",
    ],
)
def test_an_entry_goes_directly_below_the_one_it_belongs_to(body):
    headings = ("none",)

    assert inserted(body.replace("@", ""), after="LOG-1", headings=headings) == body.replace(
        "@", NEW
    )


@pytest.mark.parametrize(
    ("item", "new"),
    [
        ("<li><code>LOG-1</code> x</li>", "<li><code>LOG-2</code> new</li>"),
        (
            "<li local-id='1'><p><code>LOG-1</code></p></li>",
            "<li><p><code>LOG-2</code> new</p></li>",
        ),
    ],
)
def test_below_a_bullet_an_entry_is_a_bullet(item, new):
    body = f"<ul>{item}<li>other</li></ul>"

    assert inserted(body, after="LOG-1") == body.replace(item, item + new)


def test_a_later_entry_goes_between_its_own_and_what_stands_below_already():
    body = "<p><code>LOG-1</code></p>"
    first = InsertEntry("LOG-2", (), after="LOG-1")
    second = InsertEntry("LOG-3", (), after="LOG-1")

    result = apply_edits(body, [first, second, first])

    assert [outcome.changed for outcome in result.outcomes] == [True, True, False]
    assert result.body == (
        "<p><code>LOG-1</code></p><p><code>LOG-3</code></p><p><code>LOG-2</code></p>"
    )


def test_an_entry_whose_neighbour_is_not_on_the_page_goes_to_its_section():
    body = "<h2>Activity</h2><h2>Other</h2>"

    result = inserted(body, after="LOG-1", headings=("Activity",))

    assert result == f"<h2>Activity</h2>{NEW}<h2>Other</h2>"


def test_a_key_and_parts_are_escaped():
    edit = InsertEntry("<b>", (Text("]]></p>"), Strong("&amp;"), Link("<x>", "javascript:x")))

    body = apply_edits("", [edit]).body

    assert body == (
        "<p><code>&lt;b&gt;</code> ]]&gt;&lt;/p&gt; <strong>&amp;amp;</strong> &lt;x&gt;</p>"
    )
    assert entry_counts(body, {"<b>": None}) == {"<b>": 1}


def test_an_entry_without_a_visible_key_is_refused():
    result = apply_edits("<p/>", [InsertEntry(" \x00", (Text("x"),))])

    assert isinstance(result.outcomes[0].problem, EmptyKey)
    assert result.body == "<p/>"
