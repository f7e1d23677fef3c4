"""Storage format as HTML for people: nothing in it runs, loads or posts unasked; it never raises.

A body that is not well-formed is shown as its source, with a notice.
"""

from plays.sandbox.render.blocks import BLOCKS
from plays.sandbox.render.context import Rendering, Surroundings, headings_of
from plays.sandbox.render.links import LINKS
from plays.sandbox.render.macros import MACRO_ELEMENTS
from plays.sandbox.render.markup import Element, Node, NotWellFormed, depth, parse
from plays.sandbox.web.hypertext import Html, fill, join
from plays.sandbox.web.texts import Texts

_ELEMENTS = {**BLOCKS, **LINKS, **MACRO_ELEMENTS}
_DEEPEST = 80  # rendering is recursive; real pages stay below thirty


def render(body: str, around: Surroundings | None = None) -> Html:
    """The body as HTML; what it links to and who it names comes from `around`."""
    around = around or Surroundings()
    texts = Texts(around.language)
    try:
        root = parse(body)
    except NotWellFormed as error:
        return _source(body, texts("ill_formed", why=error))
    if depth(root) > _DEEPEST:
        return _source(body, texts("too_deep"))
    rendering = Rendering(
        around=around,
        texts=texts,
        inside=lambda element: _inside(element, rendering),
        headings=headings_of(root),
    )
    return rendering.inside(root)


def _inside(element: Element, rendering: Rendering) -> Html:
    return join(_node(child, rendering) for child in element.children)


def _node(node: Node, rendering: Rendering) -> Html:
    if not isinstance(node, Element):
        return fill("{text}", text=node if isinstance(node, str) else node.text)
    write = _ELEMENTS.get(node.tag)
    return write(node, rendering) if write else rendering.inside(node)


def _source(body: str, why: str) -> Html:
    return fill('<p class="notice">{why}</p><pre class="code">{body}</pre>', why=why, body=body)
