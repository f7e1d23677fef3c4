"""Recording an accepted event: its action, the quarter's counters, and its edits enqueued."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from plays.models import Action, Event, Play, QuarterCount
from plays.rules.events import PlayEvent
from plays.rules.planner import counter_of
from plays.rules.quarter import Quarter
from plays.sync.funnel import count_funnel
from plays.sync.jobs.enqueue import edits_of, enqueue
from plays.sync.log_ids import next_log_id
from plays.sync.week_counts import count_week


def record(
    event: Event, parsed: PlayEvent, play: Play, *, now: datetime, log_id: str = ""
) -> Action:
    """Record an event whose row and Play are locked by the caller's transaction.

    `log_id`: the one under which pages tell of it already.
    """
    action = Action.objects.create(
        log_id=log_id or next_log_id(parsed.occurred_at),
        event=event,
        play=play,
        action_type=parsed.action_type,
        subject_id=parsed.subject_id,
        title=title_of(parsed),
        url=parsed.url,
        actor=parsed.actor,
        occurred_at=parsed.occurred_at,
        data=dict(parsed.details),
    )
    count_in(action)
    enqueue(edits_of(action, play), now=now)
    return action


def count_in(action: Action) -> None:
    """Add an action to the counters of its quarter and its week, and to the funnel."""
    count_week(action)
    count_funnel(action)
    quarter = Quarter.of(action.occurred_at, timezone.get_default_timezone())
    count, _ = QuarterCount.objects.get_or_create(
        play=action.play, year=quarter.year, quarter=quarter.number
    )
    counter = counter_of(action.action_type, str(action.data.get("decision", "")))
    if counter:
        setattr(count, counter, getattr(count, counter) + 1)
    count.last_action_at = max(filter(None, (count.last_action_at, action.occurred_at)))
    count.save(update_fields=[*([counter] if counter else []), "last_action_at"])


def title_of(parsed: PlayEvent) -> str:
    """An event's title; of a scorecard or validation without one that of its signal or brief."""
    if parsed.title:
        return parsed.title
    for kind, reference in parsed.references:
        found = Action.objects.subject(kind.title(), reference).first()
        if found:
            return found.title
    return parsed.subject_id
