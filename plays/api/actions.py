"""`/api/actions`: what was done, newest first, and whether it stands on its pages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch, Q
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja.errors import HttpError

from plays.api.answers import PAGE_SIZE, Cursor, Edit, Limit, Text
from plays.api.api import reads
from plays.api.cursors import cursor_of, key_value, values_of
from plays.api.plays import find_play
from plays.models import Action, SyncJob
from plays.models.action import ActionType

router = Router(tags=["Actions"])


class ActionLine(Schema):
    """`data`: the event's other fields. `edits`: what its pages must get, and how far that is."""

    log_id: str
    play_id: str
    type: str
    subject_id: str
    title: str
    url: str
    owner: str
    at: datetime
    event_source: str
    event_id: str
    data: dict[str, Any]
    edits: list[Edit]


class ActionList(Schema):
    items: list[ActionLine]
    next_cursor: str | None


@reads(router, "", ActionList, operation_id="list_actions", summary="Actions, newest first")
def list_actions(
    request: HttpRequest,
    play: Text | None = None,
    type: ActionType | None = None,
    since: datetime | None = None,
    event_id: Text | None = None,
    limit: Limit = PAGE_SIZE,
    cursor: Cursor = None,
) -> ActionList:
    """`since`: whose own time is then or later. `event_id`: what became of one event."""
    actions = Action.objects.order_by("-occurred_at", "-pk")
    if play:
        actions = actions.filter(play=find_play(play))
    if type:
        actions = actions.filter(action_type=type)
    if since:
        actions = actions.filter(occurred_at__gte=_aware(since))
    if event_id:
        actions = actions.filter(event__event_id=event_id)
    if cursor:
        at, pk = values_of(cursor, _moment, key_value)
        # The first condition follows from the other; an index begins there.
        actions = actions.filter(occurred_at__lte=at)
        actions = actions.filter(Q(occurred_at__lt=at) | Q(occurred_at=at, pk__lt=pk))
    jobs = SyncJob.objects.select_related("mapping").order_by("pk")
    found = list(
        actions.select_related("play", "event").prefetch_related(Prefetch("jobs", jobs))[
            : limit + 1
        ]
    )
    last = found[limit - 1] if len(found) > limit else None
    return ActionList(
        items=[_line(action) for action in found[:limit]],
        next_cursor=cursor_of(last.occurred_at.isoformat(), last.pk) if last else None,
    )


def _line(action: Action) -> ActionLine:
    return ActionLine(
        log_id=action.log_id,
        play_id=action.play.play_id,
        type=action.action_type,
        subject_id=action.subject_id,
        title=action.title,
        url=action.url,
        owner=action.actor,
        at=action.occurred_at,
        event_source=action.event.source,
        event_id=action.event.event_id,
        data=action.data,
        edits=[
            Edit(job_id=job.pk, kind=job.kind, stage=job.stage.value) for job in action.jobs.all()
        ],
    )


def _aware(moment: datetime) -> datetime:
    """In our own zone where it names none. Times beyond what databases know are refused."""
    day = timedelta(days=1)
    try:
        moment = moment if timezone.is_aware(moment) else timezone.make_aware(moment)
        return moment - day + day  # at the calendar's ends other zones have no such day
    except (OverflowError, ValueError) as error:
        raise HttpError(422, "query.since: no such time") from error


def _moment(value: Any) -> datetime:
    return _aware(datetime.fromisoformat(value))
