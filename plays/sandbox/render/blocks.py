"""Plain HTML elements of storage format: text, headings, lists and tables."""

import re
from collections.abc import Callable

from plays.sandbox.render.context import Rendering
from plays.sandbox.render.markup import Element
from plays.sandbox.web.hypertext import Html, fill

Write = Callable[[Element, Rendering], Html]

_PLAIN = [
    *("strong", "b", "em", "i", "u", "s", "del", "ins", "sub", "sup", "small", "code", "kbd"),
    *("blockquote", "ul", "li", "dl", "dt", "dd", "cite", "q", "thead", "tbody", "tfoot", "tr"),
    *("colgroup", "caption"),
]
_ALIGN = re.compile(r"text-align: *(center|right)")
_WIDTH = re.compile(r"(?:^|;) *width: *([0-9]{1,5})(?:\.[0-9]*)?(px|%)")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_BLOCK_HTML = re.compile(r"<(?:div|table|ul|ol|pre|details|form|h[1-6]|p|hr|blockquote|nav)\b")
_SPAN = re.compile(r"[1-9][0-9]{0,2}")


def _plain(element: Element, rendering: Rendering) -> Html:
    inside = rendering.inside(element)
    return fill("<{tag}>{inside}</{tag}>", tag=element.tag, inside=inside)


def _paragraph(element: Element, rendering: Rendering) -> Html:
    inside = rendering.inside(element)
    # A browser ends a <p> at the first block inside, so such a paragraph has to be a div.
    tag = "div" if _BLOCK_HTML.search(inside) else "p"
    align = _ALIGN.search(element.attributes.get("style", ""))
    name = f"paragraph align-{align[1]}" if align else "paragraph"
    return fill('<{tag} class="{name}">{inside}</{tag}>', tag=tag, name=name, inside=inside)


def _heading(element: Element, rendering: Rendering) -> Html:
    heading = rendering.heading_of(element)
    return fill(
        '<{tag} id="{anchor}">{inside}</{tag}>',
        tag=element.tag,
        anchor=heading.anchor if heading else "",
        inside=rendering.inside(element),
    )


def _ordered(element: Element, rendering: Rendering) -> Html:
    start = element.attributes.get("start", "1")
    number = start if re.fullmatch(r"[0-9]{1,6}", start) else "1"
    return fill('<ol start="{n}">{inside}</ol>', n=number, inside=rendering.inside(element))


def _preformatted(element: Element, rendering: Rendering) -> Html:
    return fill('<pre class="code">{inside}</pre>', inside=rendering.inside(element))


def _table(element: Element, rendering: Rendering) -> Html:
    return fill(
        '<div class="table-wrap" tabindex="0" role="group" aria-label="{name}">'
        "<table>{inside}</table></div>",
        name=rendering.texts("table"),
        inside=rendering.inside(element),
    )


def _column(element: Element, rendering: Rendering) -> Html:
    # A width attribute, since the content security policy forbids inline styles.
    width = _WIDTH.search(element.attributes.get("style", ""))
    if width is None:
        return Html("<col>")
    return fill('<col width="{width}">', width=width[1] + ("%" if width[2] == "%" else ""))


def _cell(element: Element, rendering: Rendering) -> Html:
    attributes = element.attributes
    marks = "".join(
        f' {name}="{attributes[name]}"'
        for name in ("colspan", "rowspan")
        if _SPAN.fullmatch(attributes.get(name, ""))
    )
    colour = attributes.get("data-highlight-colour", "")
    if _COLOUR.fullmatch(colour):
        marks += f' bgcolor="{colour}" data-ink="{_ink(colour)}"'
    if "numberingColumn" in attributes.get("class", "").split():
        marks += ' class="numbering"'
    return fill(
        "<{tag}{marks}>{inside}</{tag}>",
        tag=element.tag,
        marks=Html(marks),
        inside=rendering.inside(element),
    )


def _ink(background: str) -> str:
    red, green, blue = (int(background[at : at + 2], 16) for at in (1, 3, 5))
    return "dark" if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else "light"


def _void(element: Element, rendering: Rendering) -> Html:
    return fill("<{tag}>", tag=element.tag)


BLOCKS: dict[str, Write] = {
    **dict.fromkeys(_PLAIN, _plain),
    **dict.fromkeys(["h1", "h2", "h3", "h4", "h5", "h6"], _heading),
    **dict.fromkeys(["td", "th"], _cell),
    **dict.fromkeys(["br", "hr", "wbr"], _void),
    "p": _paragraph,
    "ol": _ordered,
    "pre": _preformatted,
    "table": _table,
    "col": _column,
}
