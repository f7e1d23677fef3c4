"""What may be sent to `/api/events`, as OpenAPI says it: made from the types that rules know."""

from __future__ import annotations

from typing import Any

from plays.api.payload import BATCH_TYPE, MAX_EVENTS, STRUCTURED_TYPE
from plays.rules.events import EVENT_TYPES, EventType

_TEXT: dict[str, Any] = {"type": "string"}
_MOMENT: dict[str, Any] = {"type": "string", "format": "date-time"}
_FIELDS: dict[str, dict[str, Any]] = {
    "total_score": {"type": "number", "minimum": 0, "maximum": 100},
    "decision": {"enum": ["GO", "PIVOT", "HOLD", "NO_GO"]},
    "url": {"type": "string", "format": "uri"},
}


def _data(kind: EventType) -> dict[str, Any]:
    names = (kind.subject, *kind.required, *kind.optional)
    return {
        "type": "object",
        "required": [kind.subject, *kind.required],
        "properties": {name: _FIELDS.get(name, _TEXT) for name in names},
    }


def _event(name: str, kind: EventType) -> dict[str, Any]:
    return {
        "title": name,
        "type": "object",
        "required": ["specversion", "id", "source", "type", "data"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": _TEXT,
            "source": _TEXT,
            "type": {"const": name},
            "time": _MOMENT,
            "data": _data(kind),
        },
    }


def _plain(name: str, kind: EventType) -> dict[str, Any]:
    data = _data(kind)
    return {
        "title": f"{name}, without an envelope",
        "type": "object",
        "required": ["event_type", *data["required"]],
        "properties": {
            "event_type": {"const": name},
            "created_at": _MOMENT,
            **data["properties"],
        },
    }


_EVENTS = [_event(name, kind) for name, kind in EVENT_TYPES.items()]
_ONE = {"oneOf": _EVENTS}
_ANY = {"anyOf": [*_EVENTS, *(_plain(name, kind) for name, kind in EVENT_TYPES.items())]}
_BATCH = {"type": "array", "items": _ANY, "maxItems": MAX_EVENTS}
REQUEST_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        STRUCTURED_TYPE: {"schema": _ONE},
        "application/json": {"schema": {"anyOf": [_ANY, _BATCH]}},
        BATCH_TYPE: {"schema": _BATCH},
    },
}
