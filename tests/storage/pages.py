"""Generated pages: text, macros, CDATA with false tables, comments, layouts, other tables."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from hypothesis import strategies as st

from plays.storage import TableShape
from tests.storage.shapes import LOG, PLAYS

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
CODE_MACRO = (
    f'<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[{FALSE_TABLE}'
    "<code>LOG-1</code>]]></ac:plain-text-body></ac:structured-macro>"
)
TASKS = (
    "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>incomplete"
    "</ac:task-status><ac:task-body>do <code>LOG-6</code></ac:task-body></ac:task></ac:task-list>"
)
ADF_PANEL = (
    '<ac:adf-extension><ac:adf-node type="panel"><ac:adf-content>'
    f"{FALSE_TABLE}</ac:adf-content></ac:adf-node><ac:adf-fallback>{FALSE_TABLE}"
    "</ac:adf-fallback></ac:adf-extension>"
)
PLAIN_TABLE = (
    "<table><tbody><tr><td>log_id</td><td>title</td></tr><tr><td>LOG-1</td></tr></tbody></table>"
)
MERGED_TABLE = (
    '<table class="wrapped"><colgroup><col /></colgroup><tr><th rowspan="2">Who</th>'
    '<th colspan="2">What</th></tr><tr><td>LOG-1</td><td></td></tr></table>'
)
EXPAND = (
    '<ac:structured-macro ac:name="expand"><ac:parameter ac:name="title">log_id'
    "</ac:parameter><ac:rich-text-body>{}</ac:rich-text-body></ac:structured-macro>"
)
OUTER_TABLE = (
    "<table><tbody><tr><th>outer</th><th>log id</th></tr><tr><td>{}</td><td /></tr></tbody></table>"
)
LEAVES = st.sampled_from(
    (
        *(CODE_MACRO, TASKS, ADF_PANEL, PLAIN_TABLE, MERGED_TABLE),
        "<!-- <table><tr><th>log_id</th> -->",
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
    )
)
PARAGRAPHS = st.lists(WORDS, max_size=4).map(lambda words: f"<p>{' '.join(words)}</p>")
CONTAINERS = st.sampled_from(
    (EXPAND, OUTER_TABLE, "<blockquote>{}</blockquote>", '<div class="content-wrapper">{}</div>')
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


@st.composite
def tables(draw: st.DrawFn, shape: TableShape) -> str:
    """A table of a shape, in one of the manners that editors leave behind."""
    start, end = draw(st.sampled_from((("", ""), ("<p>", "</p>"), ('<p local-id="a1">', "</p>"))))
    names = [*draw(st.permutations(shape.names)), "", "Remarks"]
    head = "".join(f"<th>{start}<strong>{name}</strong>{end}</th>" for name in names)
    rows = "".join(
        draw(rows_of(names, shape.key, start, end)) for _ in range(draw(st.integers(0, 4)))
    )
    return draw(st.sampled_from(TABLE_MANNERS)).format(head=f"<tr>{head}</tr>", rows=rows)


@st.composite
def rows_of(draw: st.DrawFn, names: list[str], key: str, start: str, end: str) -> str:
    sources = draw(st.lists(CELL_SOURCES, min_size=len(names), max_size=len(names)))
    sources[names.index(key)] = draw(st.sampled_from(("LOG-1", "LOG-2", "LOG-7", "LOG-10", "")))
    cells = [f"<td>{start}{source}{end}</td>" for source in sources]
    if draw(st.integers(0, 3)) == 0:
        cells = draw(st.sampled_from(MISSHAPES))(cells)
    return f"<tr>{''.join(cells)}</tr>"


def with_spans(cells: list[str], spans: str) -> list[str]:
    return [cells[0], cells[1].replace("<td", f"<td {spans}", 1), *cells[2:]]


MISSHAPES: tuple[Callable[[list[str]], list[str]], ...] = (
    lambda cells: [f'<td colspan="{len(cells)}">LOG-2</td>'],
    lambda cells: with_spans(cells, 'rowspan="2"'),
    lambda cells: with_spans(cells, 'rowspan="0"'),
    lambda cells: with_spans(cells, 'colspan="2"')[:-1],
    lambda cells: with_spans(cells, 'class="highlight-red numberingColumn" align="right"'),
    lambda cells: cells[:5],
)


LOZENGE = (
    '<ac:structured-macro ac:name="status"><ac:parameter ac:name="title">G</ac:parameter>'
    '<ac:parameter ac:name="colour">Green</ac:parameter></ac:structured-macro>'
)
CELL_SOURCES = st.sampled_from(
    (
        *("", "LOG-1", "LOG-2", "LOG-10", "G", "1,234", "&nbsp;", "<br/>", "로그"),
        '<ac:inline-comment-marker ac:ref="r">7</ac:inline-comment-marker>',
        LOZENGE,
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


@st.composite
def split_logs(draw: st.DrawFn) -> tuple[str, str]:
    """A page with a well-shaped log, in two parts: new rows belong between them."""
    before, behind = draw(surroundings())
    names = [*draw(st.permutations(LOG.names)), "Remarks"]
    head = "".join(f"<th>{name}</th>" for name in names)
    count = draw(st.integers(0, 4))
    sources = st.lists(CELL_SOURCES, min_size=len(names), max_size=len(names))
    rows = ""
    for key in range(count):
        cells = draw(sources)
        cells[names.index("log_id")] = f"LOG-{key}"
        rows += f"<tr>{''.join(f'<td><p>{cell}</p></td>' for cell in cells)}</tr>\n"
    manner = draw(st.sampled_from(SPLIT_MANNERS)).format(
        head=f"<tr>{head}</tr>", rows=rows.rstrip()
    )
    start, end = manner.split("|NEW|")
    return before + start, end + behind


SPLIT_MANNERS = (
    "<table><tbody>{head}{rows}|NEW|</tbody></table>",
    "<table><thead>{head}</thead><tbody>{rows}|NEW|</tbody><tfoot><tr><td>Sum</td></tr></tfoot></table>",
    "<table><colgroup><col /></colgroup>{head}{rows}|NEW|</table>",
)


@st.composite
def split_cells(draw: st.DrawFn) -> tuple[str, str, str]:
    """A page in three parts; the middle one is all that the title of LOG-1 holds."""
    first, key, rest = "<tr><td>", "LOG-1", "</td><td>x</td></tr>"
    head = "<tr><th>Log-ID</th><th>Title</th><th>Remarks</th></tr>"
    before, behind = draw(surroundings())
    paragraph = draw(st.sampled_from(("", "<p>", '<p class="auto-cursor-target" local-id="1">')))
    closing = "</p>" if paragraph else ""
    rows = f"{first}LOG-10</td><td>LOG-1{rest}{first}{key}</td>"
    cell = f'<td data-highlight-colour="#fff" ac:local-id="2">{paragraph}'
    start, end = f"{before}<table>{head}{rows}{cell}", f"{closing}{rest}</table>{behind}"
    return start, draw(CELL_SOURCES), end
