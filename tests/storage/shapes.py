"""The tables of the tests, and how a page is read by a parser that is not ours."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from html.entities import name2codepoint

from plays.storage import Column, TableShape

AC, RI = "http://example.com/ac", "http://example.com/ri"

LOG = TableShape(
    columns=(
        Column("log_id", "Log ID", ("로그 ID",), 140),
        Column("play_id", "Play ID"),
        Column("action_type", "Action type", ("유형",)),
        Column("title", "Title", ("제목",), 320),
        Column("url", "URL"),
        Column("actor", "Actor"),
        Column("created_at", "Created at"),
    ),
    key="log_id",
    title="Action Log",
)
PLAYS = TableShape(
    columns=(
        Column("play_id", "Play ID"),
        Column("status", "Status", ("상태",)),
        Column("activity_qtd", "Activity QTD"),
        Column("s2_qtd", "S2 QTD"),
        Column("last_updated", "Last updated"),
    ),
    key="play_id",
)


def table(*rows: str, headings: tuple[str, ...] = ("log_id", "title", "url")) -> str:
    """A plain table; each row is the source of its cells, parted by `|`."""
    head = "".join(f"<th>{heading}</th>" for heading in headings)
    body = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row.split('|'))}</tr>" for row in rows)
    return f"<table><tbody><tr>{head}</tr>{body}</tbody></table>"


def parsed(body: str) -> ET.Element:
    """A body as the standard library's tree; fails when it is not well-formed."""
    names = [name for name in name2codepoint if name not in ("amp", "lt", "gt", "quot")]
    entities = "".join(f'<!ENTITY {name} "&#{name2codepoint[name]};">' for name in names)
    root = f'<page xmlns:ac="{AC}" xmlns:ri="{RI}">{body}</page>'
    return ET.fromstring(f"<!DOCTYPE page [{entities}]>{root}")


def serialised(root: ET.Element) -> str:
    """The body of a tree from `parsed`."""
    ET.register_namespace("ac", AC)
    ET.register_namespace("ri", RI)
    text = ET.tostring(root, encoding="unicode")
    return re.sub(r"^<page[^>]*?/?>|</page>$", "", text)


def after_api_save(body: str) -> str:
    """What Confluence stores when a program saves `body`: ids, no comments, plain entities."""
    parts = re.split(r"(<!\[CDATA\[.*?\]\]>|<!--.*?-->)", body, flags=re.DOTALL)
    return "".join(part if part.startswith("<![CDATA[") else _api_saved(part) for part in parts)


def _api_saved(part: str) -> str:
    if part.startswith("<!--"):
        return ""
    part = re.sub(r"(?<! )/>", " />", part)
    ids = ' ac:schema-version="1" ac:macro-id="0b1c-2d3e"'
    part = re.sub(r'(<ac:structured-macro(?![^>]*macro-id) ac:name="[^"]*")', rf"\1{ids}", part)
    for name in ("nbsp", "rsquo", "mdash", "middot"):
        part = part.replace(f"&{name};", chr(name2codepoint[name]))
    return part


def after_browser_save(body: str) -> str:
    """What Confluence stores when a person saves the page in the editor."""
    root = parsed(body)
    for number, element in enumerate(list(root.iter())):
        if element.tag in ("p", "h2", "ul", "li"):
            element.set("local-id", f"{number:012x}")
        if element.tag in ("td", "th"):
            element.set(f"{{{AC}}}local-id", f"{number:012x}")
            _wrap_in_paragraph(element, number)
        for space in (" text", " tail"):
            value = getattr(element, space.strip()) or ""
            setattr(element, space.strip(), re.sub(r"[ \t\r\n]+", " ", value))
    for element in root.iter("table"):
        _as_editor_table(element)
    return serialised(root)


def _wrap_in_paragraph(cell: ET.Element, number: int) -> None:
    if any(child.tag in ("p", "table", "ul", "div") for child in cell):
        return
    paragraph = ET.Element("p", {"local-id": f"{number:012x}"})
    paragraph.text, cell.text = cell.text, None
    paragraph.extend(list(cell))
    for child in list(cell):
        cell.remove(child)
    cell.append(paragraph)


def _as_editor_table(element: ET.Element) -> None:
    element.set("data-table-width", "760")
    element.set("data-layout", "default")
    groups = [child for child in element if child.tag in ("thead", "tbody", "tfoot")]
    loose = [child for child in element if child.tag == "tr"]
    body = ET.Element("tbody")
    for group in groups:
        body.extend(list(group))
        element.remove(group)
    for row in loose:
        element.remove(row)
        body.append(row)
    for old in element.findall("colgroup"):
        element.remove(old)
    columns = ET.SubElement(element, "colgroup")
    ET.SubElement(columns, "col", {"style": "width: 175.0px;"})
    element.append(body)
