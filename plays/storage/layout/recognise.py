"""What a page's tables are: which one is ours, which column is what, in which form.

Only what is sure is taken. What a person must say raises a LayoutQuestion; a page without any
table of ours gives None.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from plays.storage.errors import (
    AmbiguousTable,
    EditError,
    KeyColumnMissing,
    LayoutQuestion,
    TableGone,
    TableUnsure,
)
from plays.storage.layout.candidates import Candidate, ColumnMatch, candidates, holds_rows
from plays.storage.layout.forms import detect
from plays.storage.layout.found import FoundTable
from plays.storage.layout.labels import quarter_in
from plays.storage.layout.model import (
    FieldLayout,
    Form,
    Guidance,
    Insert,
    Layout,
    Part,
    Reason,
)
from plays.storage.layout.order import order_of
from plays.storage.layout.parts import groups_of
from plays.storage.scan.page import Page, scan
from plays.storage.shapes import TableShape
from plays.storage.text import header_name

# A table without a key column is one of ours if it has so many other headings, and half of them.
_LEAST_WITHOUT_KEY = 3
# A part has at least so many of the headings that the fullest part has.
_PART_SHARE = 0.6
# The runner-up of a clear winner has at most this share of its score.
_CLEAR_SHARE = 0.75
_MOST_PROPOSALS = 6


@dataclass(frozen=True, kw_only=True)
class Found:
    """A layout together with the tables on the scanned page that it is of, in page order."""

    layout: Layout
    tables: tuple[FoundTable, ...]


@dataclass(frozen=True, kw_only=True)
class TableSeen:
    """A table of the page as the mapping screen lists it: its headings and what they may mean."""

    number: int
    label: str
    headings: tuple[str, ...]
    rows: int
    taken: tuple[FieldLayout, ...]
    proposed: tuple[FieldLayout, ...]


@dataclass(frozen=True, kw_only=True)
class Recognition:
    """What a page came to: a layout, or a question, or neither (no table of ours)."""

    layout: Layout | None
    question: EditError | None
    tables: tuple[TableSeen, ...]


def recognise(body: str, shape: TableShape, guidance: Guidance | None = None) -> Recognition:
    """Everything about a page's tables for one shape, for people to see. Raises NotStorage.

    `question` is what an edit would raise. Neither a layout nor a question: a table would be made.
    """
    guidance = guidance or Guidance()
    page = scan(body)
    seen = candidates(page, shape, guidance.chosen, guidance.known)
    tables = tuple(_seen(one, shape) for one in seen)
    try:
        found = _choose(page, shape, guidance, seen)
        if found is None and not guidance.makes_tables:
            raise gone(shape)
    except EditError as question:
        return Recognition(layout=None, question=question, tables=tables)
    return Recognition(layout=found.layout if found else None, question=None, tables=tables)


def find(page: Page, shape: TableShape, guidance: Guidance) -> Found | None:
    """The table that is ours, or None where the page has none. Raises LayoutQuestion."""
    return _choose(page, shape, guidance, candidates(page, shape, guidance.chosen, guidance.known))


def gone(shape: TableShape) -> TableGone:
    """The error of a page whose table was there once."""
    title = shape.title or shape.label(shape.key)
    message = (
        f"The page no longer has the table {title}, which was written before; "
        "bring it back in Confluence, or let a new one be made."
    )
    return TableGone(message, title=title)


def _choose(
    page: Page, shape: TableShape, guidance: Guidance, seen: Sequence[Candidate]
) -> Found | None:
    seen = _only_chosen(seen, guidance.chosen.tables)
    groups = _grouped([one for one in seen if _is_full(one, shape)], shape)
    near = _grouped([one for one in seen if _is_near(one, shape)], shape)
    contenders = [(_score(group, shape), group) for group in groups]
    contenders += [(_score(group, shape) - 2, group) for group in near]
    contenders.sort(key=lambda contender: -contender[0])
    if contenders:
        best, group = contenders[0]
        if group in near:
            raise _key_missing(group, shape)
        rivals = [rival for score, rival in contenders[1:] if score > best * _CLEAR_SHARE]
        if rivals:
            raise _ambiguous([group, *rivals], shape)
        group = _of_quarter(group, guidance.quarter)
        return _found(page, shape, guidance, sorted(group, key=lambda one: one.number))
    holder = holds_rows(seen, guidance.known)
    if holder is not None and not guidance.chosen.makes_table:
        raise _unsure(holder, shape)
    return None


def _only_chosen(seen: Sequence[Candidate], tables: Sequence[str]) -> Sequence[Candidate]:
    """The tables that an admin named by label or number; all, where none of these is left."""
    wanted = {header_name(table) for table in tables}
    kept = [one for one in seen if {header_name(one.label), str(one.number)} & wanted]
    return kept or seen


def _is_full(one: Candidate, shape: TableShape) -> bool:
    """Whether a table has the key and at least one more of our columns, for sure."""
    return one.has_key(shape) and one.count(shape) > 1


def _is_near(one: Candidate, shape: TableShape) -> bool:
    """Whether a table without a sure key has most of our other headings."""
    count = one.count(shape)
    if one.has_key(shape) or not count:
        return False
    is_most = count >= _LEAST_WITHOUT_KEY and 2 * count >= len(shape.needed) - 1
    by_cells = shape.key in one.proposed and one.proposed[shape.key].match.reason.code == "cells"
    return is_most or by_cells


def _score(group: Sequence[Candidate], shape: TableShape) -> int:
    return max(one.score(shape) for one in group)


def _grouped(seen: Sequence[Candidate], shape: TableShape) -> list[list[Candidate]]:
    """Tables that are parts of one: the same headings for our fields, as far as they have them."""
    groups: list[list[Candidate]] = []
    for one in sorted(seen, key=lambda one: -one.count(shape)):
        group = next((group for group in groups if _is_part(one, group[0], shape)), None)
        if group is None:
            groups.append([one])
        else:
            group.append(one)
    return groups


def _is_part(one: Candidate, whole: Candidate, shape: TableShape) -> bool:
    mine, theirs = dict(one.signature(shape)), dict(whole.signature(shape))
    return len(mine) >= _PART_SHARE * len(theirs) and all(
        theirs.get(name) == heading for name, heading in mine.items()
    )


def _of_quarter(group: Sequence[Candidate], quarter: tuple[int, int] | None) -> list[Candidate]:
    """Without the tables of other quarters, where a team keeps one per quarter."""
    named = {one.number: quarter_in(one.label) for one in group}
    if quarter is None or quarter not in named.values():
        return list(group)
    return [one for one in group if named[one.number] in (None, quarter)]


def _key_missing(group: Sequence[Candidate], shape: TableShape) -> LayoutQuestion:
    one = group[0]
    label, count, total = shape.label(shape.key), one.count(shape), len(shape.needed)
    message = (
        f"The table has {count} of our {total} headings but none for {label}; which column is it?"
    )
    return KeyColumnMissing(
        message,
        [candidate.page.place(candidate.node.start, table=candidate.number) for candidate in group],
        field=shape.key,
        label=label,
        found=count,
        total=total,
        proposals=_key_proposals(one, shape),
    )


def _key_proposals(one: Candidate, shape: TableShape) -> tuple[str, ...]:
    """The headings that may be the key's, the likeliest first."""
    likely = [one.proposed[shape.key].heading] if shape.key in one.proposed else []
    used = {match.heading for match in one.taken.values()}
    others = [text for _, text in one.headings if text and text not in used]
    return tuple(dict.fromkeys([*likely, *others]))[:_MOST_PROPOSALS]


def _ambiguous(groups: Sequence[Sequence[Candidate]], shape: TableShape) -> AmbiguousTable:
    tables = sorted((one for group in groups for one in group), key=lambda one: one.number)
    return AmbiguousTable(
        f"{len(tables)} tables on the page have these headings.",
        [one.page.place(one.node.start, table=one.number) for one in tables],
        tables=tuple(
            {
                "number": one.number,
                "label": one.label,
                "headings": [m.heading for n, m in one.taken.items() if n in shape.names],
            }
            for one in tables
        ),
    )


def _unsure(one: Candidate, shape: TableShape) -> TableUnsure:
    label = shape.label(shape.key)
    headings = tuple(text for _, text in one.headings if text)
    return TableUnsure(
        f"A table holds rows by {label}, but too few of its headings are known to write there; "
        "choose its columns, or let a new table be made.",
        [one.page.place(one.node.start, table=one.number)],
        field=shape.key,
        label=label,
        headings=headings,
    )


def _found(page: Page, shape: TableShape, guidance: Guidance, group: Sequence[Candidate]) -> Found:
    forms = _forms(group, shape, guidance)
    insert = guidance.chosen.insert or order_of(group, shape, guidance.known)
    hand = guidance.chosen.people
    tables = tuple(
        FoundTable(
            page,
            shape,
            one.node,
            one.number,
            all_rows=one.rows,
            header=one.header,
            columns={
                n: one.taken[n].cells for n in shape.names if n in one.taken and n not in hand
            },
            people={n: m.cells for n, m in one.taken.items() if n not in shape.names or n in hand},
            forms=forms,
            known=guidance.known,
            insert=insert,
        )
        for one in group
    )
    return Found(layout=_layout(group, tables, shape, guidance, forms, insert), tables=tables)


def _forms(group: Sequence[Candidate], shape: TableShape, guidance: Guidance) -> dict[str, Form]:
    """Each field's form: the admin's, else by the cells of all parts.

    A form that was chosen together with a heading is that column's only.
    """
    forms: dict[str, Form] = {}
    for name, column in shape.by_name.items():
        holders = [one for one in group if name in one.taken]
        heading = guidance.chosen.headings.get(name)
        is_its_own = not heading or any(
            header_name(one.taken[name].heading) == header_name(heading) for one in holders
        )
        if name in guidance.chosen.forms and is_its_own:
            forms[name] = guidance.chosen.forms[name]
        elif len(holders) == 1:
            forms[name] = holders[0].taken[name].form
        elif holders:
            cells = [c for one in holders for c in one.cells(one.taken[name].cells[0].column)]
            forms[name] = detect(column, holders[0].taken[name].heading, cells)[0]
    return forms


def _layout(
    group: Sequence[Candidate],
    tables: Sequence[FoundTable],
    shape: TableShape,
    guidance: Guidance,
    forms: dict[str, Form],
    insert: Insert,
) -> Layout:
    taken = _merged(one.taken for one in group)
    proposed = {n: m for n, m in _merged(one.proposed for one in group).items() if n not in taken}
    left_alone = tuple(n for n in shape.by_name if guidance.chosen.headings.get(n) == "")
    used = {header_name(m.heading) for m in taken.values()}
    others = [text for _, text in group[0].headings if text and header_name(text) not in used]
    people = guidance.chosen.people
    return Layout(
        key=shape.key,
        fields=tuple(
            _field(shape, taken[n], is_taken=True, form=forms.get(n), by_hand=n in people)
            for n in shape.by_name
            if n in taken
        ),
        proposals=tuple(
            _field(shape, proposed[n], is_taken=False, form=None, by_hand=n in people)
            for n in shape.by_name
            if n in proposed
        ),
        missing=tuple(n for n in shape.needed if n not in taken and n not in left_alone),
        left_alone=left_alone,
        others=tuple(dict.fromkeys(others)),
        parts=tuple(
            _part(one, table, guidance, is_one_of_many=len(group) > 1)
            for one, table in zip(group, tables, strict=True)
        ),
        insert=insert,
        has_total=any(len(table.rows) < len(table.below) for table in tables),
    )


def _merged(matches: Iterable[dict[str, ColumnMatch]]) -> dict[str, ColumnMatch]:
    merged: dict[str, ColumnMatch] = {}
    for one in matches:
        for name, match in one.items():
            merged.setdefault(name, match)
    return merged


def _field(
    shape: TableShape, found: ColumnMatch, *, is_taken: bool, form: Form | None, by_hand: bool
) -> FieldLayout:
    match = found.match
    contradicted = not is_taken and found.is_contradicted
    return FieldLayout(
        name=match.field,
        heading=found.heading,
        column=found.cells[0].column,
        how=match.how,
        score=match.score,
        reason=Reason("cells_differ") if contradicted else match.reason,
        form=form or found.form,
        is_taken=is_taken,
        is_people=match.field not in shape.names or by_hand,
    )


def _part(one: Candidate, table: FoundTable, guidance: Guidance, *, is_one_of_many: bool) -> Part:
    groups = groups_of(table, guidance.known) if is_one_of_many else ()
    return Part(number=one.number, label=one.label, rows=len(table.rows), groups=groups)


def _seen(one: Candidate, shape: TableShape) -> TableSeen:
    def fields(matches: dict[str, ColumnMatch], *, is_taken: bool) -> tuple[FieldLayout, ...]:
        found = (matches[name] for name in shape.by_name if name in matches)
        return tuple(
            _field(shape, match, is_taken=is_taken, form=None, by_hand=False) for match in found
        )

    return TableSeen(
        number=one.number,
        label=one.label,
        headings=tuple(text for _, text in one.headings),
        rows=len(one.rows) - one.header.number,
        taken=fields(one.taken, is_taken=True),
        proposed=fields(one.proposed, is_taken=False),
    )
