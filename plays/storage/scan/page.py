"""One pass over a page for the offsets of its elements; refuses what is not well-formed.

The page is an XML fragment with undeclared prefixes and HTML entities. Standard expat reads it
inside one root, with the entities of XHTML 1.0 declared in a foreign DTD, and tells the byte at
which every tag starts; nothing is ever serialised from what it read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import name2codepoint
from xml.parsers import expat

from plays.storage.errors import NotStorage, Place

_OPEN, _CLOSE = b"<page>", b"</page>"
_START_TAG = re.compile(rb"""<[^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*>""")
_PREDEFINED = ("amp", "lt", "gt", "quot", "apos")
_ENTITIES = "".join(
    f'<!ENTITY {name} "&#{code};">'
    for name, code in name2codepoint.items()
    if name not in _PREDEFINED
)


class Node:
    """An element by its offsets in the page's bytes.

    `start` is its start tag's `<`, `inner` the byte behind that tag, `close` its end tag's `<`,
    `end` the byte behind everything. A self-closed element has `close == end == inner`.
    `is_hidden` marks what lies inside an `ac:adf-extension`: the editor keeps that content twice.
    """

    __slots__ = (
        "attributes",
        "children",
        "close",
        "end",
        "inner",
        "is_hidden",
        "name",
        "parent",
        "start",
    )

    def __init__(
        self, name: str, attributes: dict[str, str], span: tuple[int, int], parent: Node | None
    ) -> None:
        self.name = name
        self.attributes = attributes
        self.start, self.inner = span
        self.close = self.end = self.inner
        self.parent = parent
        self.is_hidden: bool = parent is not None and (
            parent.is_hidden or parent.name == "ac:adf-extension"
        )
        self.children: list[Node | str] = []

    @property
    def is_self_closed(self) -> bool:
        return self.close == self.end and self.parent is not None

    @property
    def around(self) -> Node:
        """The element that holds this one; the root holds itself."""
        return self if self.parent is None else self.parent

    def elements(self) -> list[Node]:
        """The element children."""
        return [child for child in self.children if isinstance(child, Node)]

    def ancestors(self) -> Iterator[Node]:
        """The elements around this one, from the inside out, the page's root last."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def descendants(self) -> Iterator[Node]:
        """Every element inside, in page order, however deep."""
        waiting = self.elements()[::-1]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += node.elements()[::-1]


class Page:
    """A scanned page: its bytes, its root (which has no tags), every element in page order."""

    def __init__(self, raw: bytes, root: Node, nodes: list[Node]) -> None:
        self.raw = raw
        self.root = root
        self.nodes = nodes
        self._places = _Places(raw)

    def place(self, offset: int, *, table: int | None = None, row: int | None = None) -> Place:
        return self._places.place(offset, table=table, row=row)

    def source(self, start: int, end: int) -> str:
        """The page's own text between two offsets."""
        return self.raw[start:end].decode()


def scan(body: str) -> Page:
    """Read a page. Raises NotStorage for what Confluence's own parser would refuse."""
    try:
        raw = body.encode()
    except UnicodeEncodeError as error:
        place = _Places(body[: error.start].encode()).place(error.start * 4)
        raise NotStorage("The page holds half a surrogate pair.", [place]) from error
    return _Scan(raw).run()


class _Scan:
    """The handlers of one expat run."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.open = self.root = Node("", {}, (0, 0), None)
        self.nodes: list[Node] = []
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.UseForeignDTD(True)
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_ALWAYS)
        self.parser.ExternalEntityRefHandler = self._declare_entities
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.SkippedEntityHandler = self._unknown_entity

    def run(self) -> Page:
        try:
            self.parser.Parse(_OPEN + self.raw + _CLOSE, True)
        except expat.ExpatError as error:
            at = self.parser.ErrorByteIndex - len(_OPEN)
            reason = expat.ErrorString(error.code)
            message = f"The page is not well-formed storage format: {reason}."
            raise NotStorage(message, [_Places(self.raw).place(at)]) from error
        self.root.close = self.root.end = len(self.raw)
        return Page(self.raw, self.root, self.nodes)

    def _declare_entities(self, context: str | None, *_: object) -> int:
        self.parser.ExternalEntityParserCreate(context).Parse(_ENTITIES, True)
        return 1

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        at = self.parser.CurrentByteIndex - len(_OPEN)
        if at < 0:
            return
        tag = _START_TAG.match(self.raw, at)
        if tag is None:  # pragma: no cover - expat has seen a whole tag here
            raise AssertionError(f"expat sees a tag at byte {at} and we do not")
        node = Node(name, attributes, (at, tag.end()), self.open)
        self.open.children.append(node)
        self.nodes.append(node)
        self.open = node

    def _end(self, name: str) -> None:
        node = self.open
        if node.parent is None:
            return
        if self.raw[node.inner - 2 : node.inner] != b"/>":
            node.close = self.parser.CurrentByteIndex - len(_OPEN)
            node.end = self.raw.index(b">", node.close) + 1
        self.open = node.parent

    def _text(self, text: str) -> None:
        children = self.open.children
        if children and isinstance(children[-1], str):
            children[-1] += text
        else:
            children.append(text)

    def _unknown_entity(self, name: str, is_parameter: bool) -> None:
        if not is_parameter:
            self._text(f"&{name};")


class _Places:
    """Lines and columns of a page's offsets; each is counted on from the one asked before."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at, self._characters, self._line, self._column = 0, 0, 1, 1

    def place(self, offset: int, *, table: int | None = None, row: int | None = None) -> Place:
        if offset < self._at:
            self._at, self._characters, self._line, self._column = 0, 0, 1, 1
        between = self._raw[self._at : max(offset, 0)].decode(errors="ignore")
        lines = between.count("\n")
        self._at = max(offset, 0)
        self._line += lines
        self._column = len(between) - between.rfind("\n") if lines else self._column + len(between)
        self._characters += len(between)
        return Place(
            line=self._line, column=self._column, offset=self._characters, table=table, row=row
        )
