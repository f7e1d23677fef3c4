"""Generated markup, rare on pages and yet well-formed: what short cuts could stumble over."""

from __future__ import annotations

from hypothesis import strategies as st

# One name begins another, and each may lie inside itself.
NAMES = (
    *("p", "pre", "a", "ac:link", "b", "br", "td", "th", "tr", "table", "tbody", "thead", "t"),
    *("ac:layout", "ac:layout-section", "ac:structured-macro", "ac:parameter", "li", "ul", "code"),
    *("ac:adf-extension", "ac:adf-node", "time", "한글", "div", "strong", "s", "span", "h2"),
)
TEXTS = (
    *("x", "LOG-1", "L", "OG-1", "LOG-", "1", "LOG-10", "-", " ", "\n", "\r\n", "\r", "\t", ">"),
    *("&nbsp;", "&amp;", "&#76;OG-1", "&#x4c;OG-1", "&shy;", "&zwj;", "&unheardOf;", "&rsquo;"),
    *(
        "한글",
        "e\u0301",
        "\u00ad",
        "\u200b",
        "👩\u200d💻",
        "\u212a-1",
        "K-1",
        "'",
        '"',
        "합계",
        "=",
    ),
)
UNPARSED = (
    *("<!-- </td> -->", "<!---->", "<![CDATA[</p>]]>", "<![CDATA[]]>", "<![CDATA[OG-1]]>"),
    *("<![CDATA[<td>&amp;\r\n]]>", "<?php </tr> ?>", "<!-- <![CDATA[ -->", "<![CDATA[<!--]]>"),
)
ATTRIBUTES = (
    *("", ' a="1"', " a='>'", ' a="/>"', " a = \"'\" b='\"'", ' a="&amp;&nbsp;&unheardOf;\n\t"'),
    *(' colspan="2"', " rowspan='2'", ' rowspan="0"', ' ac:name="status"', ' ac:name="title"'),
    *(' datetime="LOG-1"', ' datetime="1"', ' ri:content-title="LOG-1"', " \n"),
)
LEAVES = st.sampled_from((*TEXTS, *UNPARSED))


@st.composite
def _elements(draw: st.DrawFn, inside: st.SearchStrategy[str]) -> str:
    name, attributes = draw(st.sampled_from(NAMES)), draw(st.sampled_from(ATTRIBUTES))
    children = draw(st.lists(inside, max_size=3))
    if not children and draw(st.booleans()):
        return f"<{name}{attributes}/>"
    space = draw(st.sampled_from(("", " ", "\n")))
    return f"<{name}{attributes}>{''.join(children)}</{name}{space}>"


MARKUP = st.lists(st.recursive(LEAVES, _elements, max_leaves=12), max_size=6).map("".join)


@st.composite
def _rows(draw: st.DrawFn) -> str:
    cells = []
    for _ in range(draw(st.integers(0, 3))):
        name, attributes = draw(st.sampled_from(("td", "th"))), draw(st.sampled_from(ATTRIBUTES))
        around = draw(st.sampled_from(("{}", "<p>{}</p>", "<p><code>{}</code></p>", " <p>{}</p >")))
        inside = around.format(draw(LEAVES | MARKUP))
        cells.append(f"<{name}{attributes}>{inside}</{name}>")
    between = draw(st.sampled_from(("", "", "", "\n", "<!-- -->", "x", "<p/>")))
    return f"<tr>{''.join(cells)}</tr>{between}"


@st.composite
def table_markup(draw: st.DrawFn) -> str:
    """A table that is hardly one: rows in groups and beside them, with all that is in MARKUP."""
    parts = []
    for _ in range(draw(st.integers(0, 3))):
        rows = "".join(draw(st.lists(_rows(), max_size=3)))
        group = draw(st.sampled_from(("{}", "<tbody>{}</tbody>", "<thead>{}</thead>")))
        parts.append(group.format(rows))
    return f"<table>{''.join(parts)}</table>"


# What damages a page: a character or a stretch goes, another comes.
DAMAGE = st.tuples(
    st.integers(0, 400),
    st.integers(0, 3),
    st.sampled_from(
        ("", "<", ">", "&", "]]>", "</p>", "<p>", '"', "/", "\x00", "&;", "<!--", "--")
    ),
)

# The beginnings of lines that are entries, that look like entries, and that are none.
_BEGINNINGS = (
    *(
        "LOG-7 ",
        "LOG-07",
        "LOG-9",
        "LOG-1",
        "LOG-10",
        "LOG-8-1",
        "LOG-8 LOG-9",
        "LOG-9a",
        "1 LOG-2",
    ),
    *("<code>LOG-9</code> b", "<b><code>LOG-9</code></b>", "<code>LOG-1</code>0", "LOG<b>-7</b>"),
    *(
        "<code>LOG-7</code><b>x</b>",
        "<code>LOG-7</code>&amp;",
        "LOG-7&nbsp;a",
        "LOG-7\u0301",
        "LOG-7은",
    ),
    *(
        "LOG-7_",
        "LOG-7\u200b5",
        "LOG-٧",
        "- LOG-8",
        "✅ LOG-8",
        "1. LOG-8",
        "<!-- -->LOG-8",
        "LOG-8<!-- -->1",
    ),
    *("2026-11-19 LOG-3", "11/20 a", "2026-11-18 b", "<i>11/17</i> c", "", " ", "a", "&nbsp;LOG-9"),
    *(
        "<a title='>'>LOG-9</a>",
        '<a href="x>">LOG-9</a>',
        "LOG-9<br/>LOG-1",
        "<time datetime='1'/>LOG-9",
    ),
    *("\nLOG-6\n", "<b> LOG-6 </b>", "</b>LOG-6<b>".join(("<b>", "</b>")), "x > LOG-6", "LOG-6]"),
)
_AROUND = (
    *("<p>{}</p>",) * 4,
    *('<p class="x">{}</p>', "<p a='>'>{}</p>", "<p>{}</p >", "<pre>{}</pre>", "<p><p>{}</p></p>"),
    *("<li>{}</li>", "<ul><li>{}</li></ul>", "<blockquote><p>{}</p></blockquote>", "<i>{}</i>"),
)
_ITEMS = (
    *("<li>{}</li>", "<li><p>{}</p></li>", "<li>\n<p>{}</p>\n</li>") * 3,
    "<p>{}</p>",
    "<li><p>{}</p>x</li>",
)


@st.composite
def log_markup(draw: st.DrawFn) -> str:
    """A section that people keep a log in, hardly in order, and what stands around it."""
    parts = []
    for _ in range(draw(st.integers(0, 3))):
        blocks = draw(
            st.lists(st.tuples(st.sampled_from(_AROUND), st.sampled_from(_BEGINNINGS)), max_size=6)
        )
        parts.append(draw(st.sampled_from(("", "", "\n"))).join(a.format(b) for a, b in blocks))
        items = draw(
            st.lists(st.tuples(st.sampled_from(_ITEMS), st.sampled_from(_BEGINNINGS)), max_size=4)
        )
        bullets = "".join(a.format(b) for a, b in items)
        parts.append(
            draw(
                st.sampled_from(("", "<ul>{}</ul>", "<ol>\n{}</ol>", "x", "<hr/>", "<h3>b</h3>"))
            ).format(bullets)
        )
    before, behind = (
        draw(st.sampled_from(_AROUND)),
        draw(st.sampled_from(("", "<h2>끝</h2><p>LOG-9</p>", "<p />"))),
    )
    return f"{before.format('LOG-1')}<h2>활동 로그</h2>{''.join(parts)}{behind}"
