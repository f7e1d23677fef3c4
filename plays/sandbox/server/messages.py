"""A request and its answer, as the routes of the sandbox see them: no sockets here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any

from plays.sandbox.content.store import Store
from plays.sandbox.content.updates import NoopPut
from plays.sandbox.server.errors import ApiError, wrong_type

JSON = "application/json"
HTML = "text/html;charset=UTF-8"


@dataclass(frozen=True, kw_only=True)
class Response:
    """An answer; `headers` holds what differs from the usual ones."""

    status: int
    body: bytes = b""
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


def json_response(
    payload: object, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a JSON answer."""
    body = json.dumps(payload, ensure_ascii=False).encode()
    return Response(status=status, body=body, headers=headers or {})


def html_response(status: int, text: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return an HTML answer."""
    return Response(status=status, body=text.encode(), content_type=HTML, headers=headers or {})


NO_CONTENT = Response(status=204)


@dataclass(frozen=True, kw_only=True)
class Request:
    """One API call; `params` come from the path. `stale` asks for what a lagging replica knows."""

    store: Store
    noop_put: NoopPut
    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Message
    body: bytes
    params: Mapping[str, str]
    stale: bool = False

    def one(self, name: str, default: str = "") -> str:
        """Return the last value of a query parameter."""
        values = self.query.get(name)
        return values[-1] if values else default

    def many(self, name: str) -> list[str]:
        """Return all values of a query parameter, given repeatedly, with commas, or with `[]`."""
        values = [*self.query.get(name, []), *self.query.get(f"{name}[]", [])]
        return [part.strip() for value in values for part in value.split(",") if part.strip()]

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a boolean query parameter."""
        value = self.one(name)
        return value.lower() == "true" if value else default

    def number(self, name: str, default: int) -> int:
        """Return a whole number of the query. Raises `ApiError` (400)."""
        value = self.one(name)
        if not value:
            return default
        try:
            return int(value)
        except ValueError:
            raise wrong_type(name, value, "int") from None

    def json(self) -> dict[str, Any]:
        """Return the JSON object that was sent. Raises `ApiError` (400)."""
        payload = self.json_value()
        if not isinstance(payload, dict):
            raise ApiError(400, "Request body must be a JSON object", code="INVALID_MESSAGE")
        return payload

    def json_value(self) -> Any:
        """Return whatever JSON was sent. Raises `ApiError` (400)."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise ApiError(
                400, f"Request body is not valid JSON: {error}", code="INVALID_MESSAGE"
            ) from error
