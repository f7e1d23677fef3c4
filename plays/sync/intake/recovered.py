"""Events that pages tell of and the database had lost: sent again, they are known by what they say.

Their source and id are lost; Play, type, title and time (to the minute) stand on the page. A
colleague may have written into an entry: its words then hold the title, and more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.utils import timezone

from plays.models import Action, Event, PageMapping, PageRecord, SyncJob
from plays.models.job import JobKind, JobState
from plays.models.mapping import PartChoice
from plays.rules.planner import Kind
from plays.sync.funnel import count_funnel, uncount_funnel
from plays.sync.intake.judging import Judged
from plays.sync.jobs.enqueue import edits_of, enqueue_locked

# The source of an event that was read back from a page; its id is the log id.
SOURCE = "page"
_MINUTE = timedelta(minutes=1)
_Found = TypeVar("_Found")


def is_anything_told() -> bool:
    """Whether pages tell of anything that its sender may send again; one query, mostly no."""
    events = Event.objects.filter(source=SOURCE).order_by().values("pk")
    return events.union(PageRecord.objects.order_by().values("pk"), all=True).exists()


def action_like(judged: Judged) -> Action | None:
    """The action that was read back from a page and is this event's."""
    parsed = judged.parsed
    recovered = Action.objects.filter(event__source=SOURCE, event__recovered_at__isnull=False)
    start = minute_of(parsed.occurred_at)
    alike = recovered.filter(
        play=judged.play,
        action_type=parsed.action_type,
        occurred_at__gte=start,
        occurred_at__lt=start + _MINUTE,
    )
    found = list(alike.select_related("event").order_by("pk"))
    return _the_one(judged.title, [(one, one.title, _told_of(one)) for one in found])


def give_back(action: Action, event: Event, judged: Judged) -> None:
    """The event is the recovered action's: it takes the place of what stood for it. The caller's
    transaction has the locks of the Play and of the log numbers.

    A row written from a page's words is put right where the event says it otherwise, unless the
    log has gone on on another page since: written again it would stand there too.
    """
    parsed, stand_in, told = judged.parsed, action.event, action.title
    uncount_funnel(action)
    action.event = event
    action.title = judged.title
    action.subject_id, action.occurred_at = parsed.subject_id, parsed.occurred_at
    action.url, action.actor = parsed.url, parsed.actor
    action.data = dict(parsed.details)
    action.save()
    count_funnel([action])
    event.recovered_at = stand_in.recovered_at
    event.save(update_fields=["recovered_at"])
    stand_in.delete()
    if action.title != told and not _is_on_a_full_page(action):
        rows = [edit for edit in edits_of(action, action.play) if edit.kind is Kind.LOG_ROW]
        enqueue_locked(rows, now=timezone.now())


def _is_on_a_full_page(action: Action) -> bool:
    now_there = PageMapping.objects.shared(PartChoice.ACTION_LOG).page_id
    written = SyncJob.objects.filter(action=action, kind=JobKind.LOG_ROW, state=JobState.SYNCED)
    return written.exclude(written_to=now_there).exists()


def log_id_like(judged: Judged) -> str:
    """The log id under which pages tell of this event that the database does not know, or ""."""
    parsed = judged.parsed
    start = minute_of(parsed.occurred_at)
    alike = PageRecord.objects.filter(
        play=judged.play,
        action_type=parsed.action_type,
        occurred_at__gte=start,
        occurred_at__lt=start + _MINUTE,
    )
    free = [one for one in alike.order_by("log_id", "pk") if not _is_taken(one.log_id)]
    found = _the_one(judged.title, [(one, one.title, one.text) for one in free])
    if found is None:
        return ""
    PageRecord.objects.filter(log_id=found.log_id).delete()
    return found.log_id


def minute_of(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def tells_title(text: str, title: str) -> bool:
    """Whether a title stands in a text, whole words, whatever is written around it."""
    wanted, words = folded(title), folded(text)
    if not wanted or wanted not in words:
        return False
    return bool(re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", words))


def _the_one(title: str, among: Sequence[tuple[_Found, str, str]]) -> _Found | None:
    """Of candidates (with their title and all that pages tell of them) the one with this title;
    else the only one whose words hold it.
    """
    same = [one for one, own, _ in among if folded(own) == folded(title)]
    if same:
        return same[0]
    holding = [one for one, _, text in among if tells_title(text, title)]
    return holding[0] if len(holding) == 1 else None


def _told_of(action: Action) -> str:
    return str(json.loads(action.event.payload).get("told", ""))


def folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _is_taken(log_id: str) -> bool:
    return Action.objects.filter(log_id=log_id).exists()
