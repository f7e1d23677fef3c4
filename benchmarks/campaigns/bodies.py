"""A page's storage text read by the standard library's XML parser alone.

Nothing of the product is used: what the checker sees must not depend on what it checks.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)(\w+;)")
_PREFIX = re.compile(r"(</?|\s)(ac|ri|at):")
BLOCKS = ("p", "li", "td", "th", "ac-task-body")
Parents = dict[Element, Element]


def parse(body: str) -> Element:
    """Raises ElementTree.ParseError for a body that is not well-formed."""
    text = _ENTITY.sub(lambda found: html.unescape(found[0]), body)
    plain = _PREFIX.sub(r"\1\2-", text)
    return ElementTree.fromstring(f"<page>{plain}</page>")


def text_of(element: Element) -> str:
    """What one reads, with blanks as single spaces."""
    return " ".join("".join(element.itertext()).split())


def tables(page: Element) -> Iterator[tuple[list[str], list[list[str]]]]:
    """Each table's headings (its first row) and its further rows, as text."""
    for table in page.iter("table"):
        rows = [[text_of(c) for c in row if c.tag in ("td", "th")] for row in table.iter("tr")]
        if rows:
            yield rows[0], rows[1:]


def entries(page: Element) -> Iterator[tuple[str, str]]:
    """Each block outside of tables that has a code element: the code's text, the block's text."""
    parents: Parents = {child: parent for parent in page.iter() for child in parent}
    for code in page.iter("code"):
        block = _up_to(code, BLOCKS, parents)
        if _up_to(code, ("table",), parents) is None and block is not None:
            yield text_of(code), text_of(block)


def _up_to(element: Element, tags: tuple[str, ...], parents: Parents) -> Element | None:
    here: Element | None = element
    while here is not None and here.tag not in tags:
        here = parents.get(here)
    return here
