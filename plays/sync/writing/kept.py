"""Cells of ours that keep what people wrote there, for as long as our own value stays the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from plays.models import KeptCell
from plays.models.job import JobKind
from plays.storage import Cell, Day, Edit, Link, Moment, Number, Text, UpsertRow
from plays.storage import Status as Lozenge
from plays.sync.layouts.guidance import SHAPE_OF_KIND


def keep_theirs(edits: Sequence[Edit]) -> list[Edit]:
    """The edits, with what people wrote in the cells that are to keep it; one query, none where
    no row is among them."""
    if not any(isinstance(edit, UpsertRow) for edit in edits):
        return list(edits)
    kept = {(one.kind, one.key, one.column): one for one in KeptCell.objects.all()}
    return [_with_theirs(edit, kept) for edit in edits] if kept else list(edits)


def forget_outdated(edits: Iterable[Edit]) -> None:
    """Forget what was kept in cells of these edits (as `keep_theirs` gave them) whose value of
    ours has changed since: from now on it is ours again."""
    rows = {(kind_of(e), e.key): e.cells for e in edits if isinstance(e, UpsertRow)}
    if not rows:
        return
    outdated = [
        one.pk
        for one in KeptCell.objects.all()
        if (cells := rows.get((JobKind(one.kind), one.key)))
        and cells.get(one.column) != Text(one.theirs)
    ]
    if outdated:
        KeptCell.objects.filter(pk__in=outdated).delete()


def kind_of(edit: UpsertRow) -> JobKind:
    return next(kind for kind, shape in SHAPE_OF_KIND.items() if shape == edit.table)


def text_of(cell: Cell) -> str:
    """A cell's value as it reads."""
    match cell:
        case Link():
            return cell.text or cell.url
        case Lozenge():
            return cell.title
        case Number():
            return str(cell.value)
        case Moment():
            return f"{cell.at:%Y-%m-%d %H:%M}"
        case Day():
            return cell.iso
        case _:
            return cell.text


def _with_theirs(edit: Edit, kept: dict[tuple[str, str, str], KeptCell]) -> Edit:
    if not isinstance(edit, UpsertRow):
        return edit
    kind = kind_of(edit)
    cells = {
        name: Text(one.theirs)
        for name, cell in edit.cells.items()
        if (one := kept.get((kind, edit.key, name))) and one.ours == text_of(cell)
    }
    return replace(edit, cells={**edit.cells, **cells}) if cells else edit
