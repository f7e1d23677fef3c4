"""The difference between two bodies for people: one block a line, changed words marked.

Ids and other marks that every save rewrites are left out, unless asked for.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice

from plays.sandbox.render.markup import Element, NotWellFormed, opening_tag, parse, serialise, walk
from plays.sandbox.web.hypertext import NOTHING, Html, fill, join
from plays.sandbox.web.texts import Texts

_VOLATILE = {
    *("local-id", "ac:local-id", "ri:local-id", "ac:macro-id", "ac:schema-version"),
    *("ri:version-at-save", "data-table-width"),
}
_LINES = {
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "hr"),
    *("div", "table", "colgroup", "thead", "tbody", "tfoot", "tr", "td", "th", "ac:task-list"),
    *("ac:task", "ac:task-body", "ac:layout", "ac:layout-section", "ac:layout-cell"),
    *("ac:rich-text-body", "ac:plain-text-body", "ac:adf-extension", "ac:adf-node"),
    *("ac:adf-content", "ac:adf-fallback"),
}
_SHORT = {"td", "th", "li"}
_CONTEXT = 3
_MOST_LINES = 20_000  # to compare; a larger change is shown as one lot out, another in
_MOST_ROWS = 2_000  # to show
_DEEPEST_INDENT = 30
_WORD = re.compile(r"&#?\w+;|</?[\w:-]+>?|\w+|\s+|.", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a difference; `kind` is same, added, removed or gap, numbers count from one."""

    kind: str
    text: Html
    old: int | None = None
    new: int | None = None


def diff_html(old: str, new: str, *, language: str = "ko", exact: bool = False) -> Html:
    """A table of the changed lines with a few unchanged ones round them."""
    texts = Texts(language)
    pairs = compare(body_lines(old, exact=exact), body_lines(new, exact=exact))
    rows = [*islice(pairs, _MOST_ROWS + 1)]
    if all(row.kind in ("same", "gap") for row in rows):
        return fill('<p class="notice">{none}</p>', none=texts("no_difference"))
    cut = fill('<p class="notice">{t}</p>', t=texts("too_many_lines", n=_MOST_ROWS))
    return fill(
        '<div class="table-wrap diff" tabindex="0" role="group" aria-label="{name}">'
        "<table><tbody>{rows}</tbody></table></div>{cut}",
        name=texts("difference"),
        rows=join(_row_html(row, texts) for row in rows[:_MOST_ROWS]),
        cut=cut if len(rows) > _MOST_ROWS else NOTHING,
    )


def body_lines(body: str, *, exact: bool = False) -> list[str]:
    """The body with one block a line, indented; as its own lines where it is not well-formed."""
    try:
        root = parse(body)
    except NotWellFormed:
        return body.splitlines()
    if not exact:
        for element in walk(root):
            _drop_volatile(element)
    return _Lines(root).lines


def compare(old: list[str], new: list[str]) -> Iterator[Row]:
    """The lines of both, paired; long unchanged stretches are one gap."""
    blocks = _blocks(old, new)
    for index, (kind, a1, a2, b1, b2) in enumerate(blocks):
        if kind == "equal":
            is_first, is_last = index == 0, index == len(blocks) - 1
            yield from _same(old, a1, a2, b1, is_first=is_first, is_last=is_last)
        else:
            yield from _changed(old, new, range(a1, a2), range(b1, b2))


@dataclass(frozen=True, slots=True)
class _Closing:
    tag: str


class _Lines:
    """Writes a tree one block a line."""

    def __init__(self, root: Element) -> None:
        self.lines: list[str] = []
        self._holders = _line_holders(root)
        waiting: list[tuple[int, Element | _Closing]] = self._inside(root, 0)
        while waiting:
            level, node = waiting.pop()
            if isinstance(node, _Closing):
                self._add(level, f"</{node.tag}>")
            elif id(node) in self._holders:
                self._add(level, opening_tag(node))
                waiting.append((level, _Closing(node.tag)))
                waiting.extend(self._inside(node, level + 1))
            else:
                self._add(level, serialise([node] if node.tag else node.children))

    def _add(self, level: int, source: str) -> None:
        indent = "  " * min(level, _DEEPEST_INDENT)
        self.lines += [indent + line for line in source.split("\n") if line.strip()]

    def _inside(self, element: Element, level: int) -> list[tuple[int, Element | _Closing]]:
        """The lines inside, last first; what stands in one line is one nameless element."""
        parts: list[Element] = []
        for child in element.children:
            if isinstance(child, Element) and _is_line(child, self._holders):
                parts.append(child)
            elif parts and not parts[-1].tag:
                parts[-1].children.append(child)
            else:
                parts.append(Element("", {}, [child]))
        lines: list[tuple[int, Element | _Closing]] = [(level, part) for part in parts]
        return lines[::-1]


def _line_holders(root: Element) -> set[int]:
    """Which elements have lines of their own inside, however deep."""
    holders: set[int] = set()
    for element in reversed([*walk(root)]):
        lines = [child for child in element.elements() if _is_line(child, holders)]
        if lines and not _is_short(element, holders):
            holders.add(id(element))
    return holders


def _is_short(element: Element, holders: set[int]) -> bool:
    """A cell or item with one paragraph reads best in one line."""
    only = element.children[0] if len(element.children) == 1 else None
    return element.tag in _SHORT and isinstance(only, Element) and id(only) not in holders


def _is_line(element: Element, holders: set[int]) -> bool:
    return element.tag in _LINES or id(element) in holders


def _drop_volatile(element: Element) -> None:
    element.attributes = {k: v for k, v in element.attributes.items() if k not in _VOLATILE}


Block = tuple[str, int, int, int, int]


def _blocks(old: list[str], new: list[str]) -> list[Block]:
    """What became of the lines; equal start and end are put aside, since most edits are small."""
    shorter = min(len(old), len(new))
    start = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    tails = range(1, shorter - start + 1)
    end = next((at - 1 for at in tails if old[-at] != new[-at]), shorter - start)
    middle = _middle(old[start : len(old) - end], new[start : len(new) - end])
    shifted = [
        (kind, a1 + start, a2 + start, b1 + start, b2 + start) for kind, a1, a2, b1, b2 in middle
    ]
    head = [("equal", 0, start, 0, start)] if start else []
    tail = [("equal", len(old) - end, len(old), len(new) - end, len(new))] if end else []
    return [*head, *shifted, *tail]


def _middle(old: list[str], new: list[str]) -> list[Block]:
    if max(len(old), len(new)) > _MOST_LINES:
        return [("replace", 0, len(old), 0, len(new))]
    return [*SequenceMatcher(None, old, new).get_opcodes()]


def _same(
    old: list[str], a1: int, a2: int, b1: int, *, is_first: bool, is_last: bool
) -> Iterator[Row]:
    before = 0 if is_first else _CONTEXT
    after = 0 if is_last else _CONTEXT
    hidden = range(a1 + before, a2 - after) if a2 - a1 > before + after + 1 else range(0)
    for a in range(a1, a2):
        if a not in hidden:
            yield Row(kind="same", text=fill("{t}", t=old[a]), old=a + 1, new=a - a1 + b1 + 1)
        elif a == hidden.start:
            yield Row(kind="gap", text=fill("{n}", n=len(hidden)))


def _changed(old: list[str], new: list[str], removed: range, added: range) -> Iterator[Row]:
    paired = zip(removed[:_MOST_ROWS], added, strict=False)
    marks = [_marked(old[a], new[b]) for a, b in paired]
    for at, a in enumerate(removed):
        text = marks[at][0] if at < len(marks) else fill("{t}", t=old[a])
        yield Row(kind="removed", text=text, old=a + 1)
    for at, b in enumerate(added):
        text = marks[at][1] if at < len(marks) else fill("{t}", t=new[b])
        yield Row(kind="added", text=text, new=b + 1)


def _marked(old: str, new: str) -> tuple[Html, Html]:
    """Both lines with their differing words marked, or plain where little is alike."""
    old_words, new_words = _WORD.findall(old), _WORD.findall(new)
    matcher = SequenceMatcher(None, old_words, new_words, autojunk=False)
    if len(old_words) * len(new_words) > 1_000_000 or matcher.ratio() < 0.4:
        return fill("{t}", t=old), fill("{t}", t=new)
    left: list[Html] = []
    right: list[Html] = []
    for kind, a1, a2, b1, b2 in matcher.get_opcodes():
        left.append(_mark("del", "".join(old_words[a1:a2]), marked=kind != "equal"))
        right.append(_mark("ins", "".join(new_words[b1:b2]), marked=kind != "equal"))
    return join(left), join(right)


def _mark(tag: str, text: str, *, marked: bool) -> Html:
    return fill("<{tag}>{text}</{tag}>" if marked and text else "{text}", tag=tag, text=text)


_SIGNS = {"same": "", "added": "+", "removed": "−", "gap": "…"}


def _row_html(row: Row, texts: Texts) -> Html:
    text = fill("{t}", t=texts("unchanged_lines", n=row.text)) if row.kind == "gap" else row.text
    return fill(
        '<tr data-kind="{kind}"><td class="line">{old}</td><td class="line">{new}</td>'
        '<td class="sign">{sign}</td><td class="source">{text}</td></tr>',
        kind=row.kind,
        old=row.old or "",
        new=row.new or "",
        sign=_SIGNS[row.kind],
        text=text,
    )
