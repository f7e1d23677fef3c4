"""What people see of a body: readable, and nothing in it that could run or load."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plays.sandbox.content.editor import browser_save
from plays.sandbox.render.body import render
from plays.sandbox.render.context import Surroundings
from plays.sandbox.web.diff import body_lines, diff_html
from plays.sandbox.web.texts import preferred_language

AROUND = Surroundings(
    page_url=lambda title, space_key: {"Play DB": "/wiki/spaces/AX/pages/7"}.get(title, ""),
    person=lambda account_id: {"712020:u": "김철수"}.get(account_id, "?"),
    tick_url="/tick",
    page_id="9",
    language="en",
)


def macro(name: str, inside: str = "", **parameters: str) -> str:
    given_parameters = "".join(
        f'<ac:parameter ac:name="{key}">{value}</ac:parameter>' for key, value in parameters.items()
    )
    return f'<ac:structured-macro ac:name="{name}">{given_parameters}{inside}</ac:structured-macro>'


def rich(inside: str) -> str:
    return f"<ac:rich-text-body>{inside}</ac:rich-text-body>"


def plain(inside: str) -> str:
    return f"<ac:plain-text-body><![CDATA[{inside}]]></ac:plain-text-body>"


OWN_TEXT = (
    '<ac:link><ri:page ri:content-title="Play DB" />'
    "<ac:plain-text-link-body><![CDATA[see <it>]]></ac:plain-text-link-body></ac:link>"
)
COLUMNS = (
    '<ac:layout-section ac:type="two_equal"><ac:layout-cell>a</ac:layout-cell></ac:layout-section>'
)
EDITOR_PANEL = (
    "<ac:adf-extension><ac:adf-node>t1</ac:adf-node><ac:adf-fallback>t1</ac:adf-fallback>"
    "</ac:adf-extension>"
)
SHOWN = [
    ("text", "<p>a &amp; <em>b</em></p>", '<p class="paragraph">a &amp; <em>b</em></p>'),
    ("a heading with an anchor", "<h2>My plan</h2>", '<h2 id="My-plan">My plan</h2>'),
    ("a lozenge", macro("status", title="G", colour="Green"), 'data-colour="green">G</span>'),
    ("a lozenge without a colour", macro("status", title="?"), 'data-colour="grey">?</span>'),
    ("a panel", macro("note", rich("<p>n</p>"), title="T"), 'data-kind="note"'),
    ("an expand", macro("expand", rich("<p>x</p>"), title="More"), "<summary>More</summary>"),
    ("code", macro("code", plain("if a < b:\n  c"), language="py"), "if a &lt; b:\n  c</pre>"),
    ("contents", macro("toc") + "<h1>One</h1>", '<a href="#One">One</a>'),
    ("a header cell", "<table><tbody><tr><th>h</th></tr></tbody></table>", "<th>h</th>"),
    ("a merged cell", '<td colspan="2" rowspan="9x">a</td>', '<td colspan="2">a</td>'),
    ("a measured column", '<col style="width: 175.0px;" />', '<col width="175">'),
    ("a coloured cell", '<td data-highlight-colour="#E3FCEF">a</td>', 'bgcolor="#E3FCEF"'),
    ("a page link", '<ac:link><ri:page ri:content-title="Play DB" /></ac:link>',
     'href="/wiki/spaces/AX/pages/7" rel="noopener noreferrer">Play DB</a>'),
    ("a link to no page", '<ac:link><ri:page ri:content-title="Gone" /></ac:link>',
     '<span class="missing-link" title="There is no page titled “Gone”">Gone</span>'),
    ("a link's own text", OWN_TEXT, "see &lt;it&gt;</a>"),
    ("a mention", '<ac:link><ri:user ri:account-id="712020:u" /></ac:link>', "@김철수"),
    ("a mail link", '<a href="mailto:a@example.com">m</a>', 'href="mailto:a@example.com"'),
    ("a date", '<time datetime="2026-01-18" />', ">18 Jan 2026</time>"),
    ("an emoji", '<ac:emoticon ac:name="blue-star" ac:emoji-fallback="😀" />', "😀"),
    ("an old emoticon", '<ac:emoticon ac:name="tick" />', "✅"),
    ("an image", '<ac:image><ri:attachment ri:filename="a.png" /></ac:image>', "Image: a.png"),
    ("a column", COLUMNS, '<div class="columns" data-kind="two_equal"><div class="column">a'),
    ("an unknown macro", macro("roadmap", rich("<p>inside</p>"), year="2026"), "Macro: roadmap"),
    ("its body", macro("roadmap", rich("<p>inside</p>")), "inside"),
    ("its facts", macro("roadmap", year="2026"), "<li>year: 2026</li>"),
    ("an editor panel once", EDITOR_PANEL, '<div class="panel-body">t1</div>'),
    ("a commented word", '<ac:inline-comment-marker ac:ref="r">w</ac:inline-comment-marker>',
     '<mark class="comment">w</mark>'),
]  # fmt: skip


@pytest.mark.parametrize(("body", "shown"), [s[1:] for s in SHOWN], ids=[s[0] for s in SHOWN])
def test_people_see(body: str, shown: str) -> None:
    assert shown in render(body, AROUND)


def test_headings_with_the_same_text_have_anchors_of_their_own() -> None:
    html = render("<h2>a</h2><h2>a</h2>", AROUND)

    assert re.findall(r'id="([^"]+)"', html) == ["a", "a.1"]


def test_a_task_is_a_checkbox_that_posts_its_next_state() -> None:
    task = (
        "<ac:task-list><ac:task><ac:task-id>3</ac:task-id><ac:task-status>complete"
        "</ac:task-status><ac:task-body>Call</ac:task-body></ac:task></ac:task-list>"
    )

    html = render(task, AROUND)

    assert 'name="taskId" value="3"' in html
    assert 'name="status" value="incomplete" class="checkbox" role="checkbox"' in html
    assert 'aria-checked="true" aria-label="Call"' in html
    assert "<form" not in render(task)


def test_a_block_inside_a_paragraph_does_not_end_it() -> None:
    html = render(f"<p>a{macro('info', rich('<p>b</p>'))}c</p>", AROUND)

    assert html.startswith('<div class="paragraph">a<div class="panel"')


@pytest.mark.parametrize(
    "body", ["<p>a", "<p>&bogus;</p>", "a < b", "</main><script>x</script>", "\ud800", "\x00"]
)
def test_an_ill_formed_body_is_shown_as_its_source(body: str) -> None:
    html = render(body, AROUND)

    assert html.startswith('<p class="notice">This body is not well-formed')
    assert body.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") in html


def test_a_bottomless_body_is_shown_as_its_source() -> None:
    html = render("<b>" * 5000 + "x" + "</b>" * 5000, AROUND)

    assert "nested too deeply" in html


DANGERS = [
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" java&#10;script:alert(1)">x</a>',
    '<a href="JAVASCRIPT:alert(1)">x</a>',
    '<a href="data:text/html,x">x</a>',
    '<a href="https://[">x</a>',
    '<a href="https://a.example/" onclick="alert(1)" style="x">x</a>',
    "<script>alert(1)</script>",
    "<script><![CDATA[alert(1)]]></script>",
    "<p><![CDATA[<script>alert(1)</script>]]></p>",
    "<p>&lt;img src=x onerror=alert(1)&gt;</p>",
    '<img src="https://evil.example/x.png" onerror="alert(1)" />',
    '<iframe src="https://evil.example/" />',
    "<svg onload='alert(1)'><style>a</style></svg>",
    '<form action="https://evil.example/"><input name="a" /><button>b</button></form>',
    "<h1>&quot;&gt;&lt;script&gt;</h1>" + macro("toc"),
    macro("anchor", **{"": '"&gt;&lt;script&gt;'}),
    macro("&quot;&gt;&lt;script&gt;", rich("x")),
    macro("status", title="&lt;script&gt;", colour='"&gt;&lt;script&gt;'),
    '<time datetime="&quot;&gt;&lt;script&gt;" />',
    '<ac:emoticon ac:emoji-fallback="&lt;script&gt;" />',
    '<ac:link ac:anchor="&quot;&gt;"><ri:page ri:content-title="Play DB" /></ac:link>',
    '<ac:link><ri:url ri:value="javascript:alert(1)" /></ac:link>',
    '<td data-highlight-colour="#fff&quot; onclick=&quot;x">a</td>',
    '<ac:layout-section ac:type="&quot; onclick=&quot;x" />',
]


class Strict(HTMLParser):
    """Collects what could run, load or post, and whether all tags are closed."""

    VOID = frozenset({"br", "hr", "wbr", "col", "input"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.dangers: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        if tag in ("script", "style", "img", "iframe", "object", "svg", "link", "base", "meta"):
            self.dangers.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in ("style", "src", "srcdoc", "formaction"):
                self.dangers.append(name)
            if name == "href" and not re.match(r"https?:|mailto:|/|#|\?", value or ""):
                self.dangers.append(value or "")
            if name == "action" and value != "/tick":
                self.dangers.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("body", DANGERS)
def test_nothing_runs_loads_or_posts_elsewhere(body: str) -> None:
    html = render(body, AROUND)

    strict = Strict(html)
    assert (strict.dangers, strict.open) == ([], [])
    assert "notice" not in html


NAMES = st.sampled_from(
    [
        *("p", "a", "h2", "td", "col", "ol", "pre", "script", "img", "table", "time", "span"),
        *("ac:link", "ri:page", "ri:user", "ri:url", "ri:attachment", "ac:image", "ac:emoticon"),
        *("ac:structured-macro", "ac:parameter", "ac:rich-text-body", "ac:plain-text-body"),
        *("ac:task-list", "ac:task", "ac:task-id", "ac:task-status", "ac:task-body", "ac:layout"),
        *("ac:layout-section", "ac:layout-cell", "ac:adf-extension", "ac:adf-fallback"),
    ]
)
ATTRIBUTES = st.dictionaries(
    st.sampled_from(
        [
            *("ac:name", "href", "style", "colspan", "start", "datetime", "ac:anchor", "ac:type"),
            *("ri:content-title", "ri:value", "ri:account-id", "data-highlight-colour", "class"),
        ]
    ),
    st.sampled_from(
        [
            *("", "toc", "status", "info", "expand", "anchor", "code", "javascript:x", "https://["),
            *("2026-99-99", "2", "²", "#abcdef", "width: 9px", "Play DB", "&quot;>&lt;script>"),
        ]
    ),
    max_size=3,
)


def written(name: str, attributes: dict[str, str], parts: list[str]) -> str:
    pairs = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{pairs}>{''.join(parts)}</{name}>"


BODIES = st.recursive(
    st.sampled_from(
        ["x", " ", "&lt;script>", "<![CDATA[</p><script>]]>", "3", "complete", "<!--c-->"]
    ),
    lambda inner: st.builds(written, NAMES, ATTRIBUTES, st.lists(inner, max_size=4)),
    max_leaves=15,
)


@given(BODIES)
def test_any_well_formed_body_becomes_closed_and_harmless_html(body: str) -> None:
    html = render(body, AROUND)

    strict = Strict(html)
    assert (strict.dangers, strict.open) == ([], [])
    assert not html.startswith('<p class="notice">')


@given(st.text(st.characters()) | BODIES, st.text() | BODIES)
def test_rendering_and_comparing_never_raise(old: str, new: str) -> None:
    assert Strict(render(old, AROUND)).dangers == []
    assert Strict(diff_html(old, new)).dangers == []


def test_a_difference_shows_the_changed_words_in_their_lines() -> None:
    old = "<p>same</p><table><tbody><tr><td>D01</td><td>3</td></tr></tbody></table>"
    new = old.replace("<td>3</td>", "<td>4</td>")

    html = diff_html(old, new, language="en")

    assert "&lt;td&gt;<del>3</del>&lt;/td&gt;" in html
    assert "&lt;td&gt;<ins>4</ins>&lt;/td&gt;" in html
    assert html.count('data-kind="removed"') == html.count('data-kind="added"') == 1


def test_ids_that_a_save_adds_are_no_difference_unless_asked_for() -> None:
    old = '<p>a</p><ac:structured-macro ac:name="toc" />'
    new = browser_save(old)

    assert "say the same" in diff_html(old, new, language="en")
    assert "local-id" in diff_html(old, new, language="en", exact=True)


def test_long_unchanged_stretches_fold() -> None:
    old = "".join(f"<p>{n}</p>" for n in range(100))

    html = diff_html(old, old.replace("<p>50</p>", "<p>fifty</p>"), language="en")

    assert html.count('data-kind="same"') == 6
    assert "47 unchanged lines" in html
    assert "46 unchanged lines" in html


def test_a_cell_is_one_line_and_a_row_is_not() -> None:
    lines = body_lines("<table><tr><td><p>a <b>b</b></p></td><td>c</td></tr></table>")

    assert [line.strip() for line in lines] == [
        *("<table>", "<tr>", "<td><p>a <b>b</b></p></td>", "<td>c</td>", "</tr>", "</table>")
    ]


@given(BODIES, BODIES)
def test_only_what_differs_is_called_a_difference(old: str, new: str) -> None:
    html = diff_html(old, new, language="en", exact=True)

    assert ("say the same" in html) == (body_lines(old, exact=True) == body_lines(new, exact=True))


LANGUAGES = [
    ("", "ko"), ("ko-KR,ko;q=0.9,en;q=0.8", "ko"), ("en-US,en;q=0.9,ko;q=0.8", "en"),
    ("fr", "ko"), ("fr,en;q=0.1", "en"), ("en;q=0,ko;q=0.1", "ko"), ("en;q=0", "ko"),
    ("ko;q=0.3, en;q=0.7", "en"), ("garbage;;q=,,en;q=9", "ko"),
]  # fmt: skip


@pytest.mark.parametrize(("header", "language"), LANGUAGES)
def test_the_browser_chooses_the_language(header: str, language: str) -> None:
    assert preferred_language(header) == language
