"""The forms that a column may be written in: found from its cells, written, and compared by."""

from __future__ import annotations

from collections.abc import Sequence

from plays.storage.edit.cells import says as says_plainly
from plays.storage.edit.render import render, render_links
from plays.storage.layout.forms import counts, links, moments, statuses, texts, words
from plays.storage.layout.forms.cell import CellSeen
from plays.storage.layout.model import PLAIN, Form
from plays.storage.scan.page import Node
from plays.storage.shapes import Column, Kind
from plays.storage.text import markup_of_all
from plays.storage.values import Cell, Code, Link, Moment, Number, Status, Text

__all__ = ["CellSeen", "detect", "says", "shown", "written"]


def detect(column: Column, heading: str, cells: Sequence[CellSeen]) -> tuple[Form, int, int]:
    """The form of a column, how many of its cells are in some form of its kind, how many not.

    Empty cells and placeholders (`-`, `미정`) are neither. A column without any cell takes its
    form from the heading.
    """
    filled = [cell for cell in cells if not cell.is_empty and not cell.is_placeholder]
    form, fits = _detect(column, heading, filled)
    return form, fits, len(filled) - fits


def _detect(column: Column, heading: str, cells: Sequence[CellSeen]) -> tuple[Form, int]:
    match column.kind:
        case Kind.COUNT:
            return counts.detect(cells, heading)
        case Kind.STATUS:
            return statuses.detect(cells, heading)
        case Kind.MOMENT:
            return moments.detect(cells, heading)
        case Kind.LINK:
            return links.detect(cells)
        case Kind.WORD:
            return words.detect(cells, column.words)
        case Kind.TEXT:
            return texts.detect(cells)
        case Kind.ANY:
            return PLAIN, len(cells)


def shown(column: Column, value: Cell, form: Form, before: Node | None = None) -> Cell:
    """A value as the column writes it; `before` is the cell that it replaces."""
    kind = column.kind
    if isinstance(value, Text):
        if kind is Kind.TEXT:
            return Code(value.text) if form.name == "code" else value
        return words.shown(value, form, column.words) if kind is Kind.WORD else value
    if isinstance(value, Moment):
        return moments.shown(value, form) if kind in (Kind.MOMENT, Kind.ANY) else value
    if isinstance(value, Link):
        return links.shown(value, form) if kind is Kind.LINK else value
    if isinstance(value, Number) and kind is Kind.COUNT:
        return counts.shown(value, form, CellSeen(before) if before is not None else None)
    if isinstance(value, Status) and kind is Kind.STATUS:
        return statuses.shown(value, form)
    return value


def written(column: Column, values: Sequence[Cell], form: Form) -> list[str]:
    """`shown` of each value as markup; where all are texts, times or links they are written at
    once.
    """
    texts = [value.text for value in values if isinstance(value, Text)]
    if len(texts) == len(values) and not (column.kind is Kind.TEXT and form != PLAIN):
        return markup_of_all(_in_words(column, texts, form))
    times = [value.at for value in values if isinstance(value, Moment)]
    if len(times) == len(values) and column.kind is Kind.MOMENT and form.name == "date":
        return markup_of_all([moments.written(time, form.pattern) for time in times])
    found = [value for value in values if isinstance(value, Link) and not value.is_card]
    if len(found) == len(values) and column.kind is Kind.LINK and form == links.LINK:
        return render_links(found)
    return [render(shown(column, value, form)) for value in values]


def _in_words(column: Column, texts: list[str], form: Form) -> list[str]:
    """Texts in a column's own words, where it has such."""
    if column.kind is not Kind.WORD:
        return texts
    word = {text: words.shown(Text(text), form, column.words).text for text in set(texts)}
    return [word[text] for text in texts]


def says(column: Column, cell: Node, value: Cell, form: Form) -> bool:
    """Whether a cell says a value already, in whatever form it is written there."""
    known = _says(column, CellSeen(cell), value, form)
    return says_plainly(cell, shown(column, value, form, cell)) if known is None else known


def _says(column: Column, cell: CellSeen, value: Cell, form: Form) -> bool | None:
    """The kind's own answer; None where the kind knows nothing of this cell or value."""
    match column.kind, value:
        case Kind.COUNT, Number():
            return counts.says(cell, value)
        case Kind.STATUS, Status():
            return statuses.says(cell, value, form)
        case Kind.MOMENT, Moment():
            return moments.says(cell, value, form)
        case Kind.LINK, Link() | Text():
            return links.says(cell, value)
        case Kind.WORD, Text():
            return words.says(cell, value, form, column.words)
        case _:
            return None
