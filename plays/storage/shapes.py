"""How a table of ours looks: its columns by their headings, and which of them names a row."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from functools import cached_property

from plays.storage.text import header_name


class Kind(enum.StrEnum):
    """What a column's cells hold, and so which forms it may be written in.

    ANY is written as the value is, whatever the column looks like.
    """

    ANY = "any"
    TEXT = "text"
    COUNT = "count"
    STATUS = "status"
    MOMENT = "moment"
    LINK = "link"
    WORD = "word"


@dataclass(frozen=True)
class Column:
    """A column, found on a page by name, label or any alias.

    `label` is the heading and `width` the pixels used when the table is made. A heading that is
    one of `hints` may mean the column: it is proposed to a person, never taken. `words` are, for
    a column of WORDs, families of words in one order; the first family is how values are given.
    A table without an optional column lacks nothing, and one with it is no surer ours.
    """

    name: str
    label: str = ""
    aliases: tuple[str, ...] = ()
    width: int | None = None
    hints: tuple[str, ...] = ()
    kind: Kind = Kind.ANY
    words: tuple[tuple[str, ...], ...] = ()
    is_optional: bool = False

    @property
    def heading(self) -> str:
        return self.label or self.name

    @cached_property
    def own_names(self) -> frozenset[str]:
        """The headings that we write ourselves, as `header_name` folds them."""
        return frozenset(filter(None, map(header_name, (self.name, self.label))))

    @cached_property
    def header_names(self) -> frozenset[str]:
        """Every heading that means this column, as `header_name` folds it."""
        return self.own_names | frozenset(filter(None, map(header_name, self.aliases)))


@dataclass(frozen=True)
class TableShape:
    """The columns of a table; `key` is the name of the one that names a row.

    `title` is the heading above the table when it is made. `people` are columns that people keep:
    known by their headings and read, never written and never made. `order` is the column of the
    times by which rows are sorted, if they are. Raises ValueError when the key is no column or
    two columns share a heading.
    """

    columns: tuple[Column, ...]
    key: str
    title: str = ""
    people: tuple[Column, ...] = ()
    order: str = ""

    def __post_init__(self) -> None:
        if self.key not in self.names:
            raise ValueError(f"the key {self.key!r} is no column of the table")
        both = (*self.columns, *self.people)
        if len(self._by_header) != sum(len(column.header_names) for column in both):
            raise ValueError("two columns of the table share a heading")

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.key, self.title, self.names))

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @cached_property
    def needed(self) -> tuple[str, ...]:
        """The columns without which a table lacks something."""
        return tuple(column.name for column in self.columns if not column.is_optional)

    @cached_property
    def optional(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.is_optional)

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """Every column, people's too, by its name."""
        return {column.name: column for column in (*self.columns, *self.people)}

    @cached_property
    def _by_header(self) -> dict[str, str]:
        both = (*self.columns, *self.people)
        return {name: column.name for column in both for name in column.header_names}

    def name_for(self, heading: str) -> str | None:
        """The column that a heading on a page means, if it is one of our own or of people's."""
        return self._by_header.get(header_name(heading))

    def label(self, name: str) -> str:
        """How people are told of a column."""
        return self.by_name[name].heading
