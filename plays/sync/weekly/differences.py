"""Where a page and the database differ: one value a difference, kept as a finding of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from plays.models import Action, Finding, LogVolume, Page, PageLayout, Play, WeeklySync
from plays.models.weekly import FindingKind
from plays.rules.planner import Kind
from plays.storage import Layout, TableShape
from plays.sync.jobs.enqueue import PendingEdit, enqueue
from plays.sync.layouts.guidance import PART_OF
from plays.sync.plays.people_columns.reading import NotTaken


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One row, cell or entry; `action` is what a log row or an entry tells of.

    `by` and `at` are who made it differ and when, as far as the page's history tells.
    """

    kind: FindingKind
    page: Page
    key: str = ""
    play: Play | None = None
    action: Action | None = None
    column: str = ""
    found: str = ""
    expected: str = ""
    message: str = ""
    by: str = ""
    at: datetime | None = None

    @property
    def name(self) -> tuple[str, int, str, str]:
        """What tells it from the other differences of a run."""
        return self.kind, self.page.pk, self.key[:100], self.column


def unreadable(page: Page, error: Exception) -> Difference:
    return Difference(
        kind=FindingKind.UNREADABLE, page=page, message=str(error), found=type(error).__name__
    )


def not_taken(page: Page, problems: Sequence[NotTaken]) -> list[Difference]:
    """What people wrote into their columns and was not taken over: the values here stay."""
    plays = Play.objects.in_bulk([one.play_id for one in problems], field_name="play_id")
    return [
        Difference(
            kind=FindingKind.NOT_TAKEN,
            page=page,
            play=plays.get(one.play_id),
            key=one.play_id,
            column=one.column,
            found=one.value,
            message=one.message,
        )
        for one in problems
    ]


def doubles(page: Page, times: Mapping[str, int], plays: Mapping[str, Play]) -> list[Difference]:
    """What of `plays` (by key) stands on the page more than once. It is for a person to delete."""
    return [
        Difference(
            kind=FindingKind.DUPLICATE,
            page=page,
            play=plays[key],
            key=key,
            found=str(count),
            expected="1",
        )
        for key, count in times.items()
        if count > 1 and key in plays
    ]


def rows_of_no_play(page: Page, keys: Iterable[str]) -> list[Difference]:
    """Rows of the Play DB whose id no Play has: named, and left alone."""
    return [Difference(kind=FindingKind.NO_PLAY, page=page, key=key) for key in dict.fromkeys(keys)]


def without_column(page: Page, shape: TableShape, layout: Layout | None) -> list[Difference]:
    """Fields that the page has no column for, by how it was found; each is told by one run, and
    then no more, unless the page had a column for it.
    """
    told = Finding.objects.filter(kind=FindingKind.NO_COLUMN, page=page)
    known = set(told.values_list("column", flat=True))
    if kept := PageLayout.objects.filter(mapping__part=PART_OF[shape], page=page).first():
        known -= kept.lost.keys()
    return [
        Difference(kind=FindingKind.NO_COLUMN, page=page, key=shape.label(name), column=name)
        for name in (layout.missing if layout else ())
        if name not in known
    ]


def remember(weekly: WeeklySync, differences: Iterable[Difference]) -> None:
    """Keep what is new among them: a step that is made again finds less than the first time."""
    known = {
        (kind, page, key, column)
        for kind, page, key, column in Finding.objects.filter(weekly=weekly).values_list(
            "kind", "page_id", "key", "column"
        )
    }
    new = {d.name: d for d in differences if d.name not in known}
    Finding.objects.bulk_create(
        Finding(
            weekly=weekly,
            kind=d.kind,
            page=d.page,
            play=d.play,
            key=d.key[:100],
            column=d.column,
            found=d.found,
            expected=d.expected,
            by=d.by[:200],
            at=d.at,
            message=d.message,
        )
        for d in new.values()
    )


def full_pages() -> set[int]:
    """The full pages of the log, by their primary key: nothing is written to them any more."""
    return set(LogVolume.objects.closed().values_list("page_id", flat=True))


def is_put_right(kind: str, page_pk: int, full: set[int]) -> bool:
    """Whether a run mends such a difference by itself; `full` are the log's full pages."""
    return kind == FindingKind.MISSING or (kind == FindingKind.CHANGED and page_pk not in full)


def enqueue_again(differences: Iterable[Difference], kind: Kind, *, now: datetime) -> int:
    """Enqueue what is missing or changed, unless it is pending; returns how many edits are new.

    A changed row on a full page of the log stays: written again it would go to the newest page.
    """
    new, full = 0, full_pages()
    for d in differences:
        if d.action is None or d.play is None or not is_put_right(d.kind, d.page.pk, full):
            continue
        with transaction.atomic():
            play = Play.objects.select_for_update(no_key=True).get(pk=d.play.pk)
            if not play.jobs.filter(kind=kind, key=d.key, state="pending").exists():
                edit = PendingEdit(kind=kind, key=d.key, play=play.pk, action=d.action.pk)
                enqueue([edit], now=now)
                new += 1
    return new
