"""A group of events, in one transaction: stored, judged, and those accepted written in the journal.

Locks are taken in one order: events, Plays, log numbers, the funnel, jobs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from plays.models import Action, Event
from plays.models.event import EventState
from plays.rules.problems import Code, Problem
from plays.sync.chunks import in_chunks
from plays.sync.inserting import insert
from plays.sync.intake import journal, recovered
from plays.sync.intake.judging import Judged, judge
from plays.sync.intake.receipts import Receipt, ReceiptStatus
from plays.sync.jobs.locking import lock_plays
from plays.sync.log_ids import lock_numbers

Group = Mapping[tuple[str, str], Any]  # events as they were sent, by `event_key`
TOGETHER = 500  # events in one transaction: on SQLite everybody else waits for it
_UNKNOWN = {
    Code.UNKNOWN_PLAY: "play",
    Code.SEVERAL_PLAYS: "play",
    Code.UNKNOWN_SIGNAL: "signal",
    Code.UNKNOWN_BRIEF: "brief",
}
_DECIDED = ("payload", "type", "time", "state", "problems", "missing", "accepted_at")


@dataclass
class _Case:
    """An event as it was sent and as it is stored; its action once there is one."""

    raw: Any
    event: Event
    was_accepted: bool
    outcome: Judged | list[Problem]
    action: Action | None = None
    is_told_already: bool = False

    @property
    def receipt(self) -> Receipt:
        sent_id = self.raw.get("id") if isinstance(self.raw, dict) else None
        event_id = sent_id if isinstance(sent_id, str) else None
        if self.action is None:
            problems = tuple(self.outcome) if isinstance(self.outcome, list) else ()
            return Receipt(event_id=event_id, status=ReceiptStatus.REJECTED, problems=problems)
        is_known = self.was_accepted or self.is_told_already
        status = ReceiptStatus.DUPLICATE if is_known else ReceiptStatus.ACCEPTED
        return Receipt(event_id=event_id, status=status, log_id=self.action.log_id)


def record_together(group: Group, *, now: datetime) -> tuple[list[Receipt], list[str]]:
    """Record events; about thirty queries for five hundred.

    Returns a receipt for each, and the names (`signal:…`, `brief:…`) of what is known from now on.
    Raises `IntegrityError` where somebody else records one of them at the same moment; nothing is
    stored then.
    """
    with transaction.atomic():
        cases = _cases(group, now)
        new = [case for case in cases if not case.was_accepted]
        for case, outcome in zip(new, judge([(c.event, c.raw) for c in new], now=now), strict=True):
            case.outcome = outcome
            _decide(case, now)
        _save([case.event for case in new])
        _write_journal([case for case in new if isinstance(case.outcome, Judged)], now)
    known = [name for case in new if case.action for name in _made_known(case.action)]
    return [case.receipt for case in cases], known


def _cases(group: Group, now: datetime) -> list[_Case]:
    stored = _locked(group)
    actions = _actions_of([event for event in stored.values() if _is_accepted(event)])
    cases = []
    for key, raw in group.items():
        event = stored.get(key) or Event(source=key[0], event_id=key[1], received_at=now)
        action = actions.get(event.pk)
        cases.append(_Case(raw, event, was_accepted=bool(action), outcome=[], action=action))
    return cases


def _locked(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Event]:
    """The events that are stored; those not accepted stay locked until the transaction ends."""
    found: dict[tuple[str, str], Event] = {}
    by_source: dict[str, list[str]] = {}
    for source, event_id in keys:
        by_source.setdefault(source, []).append(event_id)
    for source, ids in sorted(by_source.items()):
        for chunk in in_chunks(sorted(ids)):
            rows = Event.objects.filter(source=source, event_id__in=chunk).order_by("pk")
            found |= {(e.source, e.event_id): e for e in rows.select_for_update(no_key=True)}
    return found


def _is_accepted(event: Event) -> bool:
    return event.state == EventState.ACCEPTED


def _actions_of(events: Sequence[Event]) -> dict[int, Action]:
    actions = Action.objects.filter(event__in=events) if events else ()
    return {action.event_id: action for action in actions}


def _decide(case: _Case, now: datetime) -> None:
    event, outcome = case.event, case.outcome
    event.payload = json_text(case.raw)
    if isinstance(outcome, Judged):
        event.type, event.time = outcome.parsed.type, outcome.parsed.occurred_at
        event.state, event.accepted_at = EventState.ACCEPTED, now
        event.problems, event.missing = [], ""
        return
    event.state = EventState.REJECTED
    event.type = _type_of(case.raw)
    event.problems = [problem.as_json() for problem in outcome]
    event.missing = _missing(outcome)


def _save(events: Sequence[Event]) -> None:
    for event in events:
        if event.pk is not None:
            event.save(update_fields=_DECIDED)
    # In one order, whatever order they were sent in: of two who store the same events at a time the
    # second waits for the first, and never each for the other.
    new = sorted((e for e in events if e.pk is None), key=lambda e: (e.source, e.event_id))
    insert(new)


def _write_journal(cases: Sequence[_Case], now: datetime) -> None:
    entries, kept = [], []
    lock_plays(case.outcome.play.pk for case in cases if isinstance(case.outcome, Judged))
    if is_anything_told := bool(cases) and recovered.is_anything_told():
        lock_numbers()  # what is given back takes the funnel's lock, and new ids come after it
    for case in cases:
        assert isinstance(case.outcome, Judged)  # noqa: S101 - the caller asks
        log_id = ""
        if is_anything_told:
            if lost := recovered.action_like(case.outcome):
                recovered.give_back(lost, case.event, case.outcome)
                case.action, case.is_told_already = lost, True
                continue
            log_id = recovered.log_id_like(case.outcome)
        entries.append(journal.Entry(event=case.event, judged=case.outcome, log_id=log_id))
        kept.append(case)
    for case, action in zip(kept, journal.record(entries, now=now), strict=True):
        case.action = action


def _missing(problems: list[Problem]) -> str:
    """What must become known (`play:…`), where that alone is wrong."""
    kind = _UNKNOWN.get(problems[0].code) if len(problems) == 1 else None
    return f"{kind}:{problems[0].params['name']}" if kind else ""


def _made_known(action: Action) -> list[str]:
    kind = action.action_type.lower()
    return [f"{kind}:{action.subject_id}"] if kind in ("signal", "brief") else []


def _type_of(raw: Any) -> str:
    kind = raw.get("type") if isinstance(raw, dict) else None
    return re.sub(r"[\x00-\x1f\ud800-\udfff]", " ", kind)[:100] if isinstance(kind, str) else ""


def json_text(raw: Any) -> str:
    """JSON that every database can keep as text; JSON's own escapes carry NUL and surrogates."""
    text = json.dumps(raw, ensure_ascii=False)
    return re.sub(r"[\ud800-\udfff]", lambda match: f"\\u{ord(match[0]):04x}", text)
