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
