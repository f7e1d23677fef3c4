"""Recording an accepted event: its action, the quarter's counters, and its edits enqueued."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F
from django.utils import timezone

from plays.models import Action, Event, LogNumber, Play, QuarterCount
from plays.rules.events import PlayEvent
from plays.rules.planner import counter_of
from plays.rules.quarter import Quarter
from plays.sync.jobs.enqueue import edits_of, enqueue


def record(event: Event, parsed: PlayEvent, play: Play, *, now: datetime) -> Action:
    """Record an event whose row and Play are locked by the caller's transaction."""
    action = Action.objects.create(
        log_id=_next_log_id(parsed.occurred_at),
        event=event,
        play=play,
        action_type=parsed.action_type,
        subject_id=parsed.subject_id,
        title=parsed.title or _title_of_subject(parsed),
        url=parsed.url,
        actor=parsed.actor,
        occurred_at=parsed.occurred_at,
        data=dict(parsed.details),
    )
    _count(action)
    enqueue(edits_of(action, play), now=now)
    return action


def _next_log_id(occurred_at: datetime) -> str:
    """`LOG-<year>-<number>`. The update locks the year's row until the caller commits."""
    year = timezone.localtime(occurred_at, timezone.get_default_timezone()).year
    LogNumber.objects.get_or_create(year=year)
    LogNumber.objects.filter(year=year).update(last=F("last") + 1)
    return f"LOG-{year}-{LogNumber.objects.get(year=year).last:05d}"


def _count(action: Action) -> None:
    quarter = Quarter.of(action.occurred_at, timezone.get_default_timezone())
    count, _ = QuarterCount.objects.get_or_create(
        play=action.play, year=quarter.year, quarter=quarter.number
    )
    counter = counter_of(action.action_type, str(action.data.get("decision", "")))
    if counter:
        setattr(count, counter, getattr(count, counter) + 1)
    count.last_action_at = max(filter(None, (count.last_action_at, action.occurred_at)))
    count.save(update_fields=[*([counter] if counter else []), "last_action_at"])


def _title_of_subject(parsed: PlayEvent) -> str:
    """What a scorecard or validation without a title is about, by its signal or brief."""
    for kind, reference in parsed.references:
        found = Action.objects.subject(kind.title(), reference).first()
        if found:
            return found.title
    return parsed.subject_id
