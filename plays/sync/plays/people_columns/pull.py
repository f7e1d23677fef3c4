"""What the Play DB page says in people's columns, pulled: a three-way merge per Play and field.

`Play.page_values` has what the page said when it was last read; the page wins.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from plays.confluence import Page
from plays.models import MirrorChange, PageMapping, Play
from plays.models.audit import Verb
from plays.models.mapping import PartChoice
from plays.rules.merge import Merged, merge
from plays.rules.play_names import new_play_id
from plays.rules.problems import FieldProblem
from plays.storage import EditError
from plays.storage.text import fold
from plays.sync import audit
from plays.sync.layouts.looking import read_mapped
from plays.sync.naming import play_names
from plays.sync.plays.people_columns.reading import (
    HEADINGS,
    NotTaken,
    PeopleRow,
    PeopleTable,
    read_people_columns,
)


@dataclass(frozen=True, kw_only=True)
class Pulled:
    """A value taken from the page. In a conflict `ours` had been changed here, too, and is gone."""

    play_id: str
    field: str
    before: str
    ours: str
    page_value: str
    is_conflict: bool


@dataclass(frozen=True, kw_only=True)
class Differing:
    """A value that was changed here while the page kept its own: both are shown, ours stays."""

    play_id: str
    field: str
    ours: str
    page_value: str


@dataclass(frozen=True, kw_only=True)
class PullReport:
    """What a reading of the Play DB came to.

    `unknown` are ids in the table that are no Plays, `created` those that were made of them.
    `trouble` says why the table could not be read at all; nothing was taken then.
    """

    rows: int = 0
    taken: tuple[Pulled, ...] = ()
    differing: tuple[Differing, ...] = ()
    unknown: tuple[str, ...] = ()
    created: tuple[str, ...] = ()
    problems: tuple[NotTaken, ...] = ()
    trouble: str = ""

    @property
    def conflicts(self) -> tuple[Pulled, ...]:
        return tuple(taken for taken in self.taken if taken.is_conflict)

    @property
    def is_change(self) -> bool:
        """Whether anything here changes by it."""
        return bool(self.taken or self.created)


def fetch_play_db() -> Page:
    """The Play DB page as it is, by one call.

    Raises `NotMapped`, `ImproperlyConfigured` and any `ConfluenceError`.
    """
    return read_mapped(PageMapping.objects.shared(PartChoice.PLAY_DB))[1]


def pull_columns(
    body: str, *, now: datetime, create: bool = False, dry_run: bool = False
) -> PullReport:
    """Take people's columns over from the storage text of the Play DB page, in one transaction.

    `create` makes Plays of unknown rows. `dry_run` only tells what it would do. Raises nothing
    for what is wrong on the page: the report has it.
    """
    try:
        table = read_people_columns(body)
    except EditError as error:
        return PullReport(trouble=str(error))
    return _pull_table(table, now=now, create=create, dry_run=dry_run)


def pull_asked(body: str, *, by: User | None, create: bool = False) -> PullReport:
    """Take over what was read before, since somebody asked for it: the audit trail has it."""
    try:
        table = read_people_columns(body)  # may ask Confluence for names: not in a transaction
    except EditError as error:
        return PullReport(trouble=str(error))
    with transaction.atomic():
        report = _pull_table(table, now=timezone.now(), create=create)
        if report.is_change:
            _note(report, by)
    return report


def _pull_table(
    table: PeopleTable, *, now: datetime, create: bool = False, dry_run: bool = False
) -> PullReport:
    """Take over what was read of the page, as `pull` does; no call to Confluence."""
    with transaction.atomic():
        report = _merge_table(table, now=now, create=create)
        if dry_run:
            transaction.set_rollback(True)
    return report


def differing(play: Play) -> list[Differing]:
    """Where a Play says something else than the page did when it was last read."""
    return [
        Differing(play_id=play.play_id, field=field, ours=ours, page_value=said)
        for field in HEADINGS
        if (said := play.page_values.get(field)) is not None
        and (ours := _text(play, field)) != said
    ]


def _merge_table(table: PeopleTable, *, now: datetime, create: bool) -> PullReport:
    locked = Play.objects.select_for_update(no_key=True).order_by("pk")
    plays = {fold(play.play_id): play for play in locked}
    rows = _by_own_ids(table.rows)
    missing = [row.play_id for row in rows if row.play_id not in plays]
    created = [play_id for play_id in missing if create and _may_be_an_id(play_id)]
    for play_id in created:
        plays[play_id] = Play.objects.create(play_id=play_id)
        PageMapping.objects.make_parts_of(plays[play_id])
    taken: list[Pulled] = []
    stays: list[Differing] = []
    for row in rows:
        if row.play_id in plays:
            _merge_row(plays[row.play_id], row, taken, stays)
    _remember(plays, taken, now)
    return PullReport(
        rows=len(rows),
        taken=tuple(taken),
        differing=tuple(stays),
        unknown=tuple(play_id for play_id in missing if play_id not in created),
        created=tuple(created),
        problems=table.problems,
    )


def _by_own_ids(rows: Iterable[PeopleRow]) -> list[PeopleRow]:
    """The rows, each that goes by an alias under its Play's own id, unless that has a row, too."""
    rows = list(rows)
    names, taken = play_names(), {row.play_id for row in rows}
    found = []
    for row in rows:
        own = fold(names.find(row.play_id) or row.play_id)
        if own not in taken:
            taken.add(own)
            row = replace(row, play_id=own)
        found.append(row)
    return found


def _merge_row(play: Play, row: PeopleRow, taken: list[Pulled], stays: list[Differing]) -> None:
    values = dict(play.page_values)
    changed = []
    for field, said in row.values.items():
        base, ours = values.get(field), _text(play, field)
        result = merge(base, ours=ours, page=said)
        values[field] = said
        if result.is_differing:
            stays.append(Differing(play_id=row.play_id, field=field, ours=ours, page_value=said))
        if result.is_taken:
            setattr(play, field, _as_field(field, said))
            changed.append(field)
            taken.append(_pulled(row.play_id, field, base, ours, result))
    if values != play.page_values:
        play.page_values = values
        changed.append("page_values")
    if changed:
        play.save(update_fields=changed)


def _pulled(play_id: str, field: str, base: str | None, ours: str, result: Merged) -> Pulled:
    return Pulled(
        play_id=play_id,
        field=field,
        before=base or "",
        ours=ours,
        page_value=result.value,
        is_conflict=result.is_conflict,
    )


def _remember(plays: dict[str, Play], taken: Iterable[Pulled], now: datetime) -> None:
    MirrorChange.objects.bulk_create(
        [
            MirrorChange(
                play=plays[one.play_id],
                field=one.field,
                before=one.before,
                ours=one.ours,
                page_value=one.page_value,
                is_conflict=one.is_conflict,
                at=now,
            )
            for one in taken
        ],
        batch_size=500,
    )


def _note(report: PullReport, by: User | None) -> None:
    audit.note(
        Verb.IMPORT,
        by=by,
        target="Play DB",
        count=len({taken.play_id for taken in report.taken} | set(report.created)),
        details={
            "created": list(report.created),
            "taken": len(report.taken),
            "conflicts": len(report.conflicts),
        },
    )


def _text(play: Play, field: str) -> str:
    """A field as the page would show it: a cell's text is on one line."""
    value: Any = getattr(play, field)
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else fold(str(value))


def _as_field(field: str, text: str) -> str | date | None:
    if field != "due_date":
        return text
    return date.fromisoformat(text) if text else None


def _may_be_an_id(play_id: str) -> bool:
    try:
        return new_play_id(play_id) == play_id
    except FieldProblem:
        return False
