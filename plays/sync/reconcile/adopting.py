"""Events and actions made of what pages tell, where the database has lost its own."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from plays.models import Action, Event
from plays.sync.chunks import CHUNK
from plays.sync.intake.journal import count_in
from plays.sync.intake.recovered import SOURCE
from plays.sync.jobs.enqueue import edits_of, enqueue_locked
from plays.sync.reconcile.reading import Told


def adopt(told: Iterable[Told], *, now: datetime) -> list[Action]:
    """Make an event and an action of each, all of them whole; their edits are enqueued. The
    caller's transaction has the locks of their Plays.

    What the page says word for word is the event's payload.
    """
    known = list(told)
    events = [_event(one, now) for one in known]
    Event.objects.bulk_create(events, batch_size=CHUNK)
    actions = [_action(one, event) for one, event in zip(known, events, strict=True)]
    Action.objects.bulk_create(actions, batch_size=CHUNK)
    count_in(actions)
    wanted = [edit for action in actions for edit in edits_of(action, action.play)]
    enqueue_locked(dict.fromkeys(wanted), now=now)
    return actions


def _event(told: Told, now: datetime) -> Event:
    return Event(
        source=SOURCE,
        event_id=told.log_id,
        time=told.moment,
        payload=json.dumps({"told": told.text}, ensure_ascii=False),
        state="accepted",
        received_at=now,
        accepted_at=now,
        recovered_at=now,
    )


def _action(told: Told, event: Event) -> Action:
    assert told.play is not None and told.moment is not None  # noqa: S101, PT018 - it is whole
    return Action(
        log_id=told.log_id,
        event=event,
        play=told.play,
        action_type=told.action_type,
        title=told.title[:1000],
        url=told.url[:2000],
        actor=told.actor[:200],
        occurred_at=told.moment,
        data=dict(told.details),
    )
