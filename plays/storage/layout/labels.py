"""What stands above a table and says what it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plays.storage.scan.page import Node, Page
from plays.storage.scan.visible import HEADINGS, macro_name, parameter, visible_text

_BOLD = ("strong", "b")
_LONGEST_LABEL = 80
_NUMBER = r"(?:Q\s*([1-4])|([1-4])\s*(?:분기|Q))"
_YEAR = r"(20\d\d)\s*년?"
_QUARTERS = (
    re.compile(rf"{_YEAR}\s*[./-]?\s*{_NUMBER}", re.IGNORECASE),
    re.compile(rf"{_NUMBER}\s*[,/.]?\s*{_YEAR}", re.IGNORECASE),
)
_SPACES = re.compile(r"\s+")
_MAY_BE_LABEL = re.compile(rb"<(?:h[1-6]|p|ac:structured-macro)(?=[\s/>])")


def labelled_tables(page: Page) -> Iterator[tuple[Node, str]]:
    """Every table that people can see, each with its label, in page order.

    The label is the last heading, bold paragraph or title of an expand macro between the table
    and the one before it; "" where there is none.
    """
    table_end = 0
    for table in page.named("table"):
        if not table.is_hidden:
            yield table, _label_between(page, table_end, table.start)
            table_end = max(table_end, table.end)


def quarter_in(label: str) -> tuple[int, int] | None:
    """The quarter that a label names with its year: `2026Q4`, `4Q 2026`, `2026년 4분기`."""
    for pattern in _QUARTERS:
        found = pattern.search(label)
        if found is not None:
            number, year = sorted(int(group) for group in found.groups() if group)
            return year, number
    return None


def is_bold(node: Node) -> bool:
    """Whether all of an element's text is bold."""
    bold = "".join(visible_text(inner) for inner in node.descendants() if inner.name in _BOLD)
    return _SPACES.sub("", bold) == _SPACES.sub("", visible_text(node)) != ""


def _label_between(page: Page, start: int, end: int) -> str:
    nodes = list(page.matching(_MAY_BE_LABEL, start, end))
    labels = (_label(node) for node in reversed(nodes) if not node.is_hidden)
    return next(filter(None, labels), "")


def _label(node: Node) -> str:
    if node.name in HEADINGS:
        return visible_text(node)
    if macro_name(node) == "expand":
        return parameter(node, "title")
    if node.name == "p" and any(child.name in _BOLD for child in node.elements()):
        text = visible_text(node)
        return text if len(text) <= _LONGEST_LABEL and is_bold(node) else ""
    return ""
