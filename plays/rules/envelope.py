"""Events without an envelope, as the team's portal makes them -> CloudEvents.

`{"event_type": "signal.created", "signal_id": "SIG-1", "play_id": …, "title": …, "created_at": …}`:
the fields of `data` stand beside the type. Its id is made from type and subject, so that the same
event sent again is a duplicate.
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from plays.rules.events import EVENT_TYPES, event_key

SOURCE = "/plain"
_ENVELOPE = ("event_type", "created_at")


def in_envelope(raw: Any, *, zone: tzinfo) -> Any:
    """`raw` as a CloudEvent, if it is a plain object; anything else comes back as it is.

    A `created_at` without an offset is in `zone`. Nothing is checked here: what cannot be read is
    put where its problem will be told.
    """
    if not isinstance(raw, dict) or "event_type" not in raw or "specversion" in raw:
        return raw
    fields = {name: value for name, value in raw.items() if name not in _ENVELOPE}
    if isinstance(nested := fields.get("data"), dict):
        fields = {**fields, **nested}
        if "data" not in nested:
            del fields["data"]
    event: dict[str, Any] = {
        "specversion": "1.0",
        "source": SOURCE,
        "type": raw["event_type"],
        "data": fields,
    }
    if raw.get("created_at") is not None:
        event["time"] = _with_offset(raw["created_at"], zone)
    return {**event, "id": _id_of(event)}


def _id_of(event: dict[str, Any]) -> str:
    """Type and subject; of one signal there may be several scorecards, which their time tells
    apart. Where there is no subject, and the event is refused for it, all that it says.
    """
    kind = EVENT_TYPES.get(event["type"]) if isinstance(event["type"], str) else None
    subject = event["data"].get(kind.subject) if kind else None
    if kind is None or not isinstance(subject, str) or not subject.strip():
        return event_key({**event, "id": None})[1]
    told_apart = kind.subject in kind.play_through and "time" in event
    parts = [event["type"], subject.strip(), *([str(event["time"])] if told_apart else [])]
    return ":".join(parts)


def _with_offset(value: Any, zone: tzinfo) -> Any:
    try:
        moment = datetime.fromisoformat(value.strip())
    except (AttributeError, ValueError):
        return value
    return value if moment.tzinfo else moment.replace(tzinfo=zone).isoformat()
