"""What a save in Confluence Cloud's browser editor does to a body; text that people typed stays.

The rewriting follows what was observed on real sites: ids on every block, measured tables,
paragraphs round loose text, one `tbody`, single spaces, no comments, characters for entities.
"""

import re
from collections.abc import Iterator
from random import Random
from uuid import UUID

from plays.sandbox.render.markup import Element, Node, parse, serialise, walk

# What the editor takes over as it is, with everything inside.
_CLOSED = frozenset(
    {"ac:adf-extension", "ac:parameter", "ac:plain-text-body", "ac:plain-text-link-body", "pre"}
)
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_TEXT_BLOCKS = _HEADINGS | {"p", "ac:task-body", "caption"}
_FLOWS = {"", "li", "td", "th", "blockquote", "ac:layout-cell", "ac:rich-text-body"}
_NEVER_EMPTY = {"li", "td", "th", "blockquote", "ac:layout-cell"}
_STRUCTURES = {
    *("table", "thead", "tbody", "tfoot", "tr", "colgroup", "ul", "ol", "ac:link", "ac:image"),
    *("ac:task-list", "ac:task", "ac:layout", "ac:layout-section", "ac:structured-macro"),
}
_BLOCKS = (
    _HEADINGS
    | (_STRUCTURES - {"ac:link", "ac:image", "ac:structured-macro"})
    | {"p", "li", "td", "th", "blockquote", "pre", "hr", "ac:adf-extension", "ac:layout-cell"}
)
_BLOCK_MACROS = {
    *("toc", "children", "pagetree", "include", "excerpt-include", "recently-updated", "jira"),
    *("contentbylabel", "attachments", "detailssummary", "tasks-report-macro", "livesearch"),
}
_BODIES = {"ac:rich-text-body", "ac:plain-text-body"}

_LOCAL_ID = _HEADINGS | {"p", "ul", "ol", "li", "blockquote"}
_AC_LOCAL_ID_SHORT = {"tr", "th", "td", "ac:image", "ac:layout-cell"}
_AC_LOCAL_ID_LONG = {"table", "ac:structured-macro", "ac:layout", "ac:layout-section"}
_VERSIONED = {"ri:page", "ri:attachment", "ri:blog-post"}
_TASK_SPAN = "placeholder-inline-tasks"
# Not str.isspace: a no-break space is text that somebody typed.
_SPACES = " \t\r\n"
_WIDTH = 760.0  # the text column of a page of default width, in pixels
_SECTIONS = {"thead": 0, "tbody": 1, "tfoot": 2}


def browser_save(body: str, *, random: Random | None = None) -> str:
    """The body after somebody opened the page in the browser editor and pressed Update.

    Saving what was saved changes nothing. `random` makes the new ids repeatable.
    Raises NotWellFormed.
    """
    ids = _Ids(random or Random())  # noqa: S311 - ids on a toy, not secrets
    root = parse(body)
    next_task = _highest_task(root) + 1
    for element in walk(root, closed=_CLOSED):
        if element.tag not in _CLOSED:
            _settle_content(element)
        if element.tag == "ac:task":
            next_task = _complete_task(element, next_task, ids)
        ids.mark(element)
    return serialise(root.children)


class _Ids:
    """Gives elements the ids they lack."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def mark(self, element: Element) -> None:
        attributes = element.attributes
        if element.tag == "ol":
            attributes.setdefault("start", "1")
        if element.tag == "ac:structured-macro":
            attributes.setdefault("ac:schema-version", "1")
            self._give(element, "ac:macro-id", long=True)
        if element.tag in _VERSIONED:
            attributes.setdefault("ri:version-at-save", "1")
        self._mark_local(element)

    def _mark_local(self, element: Element) -> None:
        if element.tag in _LOCAL_ID:
            self._give(element, "local-id")
        elif element.tag in _AC_LOCAL_ID_SHORT:
            self._give(element, "ac:local-id")
        elif element.tag in _AC_LOCAL_ID_LONG:
            self._give(element, "ac:local-id", long=True)
        elif element.tag == "ac:link" and element.find("ri:user") is None:
            self._give(element, "ac:local-id")
        elif element.tag == "ri:user":
            self._give(element, "ri:local-id", long=True)

    def _give(self, element: Element, name: str, *, long: bool = False) -> None:
        if name not in element.attributes:
            element.attributes[name] = self.uuid() if long else self._short()

    def uuid(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))

    def _short(self) -> str:
        return f"{self._random.getrandbits(48):012x}"


def _settle_content(element: Element) -> None:
    if element.tag == "table":
        _settle_table(element)
    if element.tag in _FLOWS:
        element.children = _wrapped(element)
    elif element.tag in _STRUCTURES:
        element.children = [node for node in element.children if not _is_blank(node)]
    element.children = [
        _single_spaced(node) if isinstance(node, str) else node for node in element.children
    ]
    if element.tag in _TEXT_BLOCKS:
        element.children = _trimmed(element.children)


def _wrapped(flow: Element) -> list[Node]:
    """The flow's children, with every run of loose text and marks in a paragraph."""
    runs = [*_runs(flow.children)]
    if flow.tag == "ac:rich-text-body" and not any(isinstance(run, Element) for run in runs):
        return flow.children  # an inline macro body stays inline
    children: list[Node] = []
    for run in runs:
        if isinstance(run, Element):
            children.append(run)
        elif all(_is_image(node) or _is_blank(node) for node in run):
            children.extend(node for node in run if not _is_blank(node))
        else:
            children.append(Element("p", {}, run))
    if not children and flow.tag in _NEVER_EMPTY:
        children.append(Element("p"))
    return children


def _runs(children: list[Node]) -> Iterator[Element | list[Node]]:
    """Blocks, and the runs of inline nodes between them; a `div` dissolves into its content."""
    run: list[Node] = []
    waiting: list[Node | None] = [*children[::-1]]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Element) and node.tag == "div":
            waiting += [None, *node.children[::-1], None]
        elif node is None or _is_block(node):
            if run:
                yield run
            if isinstance(node, Element):
                yield node
            run = []
        else:
            run.append(node)
    if run:
        yield run


def _is_block(node: Node) -> bool:
    if not isinstance(node, Element):
        return False
    if node.tag == "ac:structured-macro":
        has_body = any(child.tag in _BODIES for child in node.elements())
        return has_body or node.attributes.get("ac:name") in _BLOCK_MACROS
    return node.tag in _BLOCKS


def _is_image(node: Node) -> bool:
    return isinstance(node, Element) and node.tag == "ac:image"


def _is_blank(node: Node) -> bool:
    return isinstance(node, str) and not node.strip(_SPACES)


def _single_spaced(text: str) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text)


def _trimmed(children: list[Node]) -> list[Node]:
    if children and isinstance(children[0], str):
        children[0] = children[0].lstrip(_SPACES)
    if children and isinstance(children[-1], str):
        children[-1] = children[-1].rstrip(_SPACES)
    return [node for node in children if node != ""]


def _highest_task(root: Element) -> int:
    ids = (_text_of(task.find("ac:task-id")) for task in walk(root) if task.tag == "ac:task")
    return max((int(text) for text in ids if re.fullmatch(r"[0-9]{1,18}", text)), default=0)


def _text_of(element: Element | None) -> str:
    if element is None:
        return ""
    return "".join(node for node in element.children if isinstance(node, str)).strip()


def _complete_task(task: Element, number: int, ids: _Ids) -> int:
    """Give the task what the editor gives it; the number for the next task without one."""
    if task.find("ac:task-id") is None:
        task.children.insert(0, Element("ac:task-id", {}, [str(number)]))
        number += 1
    if task.find("ac:task-uuid") is None:
        task.children.insert(1, Element("ac:task-uuid", {}, [ids.uuid()]))
    body = task.find("ac:task-body")
    if body is not None and body.children and not _has_task_span(body):
        body.children = [Element("span", {"class": _TASK_SPAN}, _trimmed(body.children))]
    return number


def _has_task_span(body: Element) -> bool:
    first = next(body.elements(), None)
    is_span = first is not None and first.attributes.get("class") == _TASK_SPAN
    return is_span or any(_is_block(node) for node in body.children)


def _settle_table(table: Element) -> None:
    """Merge the sections, measure the columns; what is there already stays."""
    _merge_sections(table)
    if table.find("colgroup") is None:
        table.children.insert(0, _colgroup(_column_count(table)))
    table.attributes.setdefault("data-table-width", f"{_measured(table):.0f}")
    table.attributes.setdefault("data-layout", "default")


def _merge_sections(table: Element) -> None:
    sections = sorted(
        (child for child in table.elements() if child.tag in _SECTIONS),
        key=lambda section: _SECTIONS[section.tag],
    )
    bodies = [section for section in sections if section.tag == "tbody"]
    merged = Element("tbody", bodies[0].attributes if bodies else {})
    loose: list[Node] = [child for child in table.children if _is_row(child)]
    merged.children = [node for section in sections for node in section.children] + loose
    gone = {id(node) for node in [*sections, *loose]}
    table.children = [node for node in table.children if id(node) not in gone]
    table.children.append(merged)


def _is_row(node: Node) -> bool:
    return isinstance(node, Element) and node.tag == "tr"


def _column_count(table: Element) -> int:
    rows = [row for body in table.find_all("tbody") for row in body.find_all("tr")]
    return max((sum(_span(cell) for cell in row.elements()) for row in rows), default=0)


def _span(cell: Element) -> int:
    text = cell.attributes.get("colspan", "1")
    return int(text) if re.fullmatch(r"[1-9][0-9]{0,2}", text) else 1


def _colgroup(columns: int) -> Element:
    width = _WIDTH / max(columns, 1)
    style = {"style": f"width: {round(width, 2)}px;"}
    return Element("colgroup", {}, [Element("col", dict(style)) for _ in range(columns)])


def _measured(table: Element) -> float:
    columns = [col for group in table.find_all("colgroup") for col in group.find_all("col")]
    styles = (re.search(r"width: *([0-9.]{1,8})px", c.attributes.get("style", "")) for c in columns)
    widths = [float(match[1]) for match in styles if match and match[1].count(".") < 2]
    return sum(widths) if widths and len(widths) == len(columns) else _WIDTH
