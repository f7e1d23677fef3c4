"""The careful way to read a page: expat tells every tag, a node for each element, no short cut.

The product reads pages by jumping from tag to tag; this is what its results are compared with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import name2codepoint
from xml.parsers import expat

from plays.storage.scan.visible import (
    BLOCKS,
    LINK_BODIES,
    SHOWN_ATTRIBUTE,
    is_status,
    link_target,
    parameter,
)
from plays.storage.text import fold

_OPEN, _CLOSE = b"<page>", b"</page>"
_START_TAG = re.compile(rb"""<[^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*>""")
_PREDEFINED = ("amp", "lt", "gt", "quot", "apos")
_ENTITIES = "".join(
    f'<!ENTITY {name} "&#{code};">'
    for name, code in name2codepoint.items()
    if name not in _PREDEFINED
)
_UNSEEN = (
    *("ac:parameter", "ac:placeholder", "ac:adf-extension", "colgroup"),
    *("ac:task-id", "ac:task-uuid", "ac:task-status"),
)


class CarefulNode:
    """An element with all that is inside it; its offsets are named as the product's are."""

    def __init__(self, name, attributes, start, inner, parent):
        self.name, self.attributes, self.parent = name, attributes, parent
        self.start, self.inner, self.close, self.end = start, inner, inner, inner
        self.children = []

    def elements(self):
        return [child for child in self.children if isinstance(child, CarefulNode)]

    @property
    def around(self):
        return self.parent

    def walk(self) -> Iterator[CarefulNode]:
        """Every element inside, in page order."""
        waiting = self.elements()[::-1]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += node.elements()[::-1]


def careful_root(body: str) -> CarefulNode:
    """The page's root. Raises ExpatError with `offset`, the place in the page's bytes."""
    return _Reading(body.encode()).root


class _Reading:
    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.open = self.root = CarefulNode("", {}, 0, 0, None)
        self.parser = expat.ParserCreate("utf-8")
        self.parser.UseForeignDTD(True)
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_ALWAYS)
        self.parser.ExternalEntityRefHandler = self._declare_entities
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.SkippedEntityHandler = self._unknown_entity
        try:
            self.parser.Parse(_OPEN + raw + _CLOSE, True)
        except expat.ExpatError as error:
            error.offset = self.parser.ErrorByteIndex - len(_OPEN)
            raise
        self.root.close = self.root.end = len(raw)

    def _declare_entities(self, context, *_):
        self.parser.ExternalEntityParserCreate(context).Parse(_ENTITIES, True)
        return 1

    def _start(self, name, attributes):
        at = self.parser.CurrentByteIndex - len(_OPEN)
        if at < 0:
            return
        inner = _START_TAG.match(self.raw, at).end()
        node = CarefulNode(name, attributes, at, inner, self.open)
        self.open.children.append(node)
        self.open = node

    def _end(self, name):
        node = self.open
        if node.parent is None:
            return
        if self.raw[node.inner - 2 : node.inner] != b"/>":
            node.close = self.parser.CurrentByteIndex - len(_OPEN)
            node.end = self.raw.index(b">", node.close) + 1
        self.open = node.parent

    def _text(self, text):
        children = self.open.children
        if children and isinstance(children[-1], str):
            children[-1] += text
        else:
            children.append(text)

    def _unknown_entity(self, name, is_parameter):
        if not is_parameter:
            self._text(f"&{name};")


def careful_text(node) -> str:
    """The visible text of an element, piece by piece."""
    pieces = []
    waiting = [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            pieces.append(item)
        else:
            waiting += _shown(item)[::-1]
    return fold("".join(pieces))


def _shown(node):
    if node.name in _UNSEEN:
        return []
    if node.name in BLOCKS:
        return [" ", *node.children, " "]
    if node.name == "br":
        return [" "]
    if node.name in SHOWN_ATTRIBUTE:
        return [node.attributes.get(SHOWN_ATTRIBUTE[node.name], "")]
    if is_status(node):
        return [parameter(node, "title")]
    if node.name == "ac:link" and not any(e.name in LINK_BODIES for e in node.elements()):
        return [link_target(node, "ri:page", "ri:content-title") or ""]
    return node.children


def careful_grid(table):
    """A table's rows: each its element's start, its group, and for each column that a cell covers
    the cell's start, its first column, width and height, and whether it is from above; then the
    starts of the cells that reach below.
    """
    rows = []
    for group, elements in _groups(table):
        reaching = []
        for element in elements:
            cells, reaching = _laid_out(element, reaching)
            columns = range(max((cell[1] + cell[2] for cell in cells), default=0))
            covered = {column: _covering(cells, column) for column in columns}
            rows.append((element.start, group, covered, [cell[0] for cell, _ in reaching]))
    return rows


def _covering(cells, column):
    """Where merged cells overlap, the one in its usual place wins, else the first."""
    usual = cells[column : column + 1]
    return next((c for c in (*usual, *cells) if c[1] <= column < c[1] + c[2]), None)


def _groups(table):
    groups, is_loose = [], False
    for child in table.elements():
        if child.name in ("thead", "tbody", "tfoot"):
            groups.append((child.name, [row for row in child.elements() if row.name == "tr"]))
            is_loose = False
        elif child.name == "tr":
            if not is_loose:
                groups.append(("tbody", []))
            groups[-1][1].append(child)
            is_loose = True
    return groups


def _laid_out(row, reaching):
    cells = [cell for cell, _ in reaching]
    below = [(cell, rows - 1) for cell, rows in reaching if rows > 1]
    column = 0
    for element in row.elements():
        if element.name not in ("th", "td"):
            continue
        for cell, _ in sorted(reaching, key=lambda item: item[0][1]):
            if cell[1] <= column < cell[1] + cell[2]:
                column = cell[1] + cell[2]
        width = min(max(_span(element, "colspan"), 1), 1_000)
        height = min(_span(element, "rowspan") or 65_534, 65_534)
        cells.append((element.start, column, width, height, False))
        if height > 1:
            below.append(((element.start, column, width, height, True), height - 1))
        column += width
    return sorted(cells, key=lambda cell: cell[1]), below


def _span(cell, attribute):
    value = cell.attributes.get(attribute, "1").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else 1
