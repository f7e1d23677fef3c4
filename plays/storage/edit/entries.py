"""Live-doc entries: lines that begin with a key, added where people keep them, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from plays.storage.edit.changeset import (
    PARAGRAPH,
    Block,
    Changeset,
    Spot,
    Stale,
    Tags,
    behind,
    item_tags_like,
)
from plays.storage.edit.edits import Edit, InsertEntry, InsertRow, UpsertRow
from plays.storage.edit.log_reading import key_pattern
from plays.storage.edit.render import entry_reading, render, render_entry
from plays.storage.edit.rows import checked_key
from plays.storage.edit.section_log import ROW, SectionLog
from plays.storage.errors import ForeignEntry
from plays.storage.scan.entry_lines import EntryLines, Telling, Verdict, behind_key
from plays.storage.scan.lines import TextLine, lines_of
from plays.storage.scan.mentions import places_of
from plays.storage.scan.page import Node, Page, scan
from plays.storage.scan.sections import Section, find_section, whole_page
from plays.storage.scan.visible import BLOCKS, CELLS, HEADINGS
from plays.storage.text import escape_text, key_text

_PARAGRAPHS = frozenset(("p", "pre", "dt", "dd", *HEADINGS))
# What holds blocks; the page's root has no name.
_CONTAINERS = frozenset(("", *CELLS, "div", "blockquote", "ac:rich-text-body", "ac:layout-cell"))


@dataclass(frozen=True, eq=False)
class _New:
    """An entry yet to come, and how it reads."""

    block: Block
    context: str

    @property
    def row(self) -> Block | None:
        return self.block if self.block.tags == ROW else None


class _RowLine:
    """A line of a row that is yet to come: only the page will tell what it stands with."""

    context = ""
    row = None


class EntryChanges:
    """The pending entries of one changeset; `edits` are all that will be made on it."""

    def __init__(self, changeset: Changeset, edits: Iterable[Edit]) -> None:
        self.changeset = changeset
        self._edits = edits
        self._unread_rows: list[UpsertRow | InsertRow] = []
        self._has_new = False
        self._has_strays = False
        self._has_rows = False
        self._has_revised = False
        self._log: SectionLog | None = None
        self._log_is_for: object = None

    def insert(self, edit: InsertEntry) -> bool:
        """Make sure of an entry; whether that changes the page. Raises ForeignEntry."""
        key = checked_key(edit.key)
        self._read_rows()
        if self._has_revised:
            raise Stale
        if self._is_there(key, edit.tells):
            return False
        text = entry_reading(edit.key, edit.parts)
        block = self._insert(edit, text)
        self._entries.add(text, _New(block, text))
        self._has_new = True
        self.changeset.show(edit.parts)
        return True

    def note_row(self, edit: UpsertRow | InsertRow) -> None:
        """A new row's key and cells may read as entries; read when the next entry comes, as a page
        of rows alone has none."""
        self._unread_rows.append(edit)

    def _read_rows(self) -> None:
        for edit in self._unread_rows:
            self._read_row(edit)
        self._unread_rows.clear()

    def _read_row(self, edit: UpsertRow | InsertRow) -> None:
        # A line of the page that begins so is no row: it does not say what this one said.
        if self._has_rows and self._entries.beginning_with(key_text(edit.key)):
            self._has_revised = True  # the row was new already, and says something else now
        self._has_rows = True
        stamp = edit.stamp if isinstance(edit, UpsertRow) else {}
        values = map(render, (*edit.cells.values(), *stamp.values()))
        for source in (escape_text(edit.key), *values):
            for line in lines_of(scan(source)):
                self._entries.add(line.text, _RowLine())

    def _is_there(self, key: str, tells: Telling | None) -> bool:
        """Whether an entry is on the page. Raises ForeignEntry for one of another event."""
        found = self._entries.beginning_with(key)
        if tells is None:
            return bool(found)
        if any(isinstance(line, _RowLine) for line in found):
            raise Stale
        verdicts = [tells.verdict(behind_key(line.context, key)) for line in found]
        if Verdict.OURS in verdicts:
            return True
        for line, verdict in zip(found, verdicts, strict=True):
            if verdict is Verdict.FOREIGN and isinstance(line, TextLine):
                place = self.changeset.page.place(line.holder.start)
                raise ForeignEntry(key, line.context, place, was_written=tells.was_written)
        return False

    def _insert(self, edit: InsertEntry, text: str) -> Block:
        """Directly below the entry that it belongs to, where that is on the page, else as people
        keep their section; below a row only where their log is that table.
        """
        above = self._above(edit)
        row = above.row if above is not None else None
        log = self._section_log(edit)
        if above is None or row is not None:
            return log.insert(edit, text, below=row)
        unit: Node | Block | None
        if isinstance(above, _New):
            previous, tags, unit = above.block, above.block.tags, above.block
        else:
            spot, container, tags = _below(above)
            previous = self.changeset.insertion_at(spot, container).head
            unit = log.unit_ending_at(spot)
        inside = render_entry(edit.key, edit.parts)
        block = previous.insertion.insert(inside, behind=previous, tags=tags)
        self._has_strays = self._has_strays or not log.note(block, text, below=unit)
        return block

    def _above(self, edit: InsertEntry) -> TextLine | _New | None:
        key = key_text(edit.after or "")
        found = self._entries.beginning_with(key) if key else []
        if any(isinstance(line, _RowLine) for line in found):
            raise Stale
        tells = edit.after_tells
        lines = [line for line in found if not isinstance(line, _RowLine)]
        if tells is None:
            return lines[0] if lines else None
        return next((o for o in lines if tells.is_told_by(behind_key(o.context, key))), None)

    def _section_log(self, edit: InsertEntry) -> SectionLog:
        """The log that the entry goes to. Raises Stale where a pending entry may change it."""
        key = key_text(edit.key)
        wanted = (edit.headings, key_pattern(key))
        if self._has_strays or (self._has_new and wanted != self._log_is_for):
            raise Stale
        if self._has_rows and edit.headings:
            raise Stale  # the section may keep its log in that table
        if self._log is None or wanted != self._log_is_for:
            section = section_for(self.changeset.page, edit.headings)
            self._log = SectionLog(self.changeset, section, key)
            self._log_is_for = wanted
        return self._log

    @cached_property
    def _entries(self) -> EntryLines[TextLine | _New | _RowLine]:
        """The page's lines, at least those that begin with one of the keys."""
        page = self.changeset.page
        places = places_of(page, frozenset(filter(None, map(key_text, _keys(self._edits)))))
        near = None if places is None else [(place, place + 1) for place in places]
        return EntryLines((line.text, line) for line in lines_of(page, near))


def _keys(edits: Iterable[Edit]) -> Iterator[str]:
    """The keys of entries and rows that edits speak of."""
    for edit in edits:
        if isinstance(edit, UpsertRow | InsertRow | InsertEntry):
            yield edit.key
        if isinstance(edit, InsertEntry) and edit.after:
            yield edit.after


def section_for(page: Page, headings: Iterable[str]) -> Section:
    """The section that new blocks go to: under a heading, or the whole page."""
    return find_section(page, headings) or whole_page(page)


def _below(line: TextLine) -> tuple[Spot, Node, Tags]:
    """Directly below the block that holds an entry: the spot, what is around it, our tags."""
    extension = _outermost(line.holder, "ac:adf-extension")
    if extension is None and line.holder.name in _CONTAINERS:
        return _end_of_line(line.holder, line.index + 1), line.holder, PARAGRAPH
    node = extension or line.holder
    while True:
        around = node.around
        if node.name == "li":
            return behind(node), around, item_tags_like(node)
        if node.name == "ac:task":
            tasks = _outermost(node, "ac:task-list") or node
            return behind(tasks), tasks.around, PARAGRAPH
        if node.name in _PARAGRAPHS and around.name not in ("li", "ac:task-body"):
            return behind(node), around, PARAGRAPH
        if around.name in _CONTAINERS:
            start = next(i for i, child in enumerate(around.children) if child is node) + 1
            return _end_of_line(around, start), around, PARAGRAPH
        node = around


def _end_of_line(container: Node, start: int) -> Spot:
    """Behind loose text in a container: before the next block, or at the end."""
    for sibling in container.children[start:]:
        if isinstance(sibling, Node) and sibling.name in BLOCKS:
            return Spot(sibling.start, sibling.start)
    return Spot(container.close, container.close)


def _outermost(node: Node, name: str) -> Node | None:
    return next((n for n in [node, *node.ancestors()][::-1] if n.name == name), None)
