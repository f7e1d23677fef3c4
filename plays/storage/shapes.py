"""How a table of ours looks: its columns by their headings, and which of them names a row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from plays.storage.text import header_name


@dataclass(frozen=True)
class Column:
    """A column, found on a page by name, label or any alias.

    `label` is the heading and `width` the pixels used when the table is made.
    """

    name: str
    label: str = ""
    aliases: tuple[str, ...] = ()
    width: int | None = None

    @property
    def heading(self) -> str:
        return self.label or self.name

    @property
    def header_names(self) -> frozenset[str]:
        """Every heading that means this column, as `header_name` folds it."""
        return frozenset(filter(None, map(header_name, (self.name, self.label, *self.aliases))))


@dataclass(frozen=True)
class TableShape:
    """The columns of a table; `key` is the name of the one that names a row.

    `title` is the heading above the table when it is made. Raises ValueError when the key is no
    column or two columns share a heading.
    """

    columns: tuple[Column, ...]
    key: str
    title: str = ""

    def __post_init__(self) -> None:
        if self.key not in self.names:
            raise ValueError(f"the key {self.key!r} is no column of the table")
        if len(self._by_header) != sum(len(column.header_names) for column in self.columns):
            raise ValueError("two columns of the table share a heading")

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @cached_property
    def _by_header(self) -> dict[str, str]:
        return {name: column.name for column in self.columns for name in column.header_names}

    def name_for(self, heading: str) -> str | None:
        """The column that a heading on a page means, if any of ours."""
        return self._by_header.get(header_name(heading))
