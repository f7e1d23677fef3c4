"""Recording accepted events: their actions, the counters, and their edits enqueued."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from plays.models import Action, Event, QuarterCount
from plays.rules.planner import counter_of
from plays.rules.quarter import Quarter
from plays.sync.funnel import count_funnel
from plays.sync.inserting import insert
from plays.sync.intake.judging import Judged
from plays.sync.jobs.enqueue import edits_of, enqueue_locked
from plays.sync.log_ids import next_log_ids
from plays.sync.week_counts import count_weeks


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An accepted event; `log_id`: the one under which pages tell of it already."""

    event: Event
    judged: Judged
    log_id: str = ""


def record(entries: Sequence[Entry], *, now: datetime) -> list[Action]:
    """Record events in the order given; the caller's transaction has their locks and their Plays'.

    About twenty queries for five hundred events.
    """
    numbers = iter(next_log_ids(e.judged.parsed.occurred_at for e in entries if not e.log_id))
    actions = [_action(entry, entry.log_id or next(numbers)) for entry in entries]
    insert(actions)
    count_in(actions)
    enqueue_locked([edit for each in actions for edit in edits_of(each, each.play)], now=now)
    return actions


def _action(entry: Entry, log_id: str) -> Action:
    parsed = entry.judged.parsed
    return Action(
        log_id=log_id,
        event=entry.event,
        play=entry.judged.play,
        action_type=parsed.action_type,
        subject_id=parsed.subject_id,
        title=entry.judged.title,
        url=parsed.url,
        actor=parsed.actor,
        occurred_at=parsed.occurred_at,
        data=dict(parsed.details),
    )


def count_in(actions: Sequence[Action]) -> None:
    """Add actions to the counters of their quarters and weeks, and to the funnel; their Plays are
    locked.
    """
    count_weeks(actions)
    count_funnel(actions)
    counts = _quarters_of({action.play_id for action in actions})
    zone, changed = timezone.get_default_timezone(), {}
    for action in actions:
        quarter = Quarter.of(action.occurred_at, zone)
        key = action.play_id, quarter.year, quarter.number
        count = counts.get(key) or QuarterCount(
            play_id=action.play_id, year=quarter.year, quarter=quarter.number
        )
        counts[key] = changed[key] = count
        if counter := counter_of(action.action_type, str(action.data.get("decision", ""))):
            setattr(count, counter, getattr(count, counter) + 1)
        count.last_action_at = max(filter(None, (count.last_action_at, action.occurred_at)))
    insert(
        changed.values(),
        unique=["play_id", "year", "quarter"],
        update=["activity", "signal", "brief", "s2", "s3", "last_action_at"],
    )


def _quarters_of(plays: Iterable[int]) -> dict[tuple[int, int, int], QuarterCount]:
    rows = QuarterCount.objects.filter(play__in=sorted(plays)).order_by()
    return {(row.play_id, row.year, row.quarter): row for row in rows}
