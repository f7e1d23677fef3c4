"""A request's body -> the events in it, as parsed JSON, or a reason why it cannot be read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

MAX_EVENTS = 1_000
MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 100
TOO_DEEP = "the JSON is nested too deeply"
BATCH_TYPE = "application/cloudevents-batch+json"


class NotReadable(ValueError):
    """The body is not JSON, or not one that can hold events (HTTP 400)."""


class TooMany(ValueError):
    """More events or bytes than one request may bring (HTTP 413)."""


@dataclass(frozen=True, kw_only=True)
class Payload:
    """The events of one request, in the order sent."""

    events: list[Any]
    is_batch: bool


def read_payload(body: bytes, content_type: str) -> Payload:
    """A JSON array is a batch, whatever it was called; a single object is one event."""
    if len(body) > MAX_BYTES:
        raise TooMany(f"{len(body):,} bytes; {MAX_BYTES:,} are allowed")
    value = read_json(body)
    if not isinstance(value, list):
        if content_type == BATCH_TYPE:
            raise NotReadable("a batch must be a JSON array")
        return Payload(events=[value], is_batch=False)
    if len(value) > MAX_EVENTS:
        raise TooMany(f"{len(value):,} events; {MAX_EVENTS:,} are allowed")
    return Payload(events=value, is_batch=True)


def read_json(body: bytes | str) -> Any:
    """Parsed JSON. Raises `NotReadable`; NaN and Infinity are not JSON (RFC 8259)."""
    try:
        text = body.decode("utf-8-sig") if isinstance(body, bytes) else body
        value = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise NotReadable(TOO_DEEP) from error
    except UnicodeDecodeError as error:
        raise NotReadable("the body is not UTF-8") from error
    except ValueError as error:
        raise NotReadable(f"the body is not JSON: {error}") from error
    _refuse_deep(value)
    return value


def _refuse_deep(value: Any) -> None:
    """What can be read at the edge of the recursion limit could not be written down again."""
    level, depth = [value], 0
    while level:
        if depth > MAX_DEPTH:
            raise NotReadable(TOO_DEEP)
        level = [child for value in level for child in _children(value)]
        depth += 1


def _children(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")
