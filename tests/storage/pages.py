"""Generated pages: text, macros, CDATA with false tables, comments, layouts, other tables."""

from __future__ import annotations

from html import escape

from hypothesis import strategies as st

WORDS = st.sampled_from(
    (
        "log_id",
        "콜센터",
        "한글",
        "e\u0301",
        "שלום",
        "🧭👩‍💻",
        "a &amp; b",
        "&nbsp;",
        "&rsquo;",
        "x &lt;td&gt; y",
    )
)
FALSE_TABLE = "<table><tr><th>log_id</th><th>title</th></tr><tr><td>LOG-1</td></tr></table>"
LEAVES = st.sampled_from(
    (
        "<!-- <table><tr><th>log_id</th> -->",
        f'<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[{FALSE_TABLE}'
        "<code>LOG-1</code>]]></ac:plain-text-body></ac:structured-macro>",
        f'<p title="{escape(FALSE_TABLE)}" class=\'a>"b"\'>attributes</p>',
        "<h1>Notes</h1>",
        "<h2>Activity</h2>",
        "<h3>Deeper</h3>",
        "<hr/>",
        "\r\n  \n",
        "<p />",
        '<ac:structured-macro ac:name="toc" ac:macro-id="1f"/>',
        '<p><ac:link><ri:page ri:content-title="한글 페이지" /></ac:link></p>',
        "<ul><li>one</li><li><p>two</p></li></ul>",
        "<ul><li><p><code>LOG-7</code> in a list</p></li></ul>",
        "<p><code>LOG-8</code> in a paragraph</p>\n",
        "<blockquote><code>LOG-9</code> loose<p>below</p></blockquote>",
        '<p><a href="https://e.example/?a=1&amp;b=2" data-card-appearance="inline">x</a></p>',
        "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>incomplete"
        "</ac:task-status><ac:task-body>do <code>LOG-6</code></ac:task-body></ac:task></ac:task-list>",
        '<ac:adf-extension><ac:adf-node type="panel"><ac:adf-content>'
        f"{FALSE_TABLE}</ac:adf-content></ac:adf-node><ac:adf-fallback>{FALSE_TABLE}"
        "</ac:adf-fallback></ac:adf-extension>",
        "<table><tbody><tr><td>log_id</td><td>title</td></tr><tr><td>LOG-1</td></tr></tbody></table>",
        '<table class="wrapped"><colgroup><col /></colgroup><tr><th rowspan="2">Who</th>'
        '<th colspan="2">What</th></tr><tr><td>LOG-1</td><td></td></tr></table>',
    )
)
PARAGRAPHS = st.lists(WORDS, max_size=4).map(lambda words: f"<p>{' '.join(words)}</p>")
CONTAINERS = st.sampled_from(
    (
        '<ac:structured-macro ac:name="expand"><ac:parameter ac:name="title">log_id</ac:parameter>'
        "<ac:rich-text-body>{}</ac:rich-text-body></ac:structured-macro>",
        "<blockquote>{}</blockquote>",
        "<table><tbody><tr><th>outer</th><th>log id</th></tr><tr><td>{}</td><td /></tr></tbody></table>",
        '<div class="content-wrapper">{}</div>',
    )
)


def _contained(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    blocks = st.lists(inner, max_size=3).map("".join)
    return st.builds(lambda around, inside: around.replace("{}", inside), CONTAINERS, blocks)


BLOCKS = st.recursive(LEAVES | PARAGRAPHS, _contained, max_leaves=8)
CONTENT = st.lists(BLOCKS, max_size=5).map("".join)


@st.composite
def surroundings(draw: st.DrawFn) -> tuple[str, str]:
    """What stands before and behind something on a page; together well-formed."""
    before, behind = draw(CONTENT), draw(CONTENT)
    if draw(st.booleans()):
        around = draw(CONTAINERS)
        open_tags, close_tags = around.split("{}")
        before, behind = before + open_tags, close_tags + behind
    if draw(st.booleans()):
        layout = '<ac:layout><ac:layout-section ac:type="fixed-width"><ac:layout-cell>'
        before = layout + before
        behind += "</ac:layout-cell></ac:layout-section></ac:layout>"
    return before, behind
