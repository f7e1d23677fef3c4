"""Row edits of one shape's table, in however many parts it is: which part has a row or gets it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from plays.storage.edit.changeset import Changeset, Splice, Stale
from plays.storage.edit.edits import AddColumn, InsertRow, UpsertRow
from plays.storage.edit.new_table import column_splices
from plays.storage.edit.rows import PartChanges, checked_key
from plays.storage.layout.found import duplicate
from plays.storage.layout.keys import is_simple, leading_name, without_signs
from plays.storage.layout.model import Guidance
from plays.storage.layout.parts import part_for
from plays.storage.layout.recognise import Found
from plays.storage.scan.grid import GridRow
from plays.storage.values import Cell


class TableChanges:
    """The pending changes of one shape's table."""

    def __init__(self, changeset: Changeset, found: Found, guidance: Guidance) -> None:
        self._changeset = changeset
        self._found = found
        self._guidance = guidance
        self._parts = [
            PartChanges(changeset, table, needs_all=guidance.needs_all) for table in found.tables
        ]
        self._part_of = {part.table: part for part in self._parts}
        self._new: dict[str, PartChanges] = {}
        self._loose_names: set[str] = set()

    def insert(self, edit: InsertRow) -> bool:
        """Make sure of a row; whether that changes the page."""
        name = self._name(edit.key)
        if self._new_part(name) is not None or self._row_of(edit.key, name) is not None:
            return False
        self._add(name, edit, edit.cells)
        return True

    def upsert(self, edit: UpsertRow) -> bool:
        """Make a row's cells true; whether that changes the page."""
        name = self._name(edit.key)
        part = self._new_part(name)
        if part is not None:
            return part.revise(name, edit.cells, edit.stamp)
        found = self._row_of(edit.key, name)
        if found is not None:
            part, row = found
            if edit.identity:
                part.check_ours(row, edit.key, edit.cells, edit.identity)
            return part.rewrite(row, edit.cells, edit.stamp)
        self._add(name, edit, {**edit.cells, **edit.stamp} if edit.stamp else edit.cells)
        return True

    def add_column(self, edit: AddColumn) -> bool:
        """Make sure of a field's column in every part; whether that changes the page."""
        lacking = [p.table for p in self._parts if edit.name not in p.table.columns]
        lacking = [table for table in lacking if edit.name not in table.people]
        if not lacking:
            return False
        if not self._changeset.is_empty:
            raise Stale
        heading = edit.heading or edit.table.label(edit.name)
        splices = [splice for table in lacking for splice in column_splices(table, heading)]
        self._changeset.add(splices)
        return True

    def splices(self) -> Iterator[Splice]:
        """The new rows."""
        for part in self._parts:
            yield from part.splices()

    def _name(self, key: str) -> str:
        """What a row is known by here: the database's name for a key, whatever its case."""
        checked_key(key)
        return self._guidance.known.name_of(key)

    def _new_part(self, name: str) -> PartChanges | None:
        """The part that has a pending row of this name. Raises Stale where only its text decides.

        On the page a row also goes by what stands out in its key: that is read, not guessed.
        """
        if (part := self._new.get(name)) is not None:
            return part
        if not self._loose_names.isdisjoint(_loose_names(name)):
            raise Stale
        return None

    def _row_of(self, key: str, name: str) -> tuple[PartChanges, GridRow] | None:
        """The part and the row that have a key. Raises DuplicateRow or MergedCells."""
        found = [(part, row) for part in self._parts if (row := part.table.row_called(name, key))]
        if len(found) > 1:
            raise duplicate(key, [part.table.place_of(row) for part, row in found])
        return found[0] if found else None

    def _add(self, name: str, edit: InsertRow | UpsertRow, cells: Mapping[str, Cell]) -> None:
        table = part_for(
            edit.key, edit.groups, self._found.layout.parts, self._found.tables, self._guidance
        )
        part = self._part_of[table]
        part.add(name, edit.key, cells)
        self._new[name] = part
        self._loose_names |= _loose_names(name)


@lru_cache(maxsize=8)
def _loose_names(name: str) -> frozenset[str]:
    """What a row's key may be taken for in part, without case."""
    if is_simple(name):
        return frozenset((name.casefold(),))
    names = {name, without_signs(name), leading_name(name) or ""}
    return frozenset(one.casefold() for one in names if one)
