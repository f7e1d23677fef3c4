"""The portal's events: which fields each type has, and JSON values -> `PlayEvent`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from typing import Any

from plays.rules import fields
from plays.rules.problems import Code, FieldProblem, Problem, Value

Check = Callable[[Any], Any]


class Rejected(ValueError):
    """An event that cannot be accepted, with every problem found."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{p.field}: {p.message}" for p in problems))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class EventType:
    """One type of event. `subject` is the field with the id of what it tells of."""

    action_type: str
    subject: str
    required: Mapping[str, Check]
    optional: Mapping[str, Check]
    play_through: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PlayEvent:
    """An event whose fields are all well; whether its Play is known is not yet asked."""

    source: str
    event_id: str
    type: str
    occurred_at: datetime
    action_type: str
    subject_id: str
    play_id: str
    title: str
    url: str
    actor: str
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def references(self) -> tuple[tuple[str, str], ...]:
        """(kind, id) of what leads to the Play where `play_id` is missing."""
        through = EVENT_TYPES[self.type].play_through
        return tuple(
            (name.removesuffix("_id"), self.details[name])
            for name in through
            if self.details.get(name)
        )


_DECISION_SCORED = fields.one_of("GO", "PIVOT", "HOLD", "NO_GO")
_DECISION_VALIDATED = fields.one_of("GO", "PIVOT", "NO_GO")
_COMMON: dict[str, Check] = {"owner": fields.name, "url": fields.web_address}

EVENT_TYPES: dict[str, EventType] = {
    "activity.created": EventType(
        action_type="Activity",
        subject="activity_id",
        required={"play_id": fields.play_id, "title": fields.title},
        optional={**_COMMON, "description": fields.prose},
    ),
    "signal.created": EventType(
        action_type="Signal",
        subject="signal_id",
        required={"play_id": fields.play_id, "title": fields.title},
        optional={
            **_COMMON,
            "pain": fields.prose,
            "source": fields.name,
            "channel": fields.name,
        },
    ),
    "signal.scored": EventType(
        action_type="Scorecard",
        subject="signal_id",
        required={"total_score": fields.score},
        optional={
            **_COMMON,
            "play_id": fields.play_id,
            "title": fields.title,
            "decision": _DECISION_SCORED,
            "rationale": fields.prose,
        },
        play_through=("signal_id",),
    ),
    "brief.created": EventType(
        action_type="Brief",
        subject="brief_id",
        required={"title": fields.title},
        optional={
            **_COMMON,
            "play_id": fields.play_id,
            "signal_id": fields.identifier,
        },
        play_through=("signal_id",),
    ),
    "validation.completed": EventType(
        action_type="S2",
        subject="validation_id",
        required={"decision": _DECISION_VALIDATED},
        optional={
            **_COMMON,
            "play_id": fields.play_id,
            "brief_id": fields.identifier,
            "title": fields.title,
            "method": fields.name,
        },
        play_through=("brief_id",),
    ),
    "pilot.started": EventType(
        action_type="S3",
        subject="pilot_id",
        required={"title": fields.title},
        optional={
            **_COMMON,
            "play_id": fields.play_id,
            "brief_id": fields.identifier,
        },
        play_through=("brief_id",),
    ),
}

# These have columns of their own in an action; everything else stays in `details`.
_COLUMNS = {"play_id", "title", "url", "owner"}


def parse_event(
    raw: Any, *, now: datetime, zone: tzinfo, received_at: datetime | None = None
) -> PlayEvent:
    """A CloudEvents 1.0 event, as parsed JSON, -> `PlayEvent`.

    `received_at` (`now`, if not given) is the event's time where it says none. Raises `Rejected`
    with every problem.
    Source of the envelope's rules: the CloudEvents 1.0 specification, "Required Attributes".
    """
    if not isinstance(raw, dict):
        raise Rejected([Problem(code=Code.EVENT_NOT_OBJECT)])
    return _Reader(raw, now=now, zone=zone, received_at=received_at or now).event()


def event_key(raw: Any) -> tuple[str, str]:
    """(source, id) that names the event; an event without them is named by its own digest."""
    if isinstance(raw, dict):
        source, event_id = raw.get("source"), raw.get("id")
        if _is_name(source) and _is_name(event_id):
            return str(source), str(event_id)
    digest = hashlib.sha256(json.dumps(raw, sort_keys=True).encode()).hexdigest()
    return "", f"sha256:{digest}"


def _is_name(value: Any) -> bool:
    try:
        return bool(fields.identifier(value) == value)
    except FieldProblem:
        return False


class _Reader:
    """Reads one event's fields and gathers all their problems."""

    def __init__(
        self, raw: dict[str, Any], *, now: datetime, zone: tzinfo, received_at: datetime
    ) -> None:
        self.raw, self.now, self.zone, self.received_at = raw, now, zone, received_at
        data = raw.get("data")
        self.data: dict[str, Any] = data if isinstance(data, dict) else {}
        self.problems: list[Problem] = []

    def event(self) -> PlayEvent:
        source = self._envelope("source", _name)
        event_id = self._envelope("id", _name)
        self._envelope("specversion", fields.one_of("1.0"))
        type_name = self._envelope("type", fields.one_of(*EVENT_TYPES))
        sent_at = self.received_at
        if self.raw.get("time") is not None:  # null is unset (CloudEvents JSON format, 2.2)
            sent_at = self._envelope("time", self._moment)
        if not isinstance(self.raw.get("data"), dict):
            self._problem("data", Code.NOT_OBJECT)
        elif type_name:
            values = self._data(EVENT_TYPES[type_name])
            occurred_at = self._occurred_at(type_name, sent_at)
        if self.problems:
            raise Rejected(self.problems)
        return _assemble(source, event_id, type_name, occurred_at, values)

    def _data(self, kind: EventType) -> dict[str, Any]:
        values = {kind.subject: self._required(kind.subject, fields.identifier)}
        for name, check in kind.required.items():
            values[name] = self._required(name, check)
        for name, check in kind.optional.items():
            if self._is_given(name):
                values[name] = self._checked(f"data.{name}", self.data[name], check)
        self._require_a_way_to_the_play(kind)
        return values

    def _require_a_way_to_the_play(self, kind: EventType) -> None:
        ways = ("play_id", *kind.play_through)
        if "play_id" in kind.required or kind.subject in ways:
            return  # it is missed by name where it is not there
        if not any(self._is_given(way) for way in ways):
            self._problem("data.play_id", Code.NO_WAY_TO_PLAY, other=kind.play_through)

    def _occurred_at(self, type_name: str, sent_at: Any) -> Any:
        """An activity's own `date` wins over the time of its event; None where neither is well."""
        if type_name != "activity.created" or not self._is_given("date"):
            return sent_at
        day = self._checked("data.date", self.data["date"], self._day_or_moment)
        if day is None or isinstance(day, datetime):
            return day
        if sent_at and sent_at.astimezone(self.zone).date() == day:
            return sent_at  # the same day, known to the minute
        return datetime.combine(day, time(), self.zone)

    def _is_given(self, name: str) -> bool:
        return self.data.get(name) not in (None, "")

    def _required(self, name: str, check: Check) -> Any:
        if self.data.get(name) is None:
            self._problem(f"data.{name}", Code.MISSING)
            return None
        return self._checked(f"data.{name}", self.data[name], check)

    def _envelope(self, name: str, check: Check) -> Any:
        if self.raw.get(name) is None:
            self._problem(name, Code.MISSING)
            return None
        return self._checked(name, self.raw[name], check)

    def _checked(self, path: str, value: Any, check: Check) -> Any:
        try:
            return check(value)
        except FieldProblem as problem:
            self.problems.append(problem.at(path))
            return None

    def _problem(self, path: str, code: Code, **params: Value) -> None:
        self.problems.append(Problem(code=code, field=path, params=params))

    def _moment(self, value: Any) -> datetime:
        return fields.moment(value, now=self.now)

    def _day_or_moment(self, value: Any) -> datetime | date:
        return fields.day_or_moment(value, now=self.now, zone=self.zone)


def _name(value: Any) -> str:
    if not _is_name(value):
        fields.identifier(value)
        raise FieldProblem(Code.OUTER_SPACES)
    return str(value)


def _assemble(
    source: str,
    event_id: str,
    type_name: str,
    occurred_at: datetime,
    values: dict[str, Any],
) -> PlayEvent:
    kind = EVENT_TYPES[type_name]
    known = {name: value for name, value in values.items() if name not in _COLUMNS}
    return PlayEvent(
        source=source,
        event_id=event_id,
        type=type_name,
        occurred_at=occurred_at,
        action_type=kind.action_type,
        subject_id=values[kind.subject],
        play_id=values.get("play_id") or "",
        title=values.get("title") or "",
        url=values.get("url") or "",
        actor=values.get("owner") or "",
        details=known,
    )
