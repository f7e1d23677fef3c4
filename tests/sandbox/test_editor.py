"""What a browser save may change, and what it must leave as people typed it."""

import re
from html.entities import name2codepoint
from random import Random
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plays.sandbox.content.editor import browser_save
from plays.sandbox.render.markup import NotWellFormed

HEX12 = r"[0-9a-f]{12}"
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


def saved(body: str) -> str:
    return browser_save(body, random=Random(7))


def without_ids(body: str) -> str:
    return re.sub(r' (?:ac:|ri:)?(?:local-id|macro-id|schema-version|start)="[^"]*"', "", body)


def as_tree(body: str) -> ElementTree.Element:
    """Parse with another parser set-up than the editor's."""
    named = re.sub(
        r"&(\w+);",
        lambda m: m[0] if m[1] in ("lt", "gt", "amp", "quot") else chr(name2codepoint[m[1]]),
        body,
    )
    return ElementTree.fromstring(f'<r xmlns:ac="a" xmlns:ri="r">{named}</r>')


def words(body: str) -> str:
    return re.sub(r"[ \t\r\n]+", "", "".join(as_tree(body).itertext()))


EXCERPT = (
    '<p><ac:structured-macro ac:name="excerpt"><ac:rich-text-body>a'
    "</ac:rich-text-body></ac:structured-macro></p>"
)
REWRITES = [
    ("loose text in a cell", "<td>a <b>c</b></td>", "<td><p>a <b>c</b></p></td>"),
    ("an empty cell", "<td/>", "<td><p /></td>"),
    ("an empty cell with a closing tag", "<th></th>", "<th><p /></th>"),
    ("loose text in an item", "<ul><li>a</li></ul>", "<ul><li><p>a</p></li></ul>"),
    (
        "text before an inner list",
        "<ul><li>a<ul><li>b</li></ul></li></ul>",
        "<ul><li><p>a</p><ul><li><p>b</p></li></ul></li></ul>",
    ),
    ("loose text on the page", "a<p>b</p>c", "<p>a</p><p>b</p><p>c</p>"),
    ("spaces and breaks", "<p> a \n\t b </p>\n<p>c</p>", "<p>a b</p><p>c</p>"),
    ("a no-break space", "<p>&nbsp;a&nbsp; b</p>", "<p>\u00a0a\u00a0 b</p>"),
    ("entities", "<p>&rsquo;&mdash;&amp;&lt;</p>", "<p>’—&amp;&lt;</p>"),
    ("comments", "<p>a<!-- gone -->b</p><!-- too -->", "<p>ab</p>"),
    ("short tags", "<p>a<br/>b</p><hr/>", "<p>a<br />b</p><hr />"),
    ("a wrapper of the legacy editor", '<td><div class="x"><p>a</p>b</div></td>',
     "<td><p>a</p><p>b</p></td>"),
    ("an image alone in a cell", "<td><ac:image/></td>", "<td><ac:image /></td>"),
    ("an inline macro body", EXCERPT, EXCERPT),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after"), [r[1:] for r in REWRITES], ids=[r[0] for r in REWRITES]
)
def test_the_editor_rewrites(before: str, after: str) -> None:
    assert without_ids(saved(before)) == after


IDS = [
    *((f"<{tag}>a</{tag}>", f'<{tag} local-id="{HEX12}"') for tag in ("p", "h1", "h6")),
    ("<blockquote><p>a</p></blockquote>", f'<blockquote local-id="{HEX12}"><p local-id="{HEX12}">'),
    ("<ol><li>a</li></ol>", f'<ol start="1" local-id="{HEX12}"><li local-id="{HEX12}">'),
    ("<table><tbody><tr><td>a</td></tr></tbody></table>",
     f'ac:local-id="{UUID}">.*<tr ac:local-id="{HEX12}"><td ac:local-id="{HEX12}">'),
    ('<ac:structured-macro ac:name="toc" />',
     f'ac:name="toc" ac:schema-version="1" ac:macro-id="{UUID}" ac:local-id="{UUID}" />'),
    ('<p><ac:link><ri:user ri:account-id="u" /></ac:link></p>',
     f'<ac:link><ri:user ri:account-id="u" ri:local-id="{UUID}" />'),
    ('<p><ac:link><ri:page ri:content-title="T" /></ac:link></p>',
     f'<ac:link ac:local-id="{HEX12}"><ri:page ri:content-title="T" ri:version-at-save="1" />'),
]  # fmt: skip


@pytest.mark.parametrize(("before", "pattern"), IDS, ids=[before for before, _ in IDS])
def test_what_lacks_an_id_gets_one(before: str, pattern: str) -> None:
    assert re.search(pattern, saved(before))


def test_ids_that_are_there_stay() -> None:
    body = '<p local-id="0123456789ab">a</p>'

    assert saved(body) == body


def test_a_table_is_measured_and_its_head_joins_its_body() -> None:
    body = (
        '<table class="wrapped"><thead><tr><th>a</th><th>b</th></tr></thead>'
        '<tfoot><tr><td>z</td><td /></tr></tfoot><tbody class="k"><tr><td colspan="2">1</td></tr>'
        "</tbody></table>"
    )

    table = without_ids(saved(body))

    assert table == (
        '<table class="wrapped" data-table-width="760" data-layout="default"><colgroup>'
        '<col style="width: 380.0px;" /><col style="width: 380.0px;" /></colgroup>'
        '<tbody class="k"><tr><th><p>a</p></th><th><p>b</p></th></tr>'
        '<tr><td colspan="2"><p>1</p></td></tr><tr><td><p>z</p></td><td><p /></td></tr>'
        "</tbody></table>"
    )


def test_columns_that_people_measured_keep_their_widths() -> None:
    body = (
        '<table><colgroup><col style="width: 175.0px;"/><col style="width: 25.0px;"/></colgroup>'
        "<tbody><tr><td>a</td><td>b</td></tr></tbody></table>"
    )

    table = saved(body)

    assert 'data-table-width="200"' in table
    assert table.count("<col ") == 2
    assert "width: 175.0px;" in table


def test_tasks_get_numbers_and_ids() -> None:
    body = (
        "<ac:task-list><ac:task><ac:task-id>4</ac:task-id><ac:task-status>complete"
        "</ac:task-status><ac:task-body>done</ac:task-body></ac:task>\n<ac:task><ac:task-status>"
        "incomplete</ac:task-status><ac:task-body>\n next </ac:task-body></ac:task></ac:task-list>"
    )

    tasks = saved(body)

    assert re.findall(r"<ac:task-id>(\d+)</ac:task-id>", tasks) == ["4", "5"]
    assert len(set(re.findall(rf"<ac:task-uuid>{UUID}</ac:task-uuid>", tasks))) == 2
    assert '<span class="placeholder-inline-tasks">next</span>' in tasks


@pytest.mark.parametrize(
    "kept",
    [
        '<ac:plain-text-body><![CDATA[a\n  <b> & ]]]]><![CDATA[> ]]></ac:plain-text-body>',
        '<ac:parameter ac:name="">  an anchor </ac:parameter>',
        "<ac:adf-extension><ac:adf-node> a <p>b</p></ac:adf-node></ac:adf-extension>",
        "<pre> a\n  b</pre>",
        '<ac:inline-comment-marker ac:ref="r">a b</ac:inline-comment-marker>',
        '<span title="a &quot;b&quot; &#10;c">d</span>',
    ],
)  # fmt: skip
def test_what_the_editor_cannot_know_stays_as_it_is(kept: str) -> None:
    assert kept in saved(f"<p>x {kept} y</p>")


@pytest.mark.parametrize("body", ["<p>", "a & b", "&bogus;", "</p>", "<!DOCTYPE a><p />", "\ud800"])
def test_an_ill_formed_body_is_refused(body: str) -> None:
    with pytest.raises(NotWellFormed):
        browser_save(body)


def test_the_place_of_a_mistake_is_told() -> None:
    with pytest.raises(NotWellFormed) as refusal:
        browser_save("<p>a</p>\n<b>x</i>")

    assert (refusal.value.line, refusal.value.column) == (2, 7)


TEXT = st.sampled_from(
    [
        "a",
        " ",
        "\n ",
        "값 ",
        "&nbsp;",
        "&amp;",
        "&lt;b>",
        "<!-- c -->",
        "🙂",
        "שלום",
        "\u3000",
        "x  y",
    ]
)
LEAVES = st.one_of(
    TEXT,
    st.sampled_from(
        [
            "<br/>",
            "<td/>",
            "<ac:image><ri:attachment ri:filename='f'/></ac:image>",
            "<ac:link><ri:user ri:account-id='u'/></ac:link>",
            "<ac:structured-macro ac:name='status' />",
            "<ac:structured-macro ac:name='toc' />",
            "<ac:plain-text-body><![CDATA[<td> ]]]]><![CDATA[>]]></ac:plain-text-body>",
            "<ac:task><ac:task-body> t </ac:task-body></ac:task>",
        ]
    ),
)
TAGS = st.sampled_from(
    [
        *("p", "h2", "ul", "ol", "li", "blockquote", "strong", "div", "pre", "span", "table"),
        *("thead", "tbody", "tfoot", "tr", "td", "th", "ac:task-list", "ac:task", "ac:task-body"),
        *("ac:structured-macro", "ac:rich-text-body", "ac:adf-extension", "ac:layout-cell"),
    ]
)
BODIES = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", TAGS, st.lists(inner, max_size=4)
    ),
    max_leaves=20,
)


@given(BODIES)
def test_a_second_save_changes_nothing(body: str) -> None:
    once = saved(body)

    assert browser_save(once, random=Random(8)) == once


@given(BODIES)
def test_every_word_and_code_block_survives_well_formed(body: str) -> None:
    after = saved(body)

    kept = re.sub(r"<ac:task-(id|uuid)>.*?</ac:task-\1>", "", after)
    assert sorted(words(kept)) == sorted(words(body))
    assert after.count("<![CDATA[") == body.count("<![CDATA[")
