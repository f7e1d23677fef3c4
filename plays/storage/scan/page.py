"""A page's elements by their offsets, each read when it is asked for; refuses what is not
well-formed.

The page is an XML fragment with undeclared prefixes and HTML entities. Standard expat, without a
handler for elements or text, says whether it is well-formed: inside one root, with the entities of
XHTML 1.0 declared in a foreign DTD. In what is well-formed a `<` always begins a tag, once
comments, CDATA sections and processing instructions are blanked out: so an element's children are
found by jumping from tag to tag, and what nobody asks about costs nothing. Nothing is ever
serialised from what was read.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from html.entities import name2codepoint
from operator import attrgetter
from xml.parsers import expat

from plays.storage.errors import NotStorage, Place
from plays.storage.scan.runs import Run, run_at

_OPEN, _CLOSE = b"<page>", b"</page>"
_UNPARSED = re.compile(rb"<!--.*?-->|<!\[CDATA\[(.*?)\]\]>|<\?.*?\?>", re.DOTALL)
_ATTRIBUTES = rb"""[^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*"""
_START_TAG = re.compile(rb"<([^\s/>]+)" + _ATTRIBUTES + rb">")
_ATTRIBUTE = re.compile(rb"""([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_REFERENCE = re.compile(r"&([^;]+);")
_LINE_END, _SPACE = re.compile(r"\r\n?"), re.compile(r"\r\n|[\t\n\r]")
_SLASH, _NAME_ENDS = ord("/"), b"> \t\r\n"
_PREDEFINED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_CHARACTERS = {name: chr(code) for name, code in name2codepoint.items()} | _PREDEFINED
_ENTITIES = "".join(
    f'<!ENTITY {name} "&#{ord(character)};">'
    for name, character in _CHARACTERS.items()
    if name not in _PREDEFINED
)
# So many tags of one name are counted to find an end tag before all of the page are paired.
_NEARBY = 32
_START = attrgetter("start")


class Node:
    """An element by its offsets in the page's bytes.

    `start` is its start tag's `<`, `inner` the byte behind that tag, `close` its end tag's `<`,
    `end` the byte behind everything. A self-closed element has `close == end == inner`.
    """

    __slots__ = (
        "_attributes",
        "_blocks",
        "_children",
        "_elements",
        "_unread",
        "close",
        "end",
        "inner",
        "name",
        "page",
        "parent",
        "start",
    )

    def __init__(
        self, page: Page, name: str, start: int, inner: int, close: int, end: int,
        parent: Node | None,
    ) -> None:  # fmt: skip
        self.page = page
        self.name = name
        self.start = start
        self.inner = inner
        self.close = close
        self.end = end
        self.parent = parent
        self._attributes: dict[str, str] | None = None
        self._blocks: list[Node | Run] | None = None
        self._children: list[Node | str] | None = None
        self._elements: list[Node] = []
        self._unread = inner

    @property
    def is_self_closed(self) -> bool:
        return self.close == self.end and self.parent is not None

    @property
    def is_hidden(self) -> bool:
        """Whether it lies inside an `ac:adf-extension`: the editor keeps that content twice."""
        return any(node.name == "ac:adf-extension" for node in self.ancestors())

    @property
    def around(self) -> Node:
        """The element that holds this one; the root holds itself."""
        return self if self.parent is None else self.parent

    @property
    def attributes(self) -> dict[str, str]:
        if self._attributes is None:
            tag = self.page.raw[self.start + 1 + len(self.name.encode()) : self.inner]
            self._attributes = {
                name.decode(): _attribute_value(double or single)
                for name, double, single in _ATTRIBUTE.findall(tag)
            }
        return self._attributes

    @property
    def children(self) -> list[Node | str]:
        """The elements and texts inside, in page order."""
        if self._children is None:
            self._children = list(self.content(self.inner, self.close))
        return self._children

    def elements(self) -> list[Node]:
        """The element children."""
        if self._unread >= 0:
            self._read(self.close)
        return self._elements

    def first(self, count: int) -> list[Node]:
        """So many of the element children, or all; those behind are not read."""
        if self._unread >= 0:
            self._read(count)
        return self._elements[:count]

    def may_hold(self, tag: bytes) -> bool:
        """Whether a tag that begins so is inside; what is in a comment does not count."""
        return self.page.markup.find(tag, self.inner, self.close) >= 0

    def blocks(self) -> list[Node | Run]:
        """The element children, where neighbours are plain blocks as a run, which is not read."""
        if self._blocks is None:
            self._blocks = list(self._with_runs())
        return self._blocks

    def ancestors(self) -> Iterator[Node]:
        """The elements around this one, from the inside out, the page's root last."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def descendants(self) -> Iterator[Node]:
        """Every element inside, in page order, however deep."""
        return inside(self.elements())

    def child(self, start: int) -> Node:
        """The element child whose start tag begins at an offset; those before it are not read."""
        if 0 <= self._unread <= start:
            return self.page.element(start, self)
        return self._elements[bisect_right(self._elements, start, key=_START) - 1]

    def _read(self, enough: int) -> None:
        """Read element children until there are `enough`, or no more."""
        page, elements, at = self.page, self._elements, self._unread
        while len(elements) < enough:
            at = page.markup.find(b"<", at, self.close)
            if at < 0:
                break
            node = page.element(at, self)
            elements.append(node)
            at = node.end
        self._unread = at

    def _with_runs(self) -> Iterator[Node | Run]:
        markup = self.page.markup
        at = markup.find(b"<", self.inner, self.close)
        while at >= 0:
            block = run_at(self, at) or self.page.element(at, self)
            yield block
            at = markup.find(b"<", block.end, self.close)

    def content(self, start: int, end: int) -> Iterator[Node | str]:
        """The elements and texts inside, in page order, between two edges of such."""
        at = start
        for node in self.elements():
            if not start <= node.start < end:
                continue
            if text := self.page.text(at, node.start):
                yield text
            yield node
            at = node.end
        if text := self.page.text(at, end):
            yield text


def inside(items: Iterable[Node | str]) -> Iterator[Node]:
    """Every element among some children and inside them, in page order, however deep."""
    waiting = [item for item in items if isinstance(item, Node)][::-1]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += node.elements()[::-1]


class Page:
    """A scanned page: its bytes, and its root, which has no tags.

    `markup` is the bytes with a zero, which no page has, for each byte of what only looks like
    markup (`has_unparsed`: the page has such).
    """

    def __init__(self, raw: bytes, *, has_unparsed: bool) -> None:
        self.raw = raw
        self.markup = raw
        if has_unparsed:
            self.markup = _UNPARSED.sub(lambda found: b"\0" * len(found[0]), raw)
        self.root = Node(self, "", 0, 0, len(raw), len(raw), None)
        self._names: dict[bytes, str] = {}
        self._end_tags: dict[bytes, dict[int, int]] = {}
        self._elements: dict[int, Node] = {}
        self._places = _Places(raw)

    def place(self, offset: int, *, table: int | None = None, row: int | None = None) -> Place:
        return self._places.place(offset, table=table, row=row)

    def source(self, start: int, end: int) -> str:
        """The page's own text between two offsets."""
        return self.raw[start:end].decode()

    def text(self, start: int, end: int) -> str:
        """The characters between two neighbouring tags."""
        raw = self.raw[start:end]
        if self.markup is self.raw or b"<" not in raw:
            return characters(raw)
        pieces, at = [], 0
        for found in _UNPARSED.finditer(raw):
            pieces.append(characters(raw[at : found.start()]))
            pieces.append(_LINE_END.sub("\n", (found[1] or b"").decode()))
            at = found.end()
        return "".join((*pieces, characters(raw[at:])))

    def texts(self, spans: Sequence[tuple[int, int]]) -> list[str]:
        """`text` of each of some spans."""
        if self.markup is not self.raw or not spans:
            return [self.text(*span) for span in spans]
        return characters(b"\0".join([self.raw[start:end] for start, end in spans])).split("\0")

    def named(self, *names: str) -> Iterator[Node]:
        """The elements of some names, in page order."""
        names_of = b"|".join(re.escape(name.encode()) for name in names)
        return self.matching(re.compile(rb"<(?:%b)(?=[\s/>])" % names_of))

    def matching(self, tags: re.Pattern[bytes], start: int = 0, end: int = -1) -> Iterator[Node]:
        """The elements whose start tag, between two offsets, begins as a pattern says."""
        end = len(self.raw) if end < 0 else end
        return (self.at(found.start()) for found in tags.finditer(self.markup, start, end))

    def at(self, start: int) -> Node:
        """The element whose start tag begins at an offset."""
        node = self.root
        while node.start != start or node is self.root:
            blocks = node.blocks()
            block = blocks[bisect_right(blocks, start, key=_START) - 1]
            node = block.at(start) if isinstance(block, Run) else block
        return node

    def element(self, start: int, parent: Node) -> Node:
        """The element whose start tag begins at an offset; one element is always one node."""
        if (known := self._elements.get(start)) is not None:
            return known
        markup = self.markup
        tag = _START_TAG.match(markup, start)
        if tag is None:  # pragma: no cover - expat has seen a whole tag here
            raise AssertionError(f"expat sees a tag at byte {start} and we do not")
        inner, raw_name = tag.end(), tag[1]
        name = self._names.get(raw_name)
        if name is None:
            name = self._names[raw_name] = raw_name.decode()
        close = end = inner
        if markup[inner - 2] != _SLASH:
            close = self._end_tag(raw_name, inner)
            end = markup.find(b">", close) + 1
        node = self._elements[start] = Node(self, name, start, inner, close, end, parent)
        return node

    def _end_tag(self, name: bytes, inner: int) -> int:
        """Where the end tag of an element begins whose start tag ends at `inner`."""
        markup = self.markup
        found = markup.find(b"</" + name, inner)
        if markup[found + 2 + len(name)] in _NAME_ENDS and (
            markup.find(b"<" + name, inner, found) < 0
        ):
            return found
        return self._paired(name, inner)

    def _paired(self, name: bytes, inner: int) -> int:
        """The same where elements of one name, or of names with one beginning, are nested."""
        if name not in self._end_tags:
            depth = 1
            for number, (ends, at, _) in enumerate(self._tags(name, inner)):
                depth += -1 if ends else 1
                if not depth:
                    return at
                if number > _NEARBY:
                    break
            self._end_tags[name] = self._all_paired(name)
        return self._end_tags[name][inner]

    def _all_paired(self, name: bytes) -> dict[int, int]:
        pairs: dict[int, int] = {}
        waiting: list[int] = []
        for ends, at, inner in self._tags(name, 0):
            if ends:
                pairs[waiting.pop()] = at
            else:
                waiting.append(inner)
        return pairs

    def _tags(self, name: bytes, start: int) -> Iterator[tuple[bool, int, int]]:
        """Whether a tag ends an element, and from where to where it goes; the self-closed left
        out.
        """
        markup = self.markup
        tags = re.compile(rb"<(/?)%b(?=[\s/>])%b>" % (re.escape(name), _ATTRIBUTES))
        for tag in tags.finditer(markup, start):
            if tag[1] or markup[tag.end() - 2] != _SLASH:
                yield bool(tag[1]), tag.start(), tag.end()


def scan(body: str) -> Page:
    """Read a page. Raises NotStorage for what Confluence's own parser would refuse."""
    try:
        raw = body.encode()
    except UnicodeEncodeError as error:
        place = _Places(body[: error.start].encode()).place(error.start * 4)
        raise NotStorage("The page holds half a surrogate pair.", [place]) from error
    return Page(raw, has_unparsed=_check_well_formed(raw))


def _check_well_formed(raw: bytes) -> bool:
    """Whether there are comments, CDATA sections or processing instructions. Raises NotStorage."""
    parser = expat.ParserCreate("utf-8")
    seen: list[str] = []
    parser.CommentHandler = seen.append
    parser.StartCdataSectionHandler = lambda: seen.append("CDATA")
    parser.ProcessingInstructionHandler = lambda target, _: seen.append(target)

    def declare_entities(context: str | None, *_: object) -> int:
        parser.ExternalEntityParserCreate(context).Parse(_ENTITIES, True)
        return 1

    if b"&" in raw:
        parser.UseForeignDTD(True)
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_ALWAYS)
        parser.ExternalEntityRefHandler = declare_entities
    try:
        parser.Parse(_OPEN + raw + _CLOSE, True)
    except expat.ExpatError as error:
        at = parser.ErrorByteIndex - len(_OPEN)
        reason = expat.ErrorString(error.code)
        message = f"The page is not well-formed storage format: {reason}."
        raise NotStorage(message, [_Places(raw).place(at)]) from error
    return bool(seen)


def characters(raw: bytes) -> str:
    """Character data as it reads; an entity that nobody declared stays as it is written."""
    text = raw.decode()
    if "\r" in text:
        text = _LINE_END.sub("\n", text)
    return _REFERENCE.sub(lambda r: _character(r[1], r[0]), text) if "&" in text else text


def _attribute_value(raw: bytes) -> str:
    """An attribute's value as XML reads it; an entity that nobody declared is nothing."""
    text = _SPACE.sub(" ", raw.decode())
    return _REFERENCE.sub(lambda r: _character(r[1], ""), text) if "&" in text else text


def _character(reference: str, unknown: str) -> str:
    if reference.startswith("#x"):
        return chr(int(reference[2:], 16))
    if reference.startswith("#"):
        return chr(int(reference[1:]))
    return _CHARACTERS.get(reference, unknown)


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
