"""Events in: each is recorded, counted and planned in one transaction, or kept with its reasons."""

from __future__ import annotations

import enum
import json
import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from plays.models import Action, Event, Play
from plays.models.event import EventState
from plays.rules.envelope import in_envelope
from plays.rules.events import PlayEvent, Rejected, event_key, parse_event
from plays.rules.problems import Code, Problem
from plays.sync.intake import journal, recovered
from plays.sync.naming import NotOnePlay, play_called, play_names

WAITING_BATCH = 200
NAMES_A_QUERY = 500
_UNKNOWN = {
    Code.UNKNOWN_PLAY: "play",
    Code.SEVERAL_PLAYS: "play",
    Code.UNKNOWN_SIGNAL: "signal",
    Code.UNKNOWN_BRIEF: "brief",
}


log = logging.getLogger(__name__)


class ReceiptStatus(enum.Enum):
    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What became of one event. `event_id` is the id as it was sent, None where there was none."""

    event_id: str | None
    status: ReceiptStatus
    log_id: str = ""
    problems: tuple[Problem, ...] = ()


def record(raw: Any, *, now: datetime | None = None) -> Receipt:
    """Record one event, as parsed JSON; when this returns, everything is committed.

    An event recorded before is a duplicate; one that was rejected is looked at again. A plain
    object without an envelope gets one.
    """
    now = now or timezone.now()
    receipt, known = _record(in_envelope(raw, zone=timezone.get_default_timezone()), now)
    _tell(receipt)
    for missing in known:
        accept_waiting(missing, now=now)
    return receipt


def _tell(receipt: Receipt) -> None:
    """A line per event; one that is rejected waits for somebody."""
    event_id, status = _fit(receipt.event_id or ""), receipt.status
    facts = {"event": event_id, "status": status.value, "log_id": receipt.log_id}
    if status is not ReceiptStatus.REJECTED:
        log.info("event %s: %s as %s", event_id, status.value, receipt.log_id, extra=facts)
        return
    why = "; ".join(f"{problem.field}: {problem.message}" for problem in receipt.problems)
    log.warning("event %s: rejected: %s", event_id, _fit(why), extra=facts)


def _fit(text: str) -> str:
    """What can be written down (half a surrogate pair cannot), and not the whole of a long one."""
    return text[:500].encode("utf-8", "replace").decode()


def record_all(raws: Iterable[Any], *, now: datetime | None = None) -> list[Receipt]:
    """Record events in the order given, each in a transaction of its own."""
    return [record(raw, now=now) for raw in raws]


def accept_waiting(missing: str, *, now: datetime | None = None) -> int:
    """Look again at rejected events that waited for `missing` (`play:…`, `brief:…`, `signal:…`).

    Returns how many were accepted. What becomes known through them is followed up as well.
    """
    now = now or timezone.now()
    accepted, queue = 0, [missing]
    while queue:
        for event in Event.objects.waiting_for(queue.pop()).order_by("pk")[:WAITING_BATCH]:
            receipt, known = _record(json.loads(event.payload), now)
            if receipt.status is ReceiptStatus.ACCEPTED:
                accepted += 1
                queue += known
    return accepted


def accept_again(event: Event, *, now: datetime | None = None) -> Receipt:
    """Look again at one rejected event, as it was sent."""
    return record(json.loads(event.payload), now=now)


def accept_everything_now_known(*, now: datetime | None = None) -> int:
    """Accept rejected events whose missing Play, brief or signal has come to be known meanwhile.

    Heals the race in which a brief and what refers to it are recorded at the same moment.
    """
    waiting = Event.objects.rejected().exclude(missing="").order_by("missing")
    missing = list(waiting.values_list("missing", flat=True).distinct())
    return sum(accept_waiting(name, now=now) for name in _known_of(missing))


def _record(raw: Any, now: datetime) -> tuple[Receipt, list[str]]:
    """The receipt, and the names of what is known from now on (empty unless accepted)."""
    with transaction.atomic():
        event = _locked_event(raw, now)
        if event.state == EventState.ACCEPTED:
            return _receipt(raw, ReceiptStatus.DUPLICATE, log_id=event.action.log_id), []
        parsed, problems = _parsed(raw, event, now)
        play = None
        if parsed:
            play, problems = _play_of(parsed)
        if parsed is None or play is None:
            _reject(event, raw, problems)
            return _receipt(raw, ReceiptStatus.REJECTED, problems=tuple(problems)), []
        if lost := recovered.action_like(parsed, play):
            recovered.give_back(lost, event, parsed)
            _accept(event, raw, parsed, now)
            return _receipt(raw, ReceiptStatus.DUPLICATE, log_id=lost.log_id), _made_known(lost)
        log_id = recovered.log_id_like(parsed, play)
        action = journal.record(event, parsed, play, now=now, log_id=log_id)
        _accept(event, raw, parsed, now)
    return _receipt(raw, ReceiptStatus.ACCEPTED, log_id=action.log_id), _made_known(action)


def _parsed(raw: Any, event: Event, now: datetime) -> tuple[PlayEvent | None, list[Problem]]:
    zone = timezone.get_default_timezone()
    try:
        return parse_event(raw, now=now, zone=zone, received_at=event.received_at), []
    except Rejected as rejected:
        return None, rejected.problems


def _locked_event(raw: Any, now: datetime) -> Event:
    source, event_id = event_key(raw)
    Event.objects.get_or_create(
        source=source,
        event_id=event_id,
        defaults={"payload": "", "state": EventState.REJECTED, "received_at": now},
    )
    return Event.objects.select_for_update(no_key=True).get(source=source, event_id=event_id)


def _play_of(event: PlayEvent) -> tuple[Play | None, list[Problem]]:
    """The event's Play, locked; through the brief or the signal where it does not say."""
    if event.play_id:
        try:
            return play_called(event.play_id, among=Play.objects.select_for_update(no_key=True)), []
        except NotOnePlay as unknown:
            return None, [unknown.at("data.play_id")]
    return _play_through(event)


def _play_through(event: PlayEvent) -> tuple[Play | None, list[Problem]]:
    problems = []
    for kind, reference in event.references:
        found = Action.objects.subject(kind.title(), reference).select_related("play").first()
        if found:
            return Play.objects.select_for_update(no_key=True).get(pk=found.play_id), []
        problems.append(
            Problem(
                code=Code(f"unknown_{kind}"), field=f"data.{kind}_id", params={"name": reference}
            )
        )
    return None, problems


def _reject(event: Event, raw: Any, problems: list[Problem]) -> None:
    event.payload = json_text(raw)
    event.type = _type_of(raw)
    event.problems = [problem.as_json() for problem in problems]
    event.missing = _missing(problems)
    event.save(update_fields=["payload", "type", "problems", "missing"])


def _missing(problems: list[Problem]) -> str:
    """What must become known (`play:…`), where that alone is wrong."""
    kind = _UNKNOWN.get(problems[0].code) if len(problems) == 1 else None
    return f"{kind}:{problems[0].params['name']}"[:300] if kind else ""


def _accept(event: Event, raw: Any, parsed: PlayEvent, now: datetime) -> None:
    event.payload = json_text(raw)
    event.type = parsed.type
    event.time = parsed.occurred_at
    event.state = EventState.ACCEPTED
    event.problems, event.missing = [], ""
    event.accepted_at = now
    event.save(
        update_fields=["payload", "type", "time", "state", "problems", "missing", "accepted_at"]
    )


def _receipt(
    raw: Any, status: ReceiptStatus, *, log_id: str = "", problems: tuple[Problem, ...] = ()
) -> Receipt:
    sent_id = raw.get("id") if isinstance(raw, dict) else None
    event_id = sent_id if isinstance(sent_id, str) else None
    return Receipt(event_id=event_id, status=status, log_id=log_id, problems=problems)


def _made_known(action: Action) -> list[str]:
    kind = action.action_type.lower()
    return [f"{kind}:{action.subject_id}"] if kind in ("signal", "brief") else []


def _known_of(missing: list[str]) -> Iterator[str]:
    """What is known by now; a few queries for thousands that are not."""
    by_kind: dict[str, list[str]] = {}
    for kind, _, name in (each.partition(":") for each in missing):
        by_kind.setdefault(kind, []).append(name)
    for kind, names in by_kind.items():
        for start in range(0, len(names), NAMES_A_QUERY):
            known = _known_names(kind, names[start : start + NAMES_A_QUERY])
            yield from (f"{kind}:{name}" for name in known)


def _known_names(kind: str, names: list[str]) -> set[str]:
    if kind == "play":
        known = play_names()
        return {name for name in names if known.find(name)}
    actions = Action.objects.filter(action_type=kind.title(), subject_id__in=names)
    return set(actions.values_list("subject_id", flat=True))


def _type_of(raw: Any) -> str:
    kind = raw.get("type") if isinstance(raw, dict) else None
    return re.sub(r"[\x00-\x1f\ud800-\udfff]", " ", kind)[:100] if isinstance(kind, str) else ""


def json_text(raw: Any) -> str:
    """JSON that every database can keep as text; JSON's own escapes carry NUL and surrogates."""
    text = json.dumps(raw, ensure_ascii=False)
    return re.sub(r"[\ud800-\udfff]", lambda match: f"\\u{ord(match[0]):04x}", text)
