"""A page's tables as the screens draw them, and our fields with what is known of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from plays.storage import (
    Chosen,
    Column,
    FieldLayout,
    Form,
    Layout,
    Recognition,
    TableSeen,
    TableShape,
)
from plays.sync.layouts.spelling import forms_of
from plays.sync.writing.layout_preview import LayoutPreview, SampleRow, SampleTable

# What a choice of a heading says: leave the field alone; a heading stands behind its sign.
LEFT, HEADED = "-", "="


@dataclass(frozen=True, kw_only=True)
class FieldRow:
    """A field of ours. `found` is its column (where it is used), `proposed` one to be asked about.

    `headings` are the columns that it may be given, `chosen` the value of the one that an admin
    chose ("" for none), `forms` its forms; `is_by_hand` says that people keep it.
    """

    column: Column
    is_key: bool
    found: FieldLayout | None = None
    proposed: FieldLayout | None = None
    is_left: bool = False
    is_by_hand: bool = False
    headings: tuple[str, ...] = ()
    chosen: str = ""
    forms: tuple[Form, ...] = ()
    chosen_form: str = ""

    @property
    def name(self) -> str:
        return self.column.name

    @property
    def is_missing(self) -> bool:
        return self.found is None and not self.is_left

    @property
    def may_be_added(self) -> bool:
        return self.is_missing and self.proposed is None and not self.is_key


@dataclass(frozen=True, kw_only=True)
class DrawnColumn:
    """A column of a drawn table: its heading, our field over it (None: not ours) and whether that
    is only proposed, kept by people, or written."""

    heading: str
    column: Column | None = None
    is_proposed: bool = False
    is_people: bool = False


@dataclass(frozen=True)
class DrawnCell:
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, kw_only=True)
class DrawnTable:
    """A table of the page as it is drawn; `new_rows` says at which end they go (ours only)."""

    number: int
    label: str
    is_ours: bool
    columns: tuple[DrawnColumn, ...]
    rows: tuple[tuple[DrawnCell, ...], ...]
    total: int
    new_rows: str = ""
    groups: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        return len(self.columns)

    @property
    def is_changed(self) -> bool:
        return any(cell.is_changed for row in self.rows for cell in row)

    @property
    def more(self) -> int:
        return max(self.total - len(self.rows), 0)


@dataclass(frozen=True, kw_only=True)
class Drawing:
    tables: tuple[DrawnTable, ...]
    fields: tuple[FieldRow, ...]
    headings: tuple[str, ...] = field(default=())

    @property
    def ours(self) -> list[DrawnTable]:
        return [table for table in self.tables if table.is_ours]

    @property
    def first(self) -> Sequence[DrawnTable]:
        """What people should look at: our tables, or all while it is not known which those are."""
        return self.ours or self.tables

    @property
    def others(self) -> list[DrawnTable]:
        return [table for table in self.tables if not table.is_ours]

    @property
    def missing(self) -> list[FieldRow]:
        return [row for row in self.fields if row.may_be_added]

    @property
    def proposals(self) -> list[FieldRow]:
        return [row for row in self.fields if row.proposed is not None and not row.is_left]


def draw(shown: LayoutPreview, shape: TableShape, chosen: Chosen) -> Drawing:
    """What a preview shows of a page."""
    recognition = shown.recognition
    seen = {table.number: table for table in recognition.tables}
    layout = recognition.layout
    return Drawing(
        tables=tuple(_table(one, seen[one.number], shape, layout) for one in shown.tables),
        fields=tuple(_fields(recognition, shape, chosen)),
        headings=_headings(recognition),
    )


def _table(
    sample: SampleTable, seen: TableSeen, shape: TableShape, layout: Layout | None
) -> DrawnTable:
    over = {one.column: one for one in (*seen.proposed, *seen.taken)}
    used = {one.name: one for one in layout.fields} if layout else {}
    width = max([len(sample.headings), *(len(row.before) for row in sample.rows)], default=0)
    headings = [*sample.headings, *[""] * (width - len(sample.headings))]
    part = next((p for p in layout.parts if p.number == sample.number), None) if layout else None
    return DrawnTable(
        number=sample.number,
        label=sample.label,
        is_ours=sample.is_ours,
        columns=tuple(
            _column(heading, over.get(i), shape, used) for i, heading in enumerate(headings)
        ),
        rows=tuple(_cells(row, width) for row in sample.rows),
        total=part.rows if part else seen.rows,
        new_rows=str(layout.insert) if layout and sample.is_ours else "",
        groups=part.groups if part else (),
    )


def _column(
    heading: str, over: FieldLayout | None, shape: TableShape, used: dict[str, FieldLayout]
) -> DrawnColumn:
    if over is None:
        return DrawnColumn(heading=heading)
    known = used.get(over.name, over)
    return DrawnColumn(
        heading=heading,
        column=shape.by_name[over.name],
        is_proposed=not over.is_taken,
        is_people=known.is_people,
    )


def _cells(row: SampleRow, width: int) -> tuple[DrawnCell, ...]:
    both = zip_longest(row.before, row.after, fillvalue="")
    cells = [DrawnCell(before, after) for before, after in both]
    return (*cells, *[DrawnCell("", "")] * (width - len(cells)))


def _fields(recognition: Recognition, shape: TableShape, chosen: Chosen) -> Iterator[FieldRow]:
    layout = recognition.layout
    used = layout.fields if layout else _of_best(recognition.tables, is_taken=True)
    likely = layout.proposals if layout else _of_best(recognition.tables, is_taken=False)
    found = {one.name: one for one in used}
    proposed = {one.name: one for one in likely}
    headings = _headings(recognition)
    for name in shape.names:
        column = shape.by_name[name]
        heading = chosen.headings.get(name)
        own = found.get(name)
        form = chosen.forms.get(name)
        forms = [own.form if own else None, form, *forms_of(column)]
        yield FieldRow(
            column=column,
            is_key=name == shape.key,
            found=own,
            proposed=proposed.get(name) if own is None else None,
            is_left=heading == "",
            is_by_hand=name in chosen.people,
            headings=headings,
            chosen="" if heading is None else f"{HEADED}{heading}" if heading else LEFT,
            forms=tuple({str(one): one for one in forms if one}.values()),
            chosen_form=str(form) if form else "",
        )


def _of_best(tables: Sequence[TableSeen], *, is_taken: bool) -> tuple[FieldLayout, ...]:
    """What is known of the table with the most of our headings, while none is settled on."""
    best = max(tables, key=lambda one: len(one.taken), default=None)
    if best is None:
        return ()
    return best.taken if is_taken else best.proposed


def _headings(recognition: Recognition) -> tuple[str, ...]:
    """The headings of our tables, or of all while it is not known which those are."""
    layout = recognition.layout
    ours = {part.number for part in layout.parts} if layout else None
    tables: Iterable[TableSeen] = (
        one for one in recognition.tables if ours is None or one.number in ours
    )
    return tuple(dict.fromkeys(text for one in tables for text in one.headings if text))
