"""A request's body -> the events in it, as parsed JSON, or a reason why it cannot be read.

A body may come packed (RFC 9110, section 8.4).
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import unquote

from django.http import HttpRequest

MAX_EVENTS = 1_000
MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 100
TOO_DEEP = "the JSON is nested too deeply"
BATCH_TYPE = "application/cloudevents-batch+json"
STRUCTURED_TYPE = "application/cloudevents+json"
GZIP = ("gzip", "x-gzip")
_GZIP_WINDOW = 16 + zlib.MAX_WBITS


class NotReadable(ValueError):
    """The body is not JSON, or not one that can hold events (HTTP 400)."""


class TooMany(ValueError):
    """More events or bytes than one request may bring (HTTP 413)."""


class UnknownEncoding(ValueError):
    """Packed in a way that is not known here (HTTP 415)."""


@dataclass(frozen=True, kw_only=True)
class Payload:
    """The events of one request, in the order sent."""

    events: list[Any]
    is_batch: bool


def unpacked(request: HttpRequest) -> bytes:
    """Never more than `MAX_BYTES`, however little was sent: a bomb is found while it is opened.

    Raises `UnknownEncoding`, `TooMany`, `NotReadable`.
    """
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return request.body
    if encoding not in GZIP:
        raise UnknownEncoding(f"Content-Encoding {encoding[:40]!r} is not known here: gzip is")
    return _gunzipped(request.body)


def _gunzipped(body: bytes) -> bytes:
    stream = zlib.decompressobj(_GZIP_WINDOW)
    try:
        text = stream.decompress(body, MAX_BYTES + 1)
    except zlib.error as error:
        raise NotReadable("the body is not gzip") from error
    if len(text) > MAX_BYTES:
        raise TooMany(f"more than {MAX_BYTES:,} bytes when unpacked")
    if not stream.eof:
        raise NotReadable("the gzip body is cut off")
    if stream.unused_data:
        raise NotReadable("something follows the gzip body")
    return text


def read_payload(body: bytes, content_type: str, headers: Mapping[str, str]) -> Payload:
    """A JSON array is a batch, whatever it was called; a single object is one event. With `ce-`
    headers the body is the event's data alone: CloudEvents' binary mode.

    Source: CloudEvents 1.0, HTTP protocol binding, section 3.
    """
    if len(body) > MAX_BYTES:
        raise TooMany(f"{len(body):,} bytes; {MAX_BYTES:,} are allowed")
    value = read_json(body)
    attributes = _binary_attributes(headers)
    if attributes and content_type not in (STRUCTURED_TYPE, BATCH_TYPE):
        return Payload(events=[{**attributes, "data": value}], is_batch=False)
    if not isinstance(value, list):
        if content_type == BATCH_TYPE:
            raise NotReadable("a batch must be a JSON array")
        return Payload(events=[_with_data(value)], is_batch=False)
    if len(value) > MAX_EVENTS:
        raise TooMany(f"{len(value):,} events; {MAX_EVENTS:,} are allowed")
    return Payload(events=[_with_data(each) for each in value], is_batch=True)


def _binary_attributes(headers: Mapping[str, str]) -> dict[str, str]:
    """The event's attributes that stand in headers, their values percent-decoded."""
    found = {name.lower(): value for name, value in headers.items()}
    return {
        name.removeprefix("ce-"): unquote(value.strip().strip('"'))
        for name, value in found.items()
        if name.startswith("ce-")
    }


def _with_data(event: Any) -> Any:
    """An event whose data came as `data_base64`, with the JSON in it as its data.

    What is not JSON stays as it is, and the event is refused for having no data.
    Source: CloudEvents 1.0, JSON event format, section 3.1.
    """
    if not isinstance(event, dict) or "data" in event or "data_base64" not in event:
        return event
    try:
        data = read_json(base64.b64decode(event["data_base64"], validate=True))
    except (TypeError, ValueError):
        return event
    return {name: value for name, value in event.items() if name != "data_base64"} | {"data": data}


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
