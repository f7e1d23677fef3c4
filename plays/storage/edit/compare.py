"""Whether two bodies say the same, whatever Confluence's save did to their bytes.

What a save changes is measured in several public clients (markfluence, md2conf): ids and
versions appear, comments go, entities come back decoded, self-closing tags gain a space.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from plays.storage.scan.page import Node, scan
from plays.storage.scan.visible import BLOCKS, macro_name

_VOLATILE_ATTRIBUTES = frozenset(
    (
        *("ac:macro-id", "ac:schema-version", "ac:local-id", "local-id"),
        *("ri:version-at-save", "ri:local-id", "data-table-width"),
    )
)
_VOLATILE_ELEMENTS = frozenset(("ac:task-uuid", "ac:task-id"))
# Elements whose children are parts, with no text of their own between them.
_PARTS_ONLY = frozenset(("ac:structured-macro", "ac:link", "ac:image", "ac:task", "ac:task-list"))
_VERBATIM = frozenset(("pre", "ac:plain-text-body"))
_SPACES = re.compile(r"[ \t\r\n]+")

_Token = tuple[str, ...]


def same_body(a: str, b: str) -> bool:
    """Whether two bodies differ in nothing that a reader or a macro can tell.

    Ignored: ids and versions that a save adds, comments, the way characters and empty elements
    are written, the order of attributes and of a macro's parameters, space between blocks.
    Raises NotStorage when a body cannot be read.
    """
    return a == b or _tokens(a) == _tokens(b)


def _tokens(body: str) -> list[_Token]:
    """A body as start tags, texts and end tags, without what is ignored."""
    tokens: list[_Token] = []
    waiting: list[Node | _Token] = [scan(body).root]
    while waiting:
        item = waiting.pop()
        if isinstance(item, tuple):
            tokens.append(item)
        elif item.name not in _VOLATILE_ELEMENTS:
            tokens.append(("start", item.name, *_attributes(item)))
            waiting.append(("end", item.name))
            waiting += reversed(list(_content(item)))
    return tokens


def _attributes(node: Node) -> list[str]:
    kept = node.attributes.items()
    return [
        part
        for name, value in sorted(kept)
        if name not in _VOLATILE_ATTRIBUTES
        for part in (name, value)
    ]


def _content(node: Node) -> Iterator[Node | _Token]:
    children = _in_order(node)
    for index, child in enumerate(children):
        if isinstance(child, Node):
            yield child
            continue
        text = child if _is_verbatim(node) else _SPACES.sub(" ", child)
        if not _is_verbatim(node):
            text = _trimmed(text, node, children, index)
        if text:
            yield ("text", text)


def _in_order(node: Node) -> list[Node | str]:
    """An element's children, a macro's parameters by name and in front."""
    children = [c for c in node.children if isinstance(c, str) or c.name not in _VOLATILE_ELEMENTS]
    if macro_name(node) is None:
        return children
    return sorted(children, key=_parameter_order)


def _parameter_order(child: Node | str) -> tuple[int, str]:
    if isinstance(child, str) or child.name != "ac:parameter":
        return (1, "")
    return (0, child.attributes.get("ac:name", ""))


def _trimmed(text: str, node: Node, children: list[Node | str], index: int) -> str:
    """Text without the space that touches a block's edge."""
    if node.name in _PARTS_ONLY:
        return text.strip(" ")
    before = children[index - 1] if index else node
    behind = children[index + 1] if index + 1 < len(children) else node
    if _is_block(before):
        text = text.lstrip(" ")
    return text.rstrip(" ") if _is_block(behind) else text


def _is_block(node: Node | str) -> bool:
    return isinstance(node, Node) and (node.name in BLOCKS or node.parent is None)


def _is_verbatim(node: Node) -> bool:
    return node.name in _VERBATIM or any(above.name in _VERBATIM for above in node.ancestors())
