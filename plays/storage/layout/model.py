"""What was found out about a page's tables, as plain values that can be kept and compared.

A Layout says how one shape's table (in one part or in several) is read and written. `Chosen` is
what an admin decided, `Known` what the caller's database knows; both help to recognise a page.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from plays.storage.text import header_name, key_text, url_identity


class How(enum.StrEnum):
    """How a column was recognised. EXACT, KNOWN and CHOSEN are sure; the rest are proposals."""

    CHOSEN = "chosen"
    EXACT = "exact"
    KNOWN = "known"
    LIKELY = "likely"
    CELLS = "cells"


class Insert(enum.StrEnum):
    """Where new rows go. END is above total rows."""

    TOP = "top"
    END = "end"


@dataclass(frozen=True)
class Reason:
    """Why something is so: a code and what its sentence speaks of."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Form:
    """How the values of a column are written.

    `name` is one of `FORM_NAMES`; `pattern` what is special in it: `{done}/{goal}`, `{done}건`,
    `YYYY.MM.DD`, the three words or signs for green, yellow and red (`G|Y|R`), the word family of
    an action type (`활동|시그널|…`), a link's label. As text (`str`, `Form.parse`): `name:pattern`.
    """

    name: str = "plain"
    pattern: str = ""

    def __str__(self) -> str:
        return f"{self.name}:{self.pattern}" if self.pattern else self.name

    @classmethod
    def parse(cls, text: str) -> Form:
        """A form from its text. Raises ValueError for a name that is none."""
        name, _, pattern = text.partition(":")
        if name not in FORM_NAMES:
            raise ValueError(f"{name!r} is none of {', '.join(FORM_NAMES)}")
        return cls(name, pattern)


# plain, code: text · number, count · lozenge, signs · date, time: <time> · link, card, address ·
# word
FORM_NAMES = (
    *("plain", "code", "number", "count", "lozenge", "signs"),
    *("date", "time", "link", "card", "address", "word"),
)
PLAIN = Form()


@dataclass(frozen=True, kw_only=True)
class FieldLayout:
    """A field of ours (or of people's) and the column that it was matched with.

    `heading` is the column's heading as the page has it, below a second one as `upper heading`;
    `column` its grid column in the first part; `score` is 0 to 100. `is_taken` says that the
    column is used; else it is only proposed. `is_people` columns are never written.
    """

    name: str
    heading: str
    column: int
    how: How
    score: int
    reason: Reason
    form: Form = PLAIN
    is_taken: bool = True
    is_people: bool = False


@dataclass(frozen=True, kw_only=True)
class Part:
    """One table of the layout: its number on the page, the words above it, its rows.

    `groups` are what its rows belong to (a channel), the most frequent first.
    """

    number: int
    label: str = ""
    rows: int = 0
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How one shape's tables on a page are read and written.

    `fields` has the columns that are used, `proposals` those that a person should say yes or no
    to, `missing` our fields without a column, `left_alone` those that an admin gave up.
    `others` are the headings of all other columns.
    """

    key: str
    fields: tuple[FieldLayout, ...]
    proposals: tuple[FieldLayout, ...] = ()
    missing: tuple[str, ...] = ()
    left_alone: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    insert: Insert = Insert.END
    has_total: bool = False

    def field(self, name: str) -> FieldLayout | None:
        """The field that is used under this name."""
        return next((one for one in self.fields if one.name == name), None)

    def to_json(self) -> dict[str, Any]:
        """Plain values that `json` can write."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Layout:
        """The layout that `to_json` gave. Raises KeyError, TypeError or ValueError for others."""
        return cls(
            **{
                **data,
                "fields": tuple(map(_field, data["fields"])),
                "proposals": tuple(map(_field, data["proposals"])),
                "missing": tuple(data["missing"]),
                "left_alone": tuple(data["left_alone"]),
                "others": tuple(data["others"]),
                "parts": tuple(
                    Part(**{**part, "groups": tuple(part["groups"])}) for part in data["parts"]
                ),
                "insert": Insert(data["insert"]),
            }
        )


def _field(data: Mapping[str, Any]) -> FieldLayout:
    return FieldLayout(
        **{
            **data,
            "how": How(data["how"]),
            "reason": Reason(**data["reason"]),
            "form": Form(**data["form"]),
        }
    )


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What an admin decided about a shape's tables on a page; it wins over what is found.

    `headings` has a field's heading ("" leaves the field alone: never written), `forms` its form.
    `people` are fields that people keep by hand: read, never written. `tables` are the labels or
    numbers (as text) of the only tables that count; `new_rows` says for a group ("" for all
    others) in which of them new rows go. `makes_table`: a new table may be made although another
    one holds our rows.
    """

    headings: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)
    people: frozenset[str] = frozenset()
    insert: Insert | None = None
    tables: tuple[str, ...] = ()
    new_rows: Mapping[str, str] = field(default_factory=dict)
    makes_table: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "headings": dict(self.headings),
            "forms": {name: str(form) for name, form in self.forms.items()},
            "people": sorted(self.people),
            "insert": self.insert,
            "tables": list(self.tables),
            "new_rows": dict(self.new_rows),
            "makes_table": self.makes_table,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Chosen:
        """What `to_json` gave. Raises KeyError, TypeError or ValueError for others."""
        return cls(
            headings=dict(data["headings"]),
            forms={name: Form.parse(text) for name, text in data["forms"].items()},
            people=frozenset(data["people"]),
            insert=Insert(data["insert"]) if data["insert"] else None,
            tables=tuple(data["tables"]),
            new_rows=dict(data["new_rows"]),
            makes_table=data["makes_table"],
        )


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the caller's database knows of the rows that may be on a page.

    By key: `aliases` are other names that a row may have, `targets` page ids or addresses that a
    link in the key cell may lead to, `groups` the word (a channel) that says which table a row
    belongs to. `pattern` is a regular expression for keys that are not listed, whole.
    """

    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    targets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    pattern: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.aliases or self.targets or self.pattern)

    @cached_property
    def keys_pattern(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    @cached_property
    def key_of(self) -> Mapping[str, str]:
        """The key by each of its names, as a page shows it, without case; its own name wins, and an
        alias of several keys names none.
        """
        owners: dict[str, set[str]] = {}
        for key, aliases in self.aliases.items():
            for alias in aliases:
                owners.setdefault(key_text(alias).casefold(), set()).add(key)
        named = {alias: keys.pop() for alias, keys in owners.items() if len(keys) == 1}
        named |= {key_text(key).casefold(): key for key in self.aliases}
        return {name: key for name, key in named.items() if name}

    def name_of(self, key: str) -> str:
        """A key by whichever of its names, as a page shows the listed one."""
        name = key_text(key)
        listed = self.key_of.get(name.casefold())
        return name if listed is None else key_text(listed)

    @cached_property
    def key_of_target(self) -> Mapping[str, str]:
        """The key by each page id or address that it has."""
        return {
            target if target.isdigit() else url_identity(target): key
            for key, targets in self.targets.items()
            for target in targets
        }

    @cached_property
    def group_of(self) -> Mapping[str, str]:
        """The group, as headings are compared, by key."""
        return {key: header_name(group) for key, group in self.groups.items() if group}


@dataclass(frozen=True, kw_only=True)
class Guidance:
    """What the caller says about one shape's tables on one page.

    `may_make_table`: the page was never written to, so a table may be made where none of the
    team's is. `needs_all`: a cell without a column is a MissingColumn, else it is left out.
    `quarter` (year and number): of tables with the same headings, those whose words name another
    quarter do not count where one names this one.
    """

    chosen: Chosen = field(default_factory=Chosen)
    known: Known = field(default_factory=Known)
    may_make_table: bool = False
    needs_all: bool = False
    quarter: tuple[int, int] | None = None

    @property
    def makes_tables(self) -> bool:
        """Whether a table is made where none of ours is: a fresh page, or an admin's choice."""
        return self.may_make_table or self.chosen.makes_table


# For tables of a shape that the caller has just named: nothing is left out in silence.
STRICT = Guidance(may_make_table=True, needs_all=True)
