"""How the browser editor leaves a table: one `tbody`, a measured `colgroup`, width and layout."""

import re

from plays.sandbox.render.markup import Element, Node

_WIDTH = 760.0  # the text column of a page of default width
_SECTIONS = {"thead": 0, "tbody": 1, "tfoot": 2}


def settle_table(table: Element) -> None:
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
