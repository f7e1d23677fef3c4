"""An entry as a row of a table that people keep their log in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from plays.storage.edit.edits import InsertEntry
from plays.storage.edit.render import render, render_entry
from plays.storage.scan.entry_lines import day_of, without_decoration
from plays.storage.scan.grid import grid_rows, is_numbering
from plays.storage.scan.page import Node
from plays.storage.scan.visible import has_paragraph, visible_text
from plays.storage.values import Inline, Text

_DOT = Text(" · ")


@dataclass(frozen=True, kw_only=True)
class RowForm:
    """Which cell of a new row says what, by column. `day` is the column of days, if any."""

    elements: tuple[str, ...]
    has_paragraphs: bool
    key: int
    day: int | None
    rest: int

    def render(self, edit: InsertEntry) -> str:
        """The inside of the entry's row: the key in front, the day in its column."""
        fields = list(_fields(edit.parts))
        cells: list[list[Inline]] = [[] for _ in self.elements]
        if self.day is not None and fields and _is_day(fields[0]):
            cells[self.day] += fields.pop(0)
        for field in fields:
            cells[self.rest] += [_DOT, *field] if cells[self.rest] else field
        return "".join(self._cell(n, parts, edit.key) for n, parts in enumerate(cells))

    def _cell(self, column: int, parts: Sequence[Inline], key: str) -> str:
        text = " ".join(filter(None, map(render, parts)))
        if column == self.key:
            text = render_entry(key, parts)
        if self.has_paragraphs:
            text = f"<p>{text}</p>" if text else "<p />"
        return f"<{self.elements[column]}>{text}</{self.elements[column]}>"


def row_form(model: Node) -> RowForm | None:
    """The form of rows like `model`; None where merged cells are in the way."""
    table = next(node for node in model.ancestors() if node.name == "table")
    rows = grid_rows(table)
    below = [row for row in rows if row.number > 1]
    row = next((row for row in rows if row.node is model), None)
    if row is None or not all(cell.is_plain for one in (*below, row) for cell in one.cells):
        return None
    nodes = [cell.node for cell in row.cells]
    texts = [visible_text(node) for node in nodes]
    free = [n for n, node in enumerate(nodes) if not is_numbering(node)]
    if not free:
        return None
    key = free[0]
    day = next((n for n in free if _is_a_day(texts[n])), None)
    others = [n for n in free if n not in (key, day)]
    says_more = day != key and " " in without_decoration(texts[key])
    return RowForm(
        elements=tuple(node.name for node in nodes),
        has_paragraphs=any(map(has_paragraph, nodes)),
        key=key,
        day=day,
        rest=key if says_more or not others else others[0],
    )


def _fields(parts: Sequence[Inline]) -> Iterator[list[Inline]]:
    """An entry's parts between its dots."""
    field: list[Inline] = []
    for part in parts:
        if isinstance(part, Text) and part.text.strip() == "·":
            yield field
            field = []
        else:
            field.append(part)
    yield field


def _is_day(field: Sequence[Inline]) -> bool:
    return len(field) == 1 and isinstance(field[0], Text) and _is_a_day(field[0].text)


def _is_a_day(text: str) -> bool:
    start = without_decoration(text)
    return start[:1].isdigit() and day_of(start[:20]) is not None
