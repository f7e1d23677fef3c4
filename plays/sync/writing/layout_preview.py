"""What a choice would make of a shared page's tables, for people to see; nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from plays import confluence
from plays.models import Action, PageMapping, Play, SyncJob
from plays.models.job import JobKind
from plays.rules.pages import ACTION_LOG
from plays.storage import (
    Chosen,
    Edit,
    EditError,
    Guidance,
    Recognition,
    Row,
    TableSeen,
    TableShape,
    all_rows,
    apply_edits,
    recognise,
    table_texts,
)
from plays.sync.layouts.guidance import guidance_for, shape_of
from plays.sync.layouts.looking import read_mapped
from plays.sync.writing.edits import edits_for

SAMPLE = 3
Texts = Sequence[tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class SampleRow:
    """One row's cells as text, as they are and as the next edit would leave them; `key` is empty
    where the row is none of ours."""

    key: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def changed(self) -> tuple[int, ...]:
        """The columns (from 0) that the edit would change."""
        both = zip(self.before, self.after, strict=True)
        return tuple(i for i, (before, after) in enumerate(both) if before != after)


@dataclass(frozen=True, kw_only=True)
class SampleTable:
    """A table of the page with its first rows; `number` counts from 1 on the page."""

    number: int
    label: str
    headings: tuple[str, ...]
    is_ours: bool
    rows: tuple[SampleRow, ...]


@dataclass(frozen=True, kw_only=True)
class LayoutPreview:
    """What a choice would make of a page: `problem` says why rows could not be written."""

    version: int
    recognition: Recognition
    tables: tuple[SampleTable, ...]
    problem: EditError | None = None


def preview(mapping: PageMapping, chosen: Chosen) -> LayoutPreview:
    """What `chosen` would make of the page: its tables with three rows each, before and after the
    edits that are due to them. Nothing is written; one call. Raises as `look`.
    """
    page, read = read_mapped(mapping)
    shape = shape_of(mapping)
    guidance = guidance_for(page, chosen={shape: chosen})[shape]
    return preview_of(read, shape, guidance, now=timezone.now())


def preview_of(
    read: confluence.Page, shape: TableShape, guidance: Guidance, *, now: datetime
) -> LayoutPreview:
    """`preview` of a page that was just read."""
    recognition = recognise(read.body, shape, guidance)
    rows: list[Row] = []
    problem: EditError | None = recognition.question
    try:
        rows = all_rows(read.body, shape, guidance)
    except EditError as error:
        problem = error
    sample = _sample(rows)
    edits = _edits(shape, [row.key for row in sample], now=now)
    applied = apply_edits(read.body, edits, {shape: guidance})
    problem = problem or next((o.problem for o in applied.outcomes if o.problem), None)
    return LayoutPreview(
        version=read.version.number,
        recognition=recognition,
        tables=_tables(read.body, applied.body, recognition, sample),
        problem=problem,
    )


def _sample(rows: Sequence[Row]) -> list[Row]:
    """The first rows of each table."""
    taken: dict[int | None, list[Row]] = {}
    for row in rows:
        of_table = taken.setdefault(row.place.table, [])
        if len(of_table) < SAMPLE:
            of_table.append(row)
    return [row for of_table in taken.values() for row in of_table]


def _edits(shape: TableShape, keys: Sequence[str], *, now: datetime) -> list[Edit]:
    """The edits of those rows that the database knows."""
    jobs: list[SyncJob]
    if shape == ACTION_LOG:
        actions = Action.objects.filter(log_id__in=keys).select_related("play").order_by("pk")
        jobs = [SyncJob(kind=JobKind.LOG_ROW, action=a, play=a.play) for a in actions]
    else:
        plays = Play.objects.filter(play_id__in=keys).order_by("pk")
        jobs = [SyncJob(kind=JobKind.PLAY_ROW, play=play) for play in plays]
    return edits_for(jobs, now=now)


def _tables(
    before: str, after: str, recognition: Recognition, sample: Sequence[Row]
) -> tuple[SampleTable, ...]:
    old, new = table_texts(before), table_texts(after)
    ours = {part.number for part in recognition.layout.parts} if recognition.layout else set()
    return tuple(
        SampleTable(
            number=seen.number,
            label=seen.label,
            headings=seen.headings,
            is_ours=seen.number in ours,
            rows=_sample_rows(seen, old[seen.number - 1], new[seen.number - 1], sample),
        )
        for seen in recognition.tables
    )


def _sample_rows(
    seen: TableSeen, old: Texts, new: Texts, sample: Sequence[Row]
) -> tuple[SampleRow, ...]:
    """The rows of ours that were picked; of a table without any its first ones."""
    places = [(row.place, row.key) for row in sample]
    keys = {p.row - 1: key for p, key in places if p.table == seen.number and p.row is not None}
    first = len(old) - seen.rows
    picked = list(keys) or range(first, min(first + SAMPLE, len(old)))
    return tuple(SampleRow(key=keys.get(i, ""), before=old[i], after=new[i]) for i in picked)
