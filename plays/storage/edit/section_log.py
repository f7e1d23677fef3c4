"""Where in its section a new entry goes, and in which form: as people keep the section."""

from __future__ import annotations

from plays.storage.edit.changeset import (
    ITEM,
    PARAGRAPH,
    Block,
    Changeset,
    Insertion,
    Spot,
    Tags,
    behind,
    end_inside,
    item_tags_like,
    section_end,
)
from plays.storage.edit.edits import InsertEntry
from plays.storage.edit.entry_row import RowForm, row_form
from plays.storage.edit.log_order import Group, when_of
from plays.storage.edit.log_reading import key_pattern, main_group
from plays.storage.edit.render import render_entry
from plays.storage.scan.page import Node
from plays.storage.scan.sections import Section

ROW: Tags = ("<tr>", "</tr>")


class SectionLog:
    """The entries of one section, pending ones included. `key` is one like those of ours."""

    def __init__(self, changeset: Changeset, section: Section, key: str) -> None:
        self._changeset = changeset
        self._section = section
        self._key = key_pattern(key)
        self._group = main_group(section, key)
        self._row = self._row_form()
        self._list = self._last_list()

    def insert(self, edit: InsertEntry, text: str, *, below: Node | Block | None = None) -> Block:
        """Place an entry, which reads as `text`; `below` is the row that it belongs to."""
        when = when_of(text, self._key)
        at = self._index_below(below)
        if at is None and self._group is not None:
            at = self._group.index(when)
        previous = self._previous(at)
        inside = self._row.render(edit) if self._row else render_entry(edit.key, edit.parts)
        block = previous.insertion.insert(inside, behind=previous, tags=self._tags())
        if when.by_key is not None and self._section.heading is not None:
            self._group = self._group or Group(self._container, self._key)
            self._group.add(at, block, when)
        return block

    def note(self, block: Block, text: str, *, below: Node | Block | None) -> bool:
        """Note an entry that was placed directly below another; False where that is no part of
        the log, so that only the page as it will be tells what the log is then.
        """
        if self._section.heading is None:
            return True
        at, when = self._index_below(below), when_of(text, self._key)
        if self._group is None or at is None:
            return False
        if when.by_key is not None:
            self._group.add(at, block, when)
        return True

    def unit_ending_at(self, spot: Spot) -> Node | None:
        """The entry of the page behind which a spot is."""
        return self._group.unit_ending_at(spot.start) if self._group is not None else None

    def _index_below(self, unit: Node | Block | None) -> int | None:
        return self._group.index_below(unit) if self._group is not None else None

    def _previous(self, at: int | None) -> Block:
        """The new block to follow, or the head of those at a spot."""
        if at is None or self._group is None:
            return self._insertion(self._end()).last
        if at == 0:
            first = self._group.first_node
            if first is None:
                return self._insertion(self._end()).head
            return self._insertion(Spot(first.start, first.start)).head
        unit = self._group.unit_before(at)
        return unit if isinstance(unit, Block) else self._insertion(behind(unit)).head

    def _insertion(self, spot: Spot) -> Insertion:
        return self._changeset.insertion_at(spot, self._container)

    @property
    def _container(self) -> Node:
        if self._group is not None:
            return self._group.container
        return self._list or self._section.container

    def _end(self) -> Spot:
        if self._container is self._section.container:
            return section_end(self._changeset.page, self._section)
        parts = self._container.blocks()
        return behind(parts[-1]) if parts else end_inside(self._changeset.page, self._container)

    def _tags(self) -> Tags:
        if self._list is not None:
            items = self._list.elements()
            return item_tags_like(items[-1]) if items else ITEM
        last = self._group.last_node if self._group is not None else None
        if last is None:
            return PARAGRAPH
        if last.name == "li":
            return item_tags_like(last)
        return ROW if last.name == "tr" else PARAGRAPH

    def _row_form(self) -> RowForm | None:
        """How rows look where the section keeps a table; one with merged cells is left alone."""
        last = self._group.last_node if self._group is not None else None
        if last is None or last.name != "tr":
            return None
        form = row_form(last)
        if form is None:
            self._group = None
        return form

    def _last_list(self) -> Node | None:
        """The list that a section without any entry ends with."""
        if self._group is not None or self._section.heading is None:
            return None
        return self._section.closing_list()
