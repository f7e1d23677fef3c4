"""Whether events can be accepted: their fields, and the Plays they belong to.

A group is judged at once, in the order given, with a few queries however many events it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.utils import timezone

from plays.models import Action, Event, Play
from plays.rules.events import PlayEvent, Rejected, parse_event
from plays.rules.problems import Code, Problem
from plays.sync.chunks import in_chunks
from plays.sync.naming import NotOnePlay, plays_called

Reference = tuple[str, str]  # kind (`signal`, `brief`) and id


@dataclass(frozen=True, kw_only=True)
class Judged:
    """An event that can be accepted: whose it is, and its title, or its signal's or brief's."""

    parsed: PlayEvent
    play: Play
    title: str


class _Subject(NamedTuple):
    play: int
    title: str


def judge(events: Sequence[tuple[Event, Any]], *, now: datetime) -> list[Judged | list[Problem]]:
    """Each event (with what was sent) that can be accepted, or what speaks against it.

    An event may refer to one that stands before it and is accepted.
    """
    parsed = [_parsed(event, raw, now) for event, raw in events]
    well = [each for each in parsed if isinstance(each, PlayEvent)]
    plays = plays_called(each.play_id for each in well if each.play_id)
    subjects = _subjects(reference for each in well for reference in each.references)
    owners = Play.objects.in_bulk({subject.play for subject in subjects.values()})
    judged: list[Judged | list[Problem]] = []
    for each in parsed:
        if not isinstance(each, PlayEvent):
            judged.append(each)
            continue
        play = _play_of(each, plays, subjects, owners)
        if isinstance(play, list):
            judged.append(play)
            continue
        title = each.title or _title(each, subjects)
        judged.append(Judged(parsed=each, play=play, title=title))
        subjects[each.action_type.lower(), each.subject_id] = _Subject(play.pk, title)
        owners[play.pk] = play
    return judged


def _parsed(event: Event, raw: Any, now: datetime) -> PlayEvent | list[Problem]:
    zone = timezone.get_default_timezone()
    try:
        return parse_event(raw, now=now, zone=zone, received_at=event.received_at)
    except Rejected as rejected:
        return rejected.problems


def _subjects(references: Iterable[Reference]) -> dict[Reference, _Subject]:
    """The newest action about each signal and brief that is known."""
    by_kind: dict[str, set[str]] = {}
    for kind, reference in references:
        by_kind.setdefault(kind, set()).add(reference)
    found: dict[Reference, _Subject] = {}
    for kind, ids in by_kind.items():
        for chunk in in_chunks(sorted(ids)):
            rows = Action.objects.filter(action_type=kind.title(), subject_id__in=chunk)
            for action in rows.only("subject_id", "play_id", "title").order_by("pk"):
                found[kind, action.subject_id] = _Subject(action.play_id, action.title)
    return found


def _play_of(
    event: PlayEvent,
    plays: Mapping[str, Play | NotOnePlay],
    subjects: Mapping[Reference, _Subject],
    owners: Mapping[int, Play],
) -> Play | list[Problem]:
    """The event's Play; through the brief or the signal where it does not say."""
    if event.play_id:
        named = plays[event.play_id]
        return [named.at("data.play_id")] if isinstance(named, NotOnePlay) else named
    for reference in event.references:
        if subject := subjects.get(reference):
            return owners[subject.play]
    return [_unknown(kind, name) for kind, name in event.references]


def _unknown(kind: str, name: str) -> Problem:
    return Problem(code=Code(f"unknown_{kind}"), field=f"data.{kind}_id", params={"name": name})


def _title(event: PlayEvent, subjects: Mapping[Reference, _Subject]) -> str:
    for reference in event.references:
        if subject := subjects.get(reference):
            return subject.title
    return event.subject_id
