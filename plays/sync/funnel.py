"""Opportunities and their counts: kept as actions are recorded, proved by a recount."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from plays.models import Action, FunnelCount, Opportunity
from plays.rules.funnel import Cell, Told, Way, after, cells, key_of, merged
from plays.rules.quarter import Quarter
from plays.sync.chunks import in_chunks
from plays.sync.inserting import insert

log = logging.getLogger(__name__)

COUNTING = 7_302_001  # of the database's locks that are no row's; nobody else takes this one
LONGEST_DECISION = 20
_COLUMNS = ("action_type", "subject_id", "log_id", "play_id", "title", "occurred_at")
_DETAILS = ("data__decision", "data__signal_id", "data__brief_id")
_WAY = (
    *("play_id", "title", "signal_at", "brief_at", "validated_at", "s2_at", "s3_at"),
    *("scored_at", "decision"),
)


def count_funnel(actions: Iterable[Action]) -> None:
    """Add actions to their opportunities, and move those in the counts; a handful of queries for
    each 500 opportunities. Within a transaction that has the actions.
    """
    one_at_a_time()
    tolds = [_told(action) for action in actions]
    signal_of = _signals_of({told.brief_id for told in tolds if told.brief_id})
    keyed = [(key, told) for told in tolds if (key := key_of(told, signal_of=signal_of))]
    before = _locked_ways(
        {name for key, told in keyed for name in (key, _key_before(told)) if name}
    )
    ways = dict(before)
    for key, told in keyed:
        ways[key] = after(ways.get(key), told)
        stray = _key_before(told)
        if stray != key and stray in ways:  # what followed the brief was told before it
            ways[key] = merged(ways[key], ways.pop(stray))
    _write_ways(before, ways)
    changes = Counter[tuple[int, Cell]]()
    for key in before.keys() | ways.keys():
        changes.update(_counted(ways.get(key)))
        changes.subtract(_counted(before.get(key)))
    add_to_counts({place: change for place, change in changes.items() if change})


def one_at_a_time() -> None:
    """Wait until the transaction of whoever else counts has ended.

    A row's lock will not do: an opportunity or a cell of the counts that is not there yet may be
    made by two at once, from actions of different Plays, and each would write over the other's.
    Most wait already, for the year's log number.
    """
    if connection.vendor == "postgresql":  # SQLite lets one write at a time
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [COUNTING])


def _key_before(told: Told) -> str:
    """Where what followed a brief is kept until the brief is known."""
    return f"brief:{told.subject_id}" if told.action_type == "Brief" else ""


def _locked_ways(keys: Iterable[str]) -> dict[str, Way]:
    found: dict[str, Way] = {}
    for chunk in in_chunks(sorted(keys)):
        rows = Opportunity.objects.select_for_update().filter(key__in=chunk).order_by("pk")
        found |= {row.key: _way(row) for row in rows}
    return found


def _write_ways(before: Mapping[str, Way], ways: Mapping[str, Way]) -> None:
    for chunk in in_chunks(before.keys() - ways.keys()):
        Opportunity.objects.filter(key__in=chunk).delete()
    changed = {key: _values(way) for key, way in ways.items() if way != before.get(key)}
    if changed:
        insert(
            [Opportunity(key=key, **values) for key, values in changed.items()],
            unique=["key"],
            update=list(next(iter(changed.values()))),
        )


def uncount_funnel(action: Action) -> None:
    """Take out the opportunity that an action without an id of its subject stands for alone."""
    if action.subject_id:
        return
    one_at_a_time()
    key = key_of(_told(action), signal_of={})
    row = Opportunity.objects.select_for_update().filter(key=key).first()
    if row and key.endswith(f":{action.log_id}"):
        add_to_counts({place: -count for place, count in _counted(_way(row)).items()})
        row.delete()


def funnel_rows(**fits: Any) -> list[tuple[str, bool, int, int]]:
    """The counted cells that fit (a filter of `FunnelCount`), added up over Plays; one query."""
    rows = FunnelCount.objects.filter(count__gt=0, **fits).order_by()
    added = rows.values_list("step", "is_last", "hours").annotate(total=Sum("count"))
    return [(step, is_last, hours, total) for step, is_last, hours, total in added]


def actions_of(step: str, opportunities: Iterable[Opportunity]) -> dict[int, Action]:
    """The action by which each opportunity came to `step` ("signal" or "brief"), with its Play, by
    the opportunity's primary key; one query.
    """
    keys = {(one.key, getattr(one, f"{step}_at")): one.pk for one in opportunities}
    actions = Action.objects.filter(counter=step, occurred_at__in={at for _, at in keys})
    found = {}
    for action in actions.select_related("play").order_by("-pk"):
        place = key_of(_told(action), signal_of={}), action.occurred_at
        if place in keys:
            found[keys[place]] = action
    return found


def add_to_counts(changes: Mapping[tuple[int, Cell], int]) -> None:
    """Change the counts. The rows stay locked until the transaction ends."""
    had: dict[tuple[int, Cell], int] = {}
    for chunk in in_chunks(changes):
        rows = FunnelCount.objects.filter(
            play__in={play for play, _ in chunk},
            year__in={cell.quarter.year for _, cell in chunk},
            step__in={cell.step for _, cell in chunk},
            hours__in={cell.hours for _, cell in chunk},
        )
        had |= {_place(row): row.count for row in rows.order_by("pk").select_for_update()}
    insert(
        [
            FunnelCount(**_cell_values(play, cell), count=had.get((play, cell), 0) + change)
            for (play, cell), change in changes.items()
        ],
        unique=["play_id", "year", "quarter", "step", "is_last", "hours"],
        update=["count"],
    )


def _signals_of(briefs: Iterable[str]) -> dict[str, str]:
    """The signal that each known brief names, by the brief's id; the first to tell of it counts."""
    found: dict[str, str] = {}
    for chunk in in_chunks(list(briefs)):
        rows = Action.objects.filter(action_type="Brief", subject_id__in=chunk)
        for brief, signal in rows.order_by("occurred_at", "pk").values_list(
            "subject_id", "data__signal_id"
        ):
            found.setdefault(brief, str(signal or ""))
    return found


def _told(action: Action) -> Told:
    details = (action.data.get(name) for name in ("decision", "signal_id", "brief_id"))
    return _of_row((*(getattr(action, name) for name in _COLUMNS), *details))


def _of_row(row: tuple[Any, ...]) -> Told:
    action_type, subject_id, log_id, play, title, occurred_at, *details = row
    decision, signal_id, brief_id = (str(value or "") for value in details)
    return Told(
        action_type=action_type,
        subject_id=subject_id,
        log_id=log_id,
        play=play,
        title=title,
        occurred_at=occurred_at,
        decision=decision[:LONGEST_DECISION],
        signal_id=signal_id,
        brief_id=brief_id,
    )


def _way(row: Opportunity) -> Way:
    return Way(play=row.play_id, **{name: getattr(row, name) for name in _WAY[1:]})


def _values(way: Way) -> dict[str, Any]:
    began = way.began_at
    assert began is not None  # noqa: S101 - a way has at least one action
    quarter = Quarter.of(began, timezone.get_default_timezone())
    return {
        **{name: getattr(way, name) for name in _WAY[1:]},
        "play_id": way.play,
        "began_at": began,
        "year": quarter.year,
        "quarter": quarter.number,
    }


def _counted(way: Way | None) -> Counter[tuple[int, Cell]]:
    if way is None:
        return Counter()
    found = cells(way, timezone.get_default_timezone())
    return Counter({(way.play, cell): count for cell, count in found.items()})


def _place(row: FunnelCount) -> tuple[int, Cell]:
    quarter = Quarter(row.year, row.quarter)
    cell = Cell(quarter=quarter, step=row.step, is_last=row.is_last, hours=row.hours)
    return row.play_id, cell


def _cell_values(play: int, cell: Cell) -> dict[str, Any]:
    return {
        "play_id": play,
        "year": cell.quarter.year,
        "quarter": cell.quarter.number,
        "step": cell.step,
        "is_last": cell.is_last,
        "hours": cell.hours,
    }
