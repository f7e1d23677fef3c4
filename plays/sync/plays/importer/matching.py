"""Which column of a file is which of ours: by name, by what a person said, or to be asked."""

from __future__ import annotations

import enum
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from plays.rules.headings import FIELD_OF, IS_NUMBERING, WORDS
from plays.rules.page_columns import IS_COUNTED
from plays.storage.layout.assignment import assign
from plays.storage.text import header_name
from plays.sync.plays.importer.columns import BY_NAME, COLUMNS, KEY, Column, check
from plays.sync.sheets.problems import BadValue
from plays.sync.sheets.reading import Table

LEFT_OUT = ""
# From here on a heading is like a name, of 1; Korean is compared by its letters.
ALIKE = 0.6
SAMPLES, CHECKED = 2, 20
_MARKS = "*:※!?"


class How(enum.Enum):
    """Why a column is read as it is."""

    NAMED = "named"  # a name of ours, or a known word for it
    CHOSEN = "chosen"  # somebody has just said so
    REMEMBERED = "remembered"  # somebody said so of a file with the same headings
    COUNTED = "counted"  # the product counts or judges this itself
    NUMBERING = "numbering"
    BLANK = "blank"  # no heading and nothing in it
    OPEN = "open"  # to be asked


@dataclass(frozen=True, kw_only=True)
class Matched:
    """A column of the file. `column` is ours, None where it is left out or open; `key` names it
    among the file's columns. Of an open one, `likely` is the one of ours that it may be, and
    `likeness` (0 to 1) how like its heading is.
    """

    index: int
    key: str
    heading: str
    how: How
    samples: tuple[str, ...]
    column: Column | None = None
    likely: Column | None = None
    likeness: float = 0.0

    @property
    def is_open(self) -> bool:
        return self.how is How.OPEN

    @property
    def is_left_out(self) -> bool:
        return self.column is None and not self.is_open

    @property
    def percent(self) -> int:
        return round(self.likeness * 100)


def match_columns(
    table: Table, *, chosen: Mapping[str, str], remembered: Mapping[str, str]
) -> tuple[Matched, ...]:
    """Every column of the file. `chosen` and `remembered` say, by `key`, the name of one of ours
    or `LEFT_OUT`. Only names and what a person said are taken; likeness is only proposed.
    """
    keys = _keys(table.headings)
    found = [
        _matched(table, index, key, chosen=chosen, remembered=remembered)
        for index, key in enumerate(keys)
    ]
    return tuple(_with_proposals(table, found))


def doubled(columns: Iterable[Matched]) -> list[Matched]:
    """Those that mean the same of ours as another one."""
    columns = [one for one in columns if one.column]
    uses = Counter(one.column.name for one in columns if one.column)
    return [one for one in columns if one.column and uses[one.column.name] > 1]


def _keys(headings: Iterable[str]) -> list[str]:
    """The headings, with the column's number where there is none or another has the same."""
    headings = list(headings)
    uses = Counter(headings)
    return [
        heading if heading and uses[heading] == 1 else f"{heading}#{number}"
        for number, heading in enumerate(headings, 1)
    ]


def _matched(
    table: Table, index: int, key: str, *, chosen: Mapping[str, str], remembered: Mapping[str, str]
) -> Matched:
    heading = table.headings[index]
    samples = tuple(_values(table, index)[:SAMPLES])
    how, name = _meaning(heading, key, chosen, remembered, is_blank=not samples)
    return Matched(
        index=index, key=key, heading=heading, how=how, samples=samples, column=BY_NAME.get(name)
    )


def _meaning(
    heading: str,
    key: str,
    chosen: Mapping[str, str],
    remembered: Mapping[str, str],
    *,
    is_blank: bool,
) -> tuple[How, str]:
    folded = header_name(heading)
    plain = header_name(_undecorated(heading))
    if key in chosen:
        return How.CHOSEN, chosen[key]
    if key in remembered:
        return How.REMEMBERED, remembered[key]
    for name in (folded, plain):
        if name in FIELD_OF:
            return How.NAMED, FIELD_OF[name]
        if name in IS_COUNTED:
            return How.COUNTED, LEFT_OUT
    if folded in IS_NUMBERING or plain in IS_NUMBERING:
        return How.NUMBERING, LEFT_OUT
    return (How.BLANK if not folded and is_blank else How.OPEN), LEFT_OUT


def _undecorated(heading: str) -> str:
    """A heading without signs and marks: `*이름` is `이름`; brackets stay."""
    return "".join(
        c for c in heading if unicodedata.category(c)[0] not in "SM" and c not in "*:※!?"
    )


def _values(table: Table, index: int) -> list[str]:
    values = (line.cells.get(index, "").strip() for line in table.lines)
    return [value for value in values if value]


def _with_proposals(table: Table, found: list[Matched]) -> list[Matched]:
    """The open ones with what they may be, all solved together: none of ours is proposed twice."""
    taken = {one.column.name for one in found if one.column}
    alike = {
        (column.name, one.index): likeness
        for one in found
        for column in COLUMNS
        if one.is_open
        and column.name not in taken
        and (likeness := _likeness(one.heading, column)) >= ALIKE
        and _fits(table, one.index, column)
    }
    pairs = assign({pair: round(likeness * 100) for pair, likeness in alike.items()})
    likely = {index: (BY_NAME[name], alike[name, index]) for name, index in pairs.items()}
    return [
        replace(one, likely=likely[one.index][0], likeness=likely[one.index][1])
        if one.index in likely
        else one
        for one in found
    ]


def _likeness(heading: str, column: Column) -> float:
    letters = _letters(heading)
    if not letters:
        return 0.0
    return max(_alike(letters, _letters(word)) for word in (column.name, *WORDS[column.name]))


def _alike(one: str, other: str) -> float:
    """A name that stands whole in a longer heading is alike, too: `담당자(정)`."""
    ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
    within = 0.75 if len(other) > 3 and (other in one or one in other) else 0.0
    return max(ratio, within)


def _letters(text: str) -> str:
    return unicodedata.normalize("NFD", header_name(text))


def _fits(table: Table, index: int, column: Column) -> bool:
    """Whether most of the first values could stand in our column."""
    values = _values(table, index)[:CHECKED]
    return sum(_may_stand(column, value) for value in values) * 2 > len(values) or not values


def _may_stand(column: Column, value: str) -> bool:
    try:
        check(column, value)
    except BadValue:
        return False
    return True


def has_key(columns: Iterable[Matched]) -> bool:
    return any(one.column is not None and one.column.name == KEY for one in columns)
