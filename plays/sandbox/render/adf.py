"""Storage format as Atlassian Document Format, for the constructs we know.

Converted are paragraphs, headings, lists, tables, quotes, rules, marks, links, statuses, dates,
mentions, panels, expands, code and tasks; anything else raises `NotConvertible` rather than being
left out. Source of the nodes: Atlassian's "Document structure" of ADF.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from plays.sandbox.render.markup import (
    Element,
    Node,
    NotWellFormed,
    depth,
    parameter_of,
    parse,
    visible_text,
)

Adf = dict[str, Any]

_DEEPEST = 80
_MARKS: dict[str, Adf] = {
    **{key: {"type": "strong"} for key in ("strong", "b")},
    **{key: {"type": "em"} for key in ("em", "i")},
    **{key: {"type": "strike"} for key in ("s", "del")},
    "code": {"type": "code"},
    "u": {"type": "underline"},
    "sub": {"type": "subsup", "attrs": {"type": "sub"}},
    "sup": {"type": "subsup", "attrs": {"type": "sup"}},
}
_PANELS = {"info": "info", "note": "warning", "tip": "success", "warning": "error"}
_STATUS_COLOURS = {"grey": "neutral"}
_PASSED_THROUGH = {"span", "div", "tbody", "thead"}
_INLINE_MACROS = {"status"}


class NotConvertible(ValueError):
    """The body holds what this sandbox cannot say in ADF; the message names it."""


def to_adf(body: str) -> Adf:
    """A storage body as an ADF document. Raises `NotConvertible`."""
    try:
        root = parse(body)
    except NotWellFormed as error:
        raise NotConvertible(str(error)) from error
    if depth(root) > _DEEPEST:
        raise NotConvertible("a body nested so deeply")
    return {"type": "doc", "version": 1, "content": _blocks(root.children)}


def _blocks(nodes: Iterable[Node]) -> list[Adf]:
    """Block nodes; text and marks that stand between blocks become paragraphs."""
    found: list[Adf] = []
    loose: list[Node] = []

    def gather() -> None:
        if content := _inline(loose, ()):
            found.append({"type": "paragraph", "content": content})
        loose.clear()

    for node in nodes:
        if not isinstance(node, Element) or _is_inline(node):
            if isinstance(node, Element) or loose or _text(node).strip():
                loose.append(node)
            continue
        gather()
        found.extend(_block(node))
    gather()
    return found


def _is_inline(element: Element) -> bool:
    if element.tag == "ac:structured-macro":
        return element.attributes.get("ac:name") in _INLINE_MACROS
    return element.tag in _MARKS or element.tag in {"a", "br", "span", "time", "ac:link"}


def _block(element: Element) -> list[Adf]:
    if element.tag in _PASSED_THROUGH:
        return _blocks(element.children)
    if element.tag == "ac:structured-macro":
        return [_macro(element)]
    write = _BLOCKS.get(element.tag)
    if write is None:
        raise NotConvertible(f"<{element.tag}>")
    return [write(element)]


def _paragraph(element: Element) -> Adf:
    return _with_content({"type": "paragraph"}, _inline(element.children, ()))


def _heading(element: Element) -> Adf:
    node = {"type": "heading", "attrs": {"level": int(element.tag[1])}}
    return _with_content(node, _inline(element.children, ()))


def _quote(element: Element) -> Adf:
    return {"type": "blockquote", "content": _blocks(element.children)}


def _list(kind: str) -> Callable[[Element], Adf]:
    def write(element: Element) -> Adf:
        items = [_item(each) for each in element.elements()]
        return {"type": kind, "content": items}

    return write


def _item(element: Element) -> Adf:
    if element.tag != "li":
        raise NotConvertible(f"<{element.tag}> in a list")
    return {"type": "listItem", "content": _blocks(element.children) or [{"type": "paragraph"}]}


def _table(element: Element) -> Adf:
    rows = [
        row
        for part in element.elements()
        for row in ([part] if part.tag == "tr" else part.elements())
        if row.tag == "tr"
    ]
    return {"type": "table", "content": [_row(row) for row in rows]}


def _row(row: Element) -> Adf:
    return {"type": "tableRow", "content": [_cell(cell) for cell in row.elements()]}


def _cell(cell: Element) -> Adf:
    spans = {
        name: int(cell.attributes[name])
        for name in ("colspan", "rowspan")
        if cell.attributes.get(name, "").isdecimal()
    }
    kind = "tableHeader" if cell.tag == "th" else "tableCell"
    content = _blocks(cell.children) or [{"type": "paragraph"}]
    return {"type": kind, "attrs": spans, "content": content}


def _tasks(element: Element) -> Adf:
    items = []
    for number, task in enumerate(element.find_all("ac:task"), 1):
        body, status = task.find("ac:task-body"), task.find("ac:task-status")
        is_done = status is not None and visible_text(status) == "complete"
        items.append(
            {
                "type": "taskItem",
                "attrs": {"localId": str(number), "state": "DONE" if is_done else "TODO"},
                "content": _inline(body.children if body else (), ()),
            }
        )
    return {"type": "taskList", "attrs": {"localId": "1"}, "content": items}


def _macro(macro: Element) -> Adf:
    name = macro.attributes.get("ac:name", "")
    rich, plain = macro.find("ac:rich-text-body"), macro.find("ac:plain-text-body")
    content = _blocks(rich.children) if rich else []
    if name in _PANELS:
        return {"type": "panel", "attrs": {"panelType": _PANELS[name]}, "content": content}
    if name == "expand":
        return {
            "type": "expand",
            "attrs": {"title": parameter_of(macro, "title")},
            "content": content,
        }
    if name in {"code", "noformat"}:
        language = parameter_of(macro, "language")
        node: Adf = {"type": "codeBlock", "attrs": {"language": language} if language else {}}
        text = visible_text(plain) if plain else ""
        return _with_content(node, [{"type": "text", "text": text}] if text else [])
    raise NotConvertible(f"the macro {name}")


def _inline(nodes: Iterable[Node], marks: tuple[Adf, ...]) -> list[Adf]:
    found: list[Adf] = []
    for node in nodes:
        if isinstance(node, Element):
            found.extend(_inline_element(node, marks))
        elif text := _text(node):
            mark = {"marks": [*marks]} if marks else {}
            found.append({"type": "text", "text": text, **mark})
    return found


def _inline_element(element: Element, marks: tuple[Adf, ...]) -> list[Adf]:
    if element.tag in _MARKS:
        return _inline(element.children, (*marks, _MARKS[element.tag]))
    if element.tag in _PASSED_THROUGH:
        return _inline(element.children, marks)
    if element.tag == "a":
        link = {"type": "link", "attrs": {"href": element.attributes.get("href", "")}}
        return _inline(element.children, (*marks, link))
    if element.tag == "br":
        return [{"type": "hardBreak"}]
    if element.tag == "time":
        return [{"type": "date", "attrs": {"timestamp": _timestamp(element)}}]
    if element.tag == "ac:link" and (user := element.find("ri:user")):
        return [{"type": "mention", "attrs": {"id": user.attributes.get("ri:account-id", "")}}]
    if element.attributes.get("ac:name") == "status":
        colour = parameter_of(element, "colour").lower() or "grey"
        attrs = {
            "text": parameter_of(element, "title"),
            "color": _STATUS_COLOURS.get(colour, colour),
        }
        return [{"type": "status", "attrs": attrs}]
    raise NotConvertible(f"<{element.tag}> in a line")


def _timestamp(element: Element) -> str:
    """Milliseconds, as text."""
    try:
        day = datetime.fromisoformat(element.attributes.get("datetime", ""))
    except ValueError as error:
        raise NotConvertible("a <time> without a date") from error
    return str(int(day.replace(tzinfo=UTC).timestamp() * 1000))


def _text(node: Node) -> str:
    return node if isinstance(node, str) else visible_text(Element("", children=[node]))


def _with_content(node: Adf, content: list[Adf]) -> Adf:
    return {**node, "content": content} if content else node


_BLOCKS: dict[str, Callable[[Element], Adf]] = {
    **dict.fromkeys(["h1", "h2", "h3", "h4", "h5", "h6"], _heading),
    "p": _paragraph,
    "ul": _list("bulletList"),
    "ol": _list("orderedList"),
    "blockquote": _quote,
    "hr": lambda _: {"type": "rule"},
    "table": _table,
    "ac:task-list": _tasks,
}
