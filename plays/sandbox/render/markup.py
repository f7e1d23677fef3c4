"""Storage format as a small tree for the sandbox's own screens; it refuses what is not well-formed.

NotWellFormed   the body is not an XML fragment (or brings its own DOCTYPE)
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.entities import name2codepoint
from xml.parsers import expat

_PREDEFINED = {"lt", "gt", "amp", "quot"}
_ENTITIES = "".join(
    f'<!ENTITY {name} "&#{code};">'
    for name, code in name2codepoint.items()
    if name not in _PREDEFINED
)
_OPENING = "<storage>"
# The line break stands inside the DOCTYPE, so that the body begins on a line of its own.
_PROLOGUE = f"<!DOCTYPE storage [{_ENTITIES}]\n>{_OPENING}".encode()
_PROLOGUE_LINES = 1
_FIRST_LINE_SHIFT = len(f">{_OPENING}")

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_ATTRIBUTE_ESCAPES = _ESCAPES | {'"': "&quot;", "\n": "&#10;", "\t": "&#9;"}


class NotWellFormed(ValueError):
    """The body is not an XML fragment; `line` and `column` count from one."""

    def __init__(self, reason: str, line: int, column: int) -> None:
        super().__init__(f"{reason} [{line},{column}]")
        self.reason, self.line, self.column = reason, line, column


@dataclass(frozen=True, slots=True)
class Cdata:
    """One CDATA section, kept apart from text so that it is written as it was."""

    text: str


@dataclass(slots=True, eq=False)
class Element:
    """One element; `attributes` keep their order, comments are not kept."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Node]" = field(default_factory=list)

    def find(self, tag: str) -> "Element | None":
        """The first child element with this tag."""
        return next(self.find_all(tag), None)

    def find_all(self, tag: str) -> "Iterator[Element]":
        """The child elements with this tag."""
        return (child for child in self.elements() if child.tag == tag)

    def elements(self) -> "Iterator[Element]":
        """The child elements, whatever their tag."""
        return (child for child in self.children if isinstance(child, Element))


Node = str | Cdata | Element


def parse(body: str) -> Element:
    """The body as the children of a nameless root; raises NotWellFormed."""
    builder = _Builder()
    parser = builder.parser()
    try:
        parser.Parse(_PROLOGUE, False)
        parser.Parse(body.encode(), False)
        parser.Parse(b"</storage>", True)
    except UnicodeEncodeError as error:
        raise NotWellFormed("a lone surrogate", 1, error.start + 1) from error
    except expat.ExpatError as error:
        raise _where(error) from error
    return Element("", {}, next(builder.root.elements()).children)


def serialise(nodes: Iterable[Node]) -> str:
    """The nodes as Confluence writes them: `<x />`, characters instead of entities."""
    written: list[str] = []
    waiting: list[Node | _Closing] = list(nodes)
    waiting.reverse()
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            written.append(escape(node))
        elif isinstance(node, Cdata):
            written.append(f"<![CDATA[{node.text}]]>")
        elif isinstance(node, _Closing):
            written.append(f"</{node.tag}>")
        elif node.children:
            written.append(f"{_opened(node)}>")
            waiting.append(_Closing(node.tag))
            waiting.extend(reversed(node.children))
        else:
            written.append(f"{_opened(node)} />")
    return "".join(written)


def opening_tag(element: Element) -> str:
    """The element's first tag: `<x a="b">`, or `<x />` when it holds nothing."""
    return _opened(element) + (">" if element.children else " />")


def walk(root: Element, *, closed: frozenset[str] = frozenset()) -> Iterator[Element]:
    """Every element in document order; the inside of those with a `closed` tag is passed over."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        yield element
        if element.tag not in closed:
            waiting.extend([*element.elements()][::-1])


def depth(root: Element) -> int:
    """How many elements stand inside one another, counted without recursion."""
    deepest, level = 0, [root]
    while level:
        deepest, level = deepest + 1, [child for parent in level for child in parent.elements()]
    return deepest


def visible_text(root: Element) -> str:
    """All text and CDATA inside, in order."""
    found: list[str] = []
    waiting: list[Node] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Element):
            waiting.extend(reversed(node.children))
        else:
            found.append(node if isinstance(node, str) else node.text)
    return "".join(found)


def parameter_of(macro: Element, name: str) -> str:
    """What a macro's parameter says; nothing where it has none of that name."""
    for parameter in macro.find_all("ac:parameter"):
        if parameter.attributes.get("ac:name") == name:
            return visible_text(parameter)
    return ""


def escape(text: str) -> str:
    """Text for between tags."""
    return re.sub(r"[&<>\r]", lambda match: _ESCAPES[match[0]], text)


@dataclass(frozen=True, slots=True)
class _Closing:
    tag: str


class _Builder:
    """Collects expat's events into a tree."""

    def __init__(self) -> None:
        self.root = Element("")
        self._open = [self.root]
        self._cdata: list[str] | None = None

    def parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartCdataSectionHandler = self._start_cdata
        parser.EndCdataSectionHandler = self._end_cdata
        return parser

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        element = Element(tag, attributes)
        self._open[-1].children.append(element)
        self._open.append(element)

    def _end(self, tag: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        siblings = self._open[-1].children
        if self._cdata is not None:
            self._cdata.append(text)
        elif siblings and isinstance(siblings[-1], str):
            siblings[-1] += text
        else:
            siblings.append(text)

    def _start_cdata(self) -> None:
        self._cdata = []

    def _end_cdata(self) -> None:
        self._open[-1].children.append(Cdata("".join(self._cdata or [])))
        self._cdata = None


def _where(error: expat.ExpatError) -> NotWellFormed:
    line = error.lineno - _PROLOGUE_LINES
    shift = _FIRST_LINE_SHIFT if line == 1 else 0
    return NotWellFormed(expat.ErrorString(error.code), line, max(1, error.offset - shift + 1))


def _opened(element: Element) -> str:
    pairs = (f' {name}="{_quoted(value)}"' for name, value in element.attributes.items())
    return f"<{element.tag}{''.join(pairs)}"


def _quoted(value: str) -> str:
    return re.sub(r'[&<>\r"\n\t]', lambda match: _ATTRIBUTE_ESCAPES[match[0]], value)
