"""The dry run: what a run would find and change, with nothing written anywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from plays.confluence import Confluence, ConfluenceError
from plays.models import Page, Play, WeeklyResult, WeeklySync
from plays.models.mapping import PartChoice
from plays.models.weekly import WeeklyTrigger
from plays.rules.pages import PLAY_DB
from plays.storage import EditError, Guidance, Row, UpsertRow, apply_edits
from plays.sync.plays.people_columns.pull import Pulled, pull_columns
from plays.sync.site.connection import connect
from plays.sync.weekly.action_log import compare_log
from plays.sync.weekly.cells import wrong_cells
from plays.sync.weekly.differences import Difference, not_taken, unreadable
from plays.sync.weekly.live_docs import compare_live_doc
from plays.sync.weekly.page_reads import PageRead, read_page
from plays.sync.weekly.play_db import compare_play_db, play_rows
from plays.sync.weekly.recounting import record_results, recount
from plays.sync.weekly.steps import live_docs, log_pages, page_of, row_edits
from plays.sync.writing.kept import text_of

Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class PlannedCell:
    """One cell of ours: as it is on the page and as it would be."""

    column: str
    now: str
    to_be: str
    changes: bool


@dataclass(frozen=True, kw_only=True)
class PlannedRow:
    """A Play's row in the Play DB. `repaired_from` has the counters that were wrong, by quarter."""

    play: Play
    is_new: bool
    cells: tuple[PlannedCell, ...]
    repaired_from: Mapping[str, Mapping[str, int]]

    @property
    def changes(self) -> bool:
        return self.is_new or any(cell.changes for cell in self.cells)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a run would do now.

    `taken` are values of people's columns that it would take over from the Play DB, `diff` that
    page's rows as lines, with - and +.
    """

    at: datetime
    is_mapped: bool
    rows: tuple[PlannedRow, ...]
    differences: tuple[Difference, ...]
    taken: tuple[Pulled, ...]
    diff: tuple[str, ...]

    @property
    def changed(self) -> list[PlannedRow]:
        return [row for row in self.rows if row.changes]

    @property
    def repaired(self) -> list[PlannedRow]:
        return [row for row in self.rows if row.repaired_from]


@dataclass(frozen=True, kw_only=True)
class _Counted:
    """What a run would have written into the database."""

    edits: Mapping[Play, UpsertRow]
    repaired: Mapping[int, Mapping[str, Mapping[str, int]]]


def plan(
    *,
    on_progress: Progress = lambda _done, _total: None,
) -> Plan:
    """The full difference. Raises `RunMustWait` where no page can be read now."""
    looks = _Looks(connect(), on_progress)
    counted = _count()
    found = [*looks.play_db(counted.edits), *looks.action_log(), *looks.live_docs()]
    seen, page = looks.play_db_seen, page_of(PartChoice.PLAY_DB)
    taken: tuple[Pulled, ...] = ()
    if seen is not None and page is not None:
        report = pull_columns(seen.read.body, now=timezone.now(), dry_run=True)
        taken = report.taken
        found += not_taken(page, report.problems)
    return Plan(
        at=timezone.now(),
        is_mapped=page is not None,
        rows=tuple(_rows(seen, counted)) if seen else (),
        differences=tuple(found),
        taken=taken,
        diff=tuple(_diff(seen, counted.edits)) if seen else (),
    )


def _count() -> _Counted:
    """A run's own first step, taken back: so the dry run cannot say anything else than the run."""
    now = timezone.now()
    with transaction.atomic():
        weekly = WeeklySync.objects.create(slot=now, trigger=WeeklyTrigger.COMMAND, started_at=now)
        recount(weekly, now=now)
        record_results(weekly, now=now)
        repaired = WeeklyResult.objects.filter(weekly=weekly, was_repaired=True)
        counted = _Counted(
            edits=row_edits(), repaired=dict(repaired.values_list("play_id", "repaired_from"))
        )
        transaction.set_rollback(True)
    return counted


class _Looks:
    """Every page that a run compares, read once each."""

    def __init__(self, client: Confluence, on_progress: Progress) -> None:
        self._client, self._on_progress = client, on_progress
        self._live = live_docs()
        self._logs = log_pages()
        self._done = 0
        self._problems: list[Difference] = []
        self.play_db_seen: PageRead | None = None

    def play_db(self, edits: Mapping[Play, UpsertRow]) -> list[Difference]:
        page = page_of(PartChoice.PLAY_DB)
        seen = self._look(page) if page else None
        if seen is None:
            return self._unreadable()
        found = compare_play_db(self._client, seen, edits)
        if not any(d.kind == "unreadable" for d in found):
            self.play_db_seen = seen
        return found

    def action_log(self) -> list[Difference]:
        looks = [self._look(page) for page in self._logs]
        seen = [one for one in looks if one]
        found = compare_log(self._client, seen, is_whole=len(seen) == len(self._logs))
        return [*self._unreadable(), *found]

    def live_docs(self) -> list[Difference]:
        found: list[Difference] = []
        for page, plays in self._live.items():
            if seen := self._look(page):
                found += compare_live_doc(self._client, seen, plays)
        return [*self._unreadable(), *found]

    def _look(self, page: Page) -> PageRead | None:
        self._on_progress(self._done, 1 + len(self._logs) + len(self._live))
        self._done += 1
        try:
            return read_page(self._client, page)
        except ConfluenceError as error:
            self._problems.append(unreadable(page, error))
            return None

    def _unreadable(self) -> list[Difference]:
        problems, self._problems = self._problems, []
        return problems


def _rows(seen: PageRead, counted: _Counted) -> list[PlannedRow]:
    there = play_rows(seen.read.body, seen.guidance[PLAY_DB])
    try:
        wrong = {(w.key, w.column) for w in wrong_cells(seen, list(counted.edits.values()), there)}
    except EditError:
        wrong = set()
    written = {name for edit in counted.edits.values() for name in edit.cells}
    on_page = {name for row in there.values() for name in row.cells}
    names = [n for n in PLAY_DB.names if n in written & {*PLAY_DB.needed, *on_page}]
    return [
        PlannedRow(
            play=play,
            is_new=play.play_id not in there,
            cells=tuple(_cells(edit, names, there.get(play.play_id), wrong)),
            repaired_from=counted.repaired.get(play.pk, {}),
        )
        for play, edit in counted.edits.items()
    ]


def _cells(
    edit: UpsertRow, names: Sequence[str], row: Row | None, wrong: set[tuple[str, str]]
) -> list[PlannedCell]:
    """The cells of `names`; one that the edit leaves alone stays as it is."""
    there = row.cells if row else {}
    return [
        PlannedCell(
            column=name,
            now=there.get(name, ""),
            to_be=text_of(edit.cells[name]) if name in edit.cells else there.get(name, ""),
            changes=name in edit.cells and (row is None or (edit.key, name) in wrong),
        )
        for name in names
    ]


def _diff(seen: PageRead, edits: Mapping[Play, UpsertRow]) -> list[str]:
    """The table before and after, row by row, without what stays."""
    body, guidance = seen.read.body, seen.guidance
    known = guidance[PLAY_DB]
    try:
        applied = apply_edits(body, list(edits.values()), guidance)
        before, after = _lines(body, known), _lines(applied.body, known)
    except EditError:
        return []
    diff = []
    for key, line in after.items():
        if before.get(key) != line:
            diff += [f"-{before[key]}"] if key in before else []
            diff.append(f"+{line}")
    return diff


def _lines(body: str, guidance: Guidance) -> dict[str, str]:
    """Our cells of each row, by its key."""
    return {
        key: " · ".join(f"{name} {text or '–'}" for name, text in row.cells.items())
        for key, row in play_rows(body, guidance).items()
    }
