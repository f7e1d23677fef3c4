"""Events that pages tell of and the database had lost: sent again, they are known by what they say.

Their source and id are lost; Play, type, title and time (to the minute) stand on the page.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from plays.models import Action, Event, PageRecord, Play
from plays.rules.events import PlayEvent
from plays.sync.intake.journal import count_in, title_of

# The source of an event that was read back from a page; its id is the log id.
SOURCE = "page"
_MINUTE = timedelta(minutes=1)


def action_like(parsed: PlayEvent, play: Play) -> Action | None:
    """The action that was read back from a page and is this event's."""
    recovered = Action.objects.filter(event__source=SOURCE, event__recovered_at__isnull=False)
    start = minute_of(parsed.occurred_at)
    alike = recovered.filter(
        play=play,
        action_type=parsed.action_type,
        occurred_at__gte=start,
        occurred_at__lt=start + _MINUTE,
    )
    title = title_of(parsed)
    return next((one for one in alike.order_by("pk") if _same(one.title, title)), None)


def give_back(action: Action, event: Event, parsed: PlayEvent) -> None:
    """The event is the recovered action's: it takes the place of what stood for it."""
    stand_in = action.event
    action.event = event
    action.subject_id, action.occurred_at = parsed.subject_id, parsed.occurred_at
    action.url, action.actor = parsed.url, parsed.actor
    action.data = dict(parsed.details)
    action.save()
    event.recovered_at = stand_in.recovered_at
    event.save(update_fields=["recovered_at"])
    stand_in.delete()


def log_id_like(parsed: PlayEvent, play: Play) -> str:
    """The log id under which pages tell of this event that the database does not know, or ""."""
    start = minute_of(parsed.occurred_at)
    alike = PageRecord.objects.filter(
        play=play,
        action_type=parsed.action_type,
        occurred_at__gte=start,
        occurred_at__lt=start + _MINUTE,
    )
    title = title_of(parsed)
    free = (one for one in alike.order_by("log_id") if _same(one.title, title))
    found = next((one for one in free if not _is_taken(one.log_id)), None)
    if found is None:
        return ""
    PageRecord.objects.filter(log_id=found.log_id).delete()
    return found.log_id


def minute_of(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _is_taken(log_id: str) -> bool:
    return Action.objects.filter(log_id=log_id).exists()


def adopt(record: PageRecord, *, details: dict[str, object], actor: str, url: str) -> Action:
    """Make an event and an action of what a page tells; the record is gone.

    The record has its Play, type and time. Nothing is enqueued.
    """
    now = timezone.now()
    assert record.play is not None and record.occurred_at is not None  # noqa: S101, PT018
    event = Event.objects.create(
        source=SOURCE,
        event_id=record.log_id,
        time=record.occurred_at,
        payload="{}",
        state="accepted",
        received_at=now,
        accepted_at=now,
        recovered_at=now,
    )
    action = Action.objects.create(
        log_id=record.log_id,
        event=event,
        play=record.play,
        action_type=record.action_type,
        title=record.title,
        url=url,
        actor=actor,
        occurred_at=record.occurred_at,
        data=details,
    )
    count_in(action)
    PageRecord.objects.filter(log_id=record.log_id).delete()
    return action
