"""Counters: `3`, `3/12`, `3건`, `3 / 12건`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from plays.storage.layout.forms.cell import CellSeen
from plays.storage.layout.forms.common import most_frequent
from plays.storage.layout.model import Form
from plays.storage.text import fold
from plays.storage.values import Cell, Number, Text

NUMBER = Form("number")
_DIGITS = r"\d{1,3}(?:,\d{3})+|\d{1,12}"
_UNIT = r"건|개|회|번|명|件|ea|cases?"
_COUNT = re.compile(
    rf"(?P<done>[+-]?(?:{_DIGITS}))(?P<unit>\s*(?:{_UNIT}))?"
    rf"(?:(?P<between>\s*(?:/|／|\bof\b)\s*)(?P<goal>{_DIGITS})(?P<tail>\s*(?:{_UNIT}))?)?",
    re.IGNORECASE,
)
_GOAL_IN_HEADING = re.compile(
    r"(?:실적|done|actual|달성)\s*[/／]\s*(?:목표|goal|target|계획)", re.I
)


class Count(NamedTuple):
    """A count as a cell has it; `pattern` is how, with {done} and {goal}."""

    done: int
    goal: int | None
    pattern: str


def read_count(text: str) -> Count | None:
    """What a text counts; None where it is no count."""
    found = _COUNT.fullmatch(text.replace("−", "-"))
    if found is None:
        return None
    goal = found["goal"]
    pattern = "{done}" + (found["unit"] or "")
    if goal is not None:
        pattern += found["between"] + "{goal}" + (found["tail"] or "")
    return Count(_int(found["done"]), _int(goal) if goal is not None else None, pattern)


def detect(cells: Iterable[CellSeen], heading: str) -> tuple[Form, int]:
    """The form most cells have, else the heading's; and how many cells are counts."""
    counts = [count for cell in cells if (count := read_count(cell.text)) is not None]
    pattern = most_frequent(count.pattern for count in counts)
    if pattern is None:
        return _by_heading(heading), 0
    return (NUMBER if pattern == "{done}" else Form("count", pattern)), len(counts)


def shown(value: Number, form: Form, before: CellSeen | None) -> Cell:
    """The value in the column's form; a goal that is not given stays the cell's own."""
    if form.name != "count":
        return Number(value.value)
    goal = value.goal
    if goal is None and before is not None and (there := read_count(before.text)) is not None:
        goal = there.goal
    if goal is None and "{goal}" in form.pattern:
        return Number(value.value)
    return Text(fold(form.pattern.replace("{done}", str(value.value)).replace("{goal}", str(goal))))


def says(cell: CellSeen, value: Number) -> bool | None:
    """Whether the cell counts the same; None where it is no count that we can read."""
    count = read_count(cell.text)
    if count is None:
        return None
    return count.done == value.value and (
        count.goal is None or value.goal is None or count.goal == value.goal
    )


def _by_heading(heading: str) -> Form:
    """A unit in the heading, `활동 (건)`, is not written in the cells again."""
    return Form("count", "{done}/{goal}") if _GOAL_IN_HEADING.search(heading) else NUMBER


def _int(text: str) -> int:
    return int(text.replace(",", ""))
