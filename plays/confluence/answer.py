"""What came back over the wire, whole, before anybody says what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from plays.confluence.messages import shorten

_REQUEST_ID_HEADERS = ("atl-request-id", "atl-traceid", "x-arequestid", "x-request-id")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An HTTP answer. `headers` finds names whatever their case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def request_id(self) -> str:
        """What Atlassian's support asks for, empty where no header gives it."""
        found = (self.headers.get(name, "") for name in _REQUEST_ID_HEADERS)
        return next((shorten(value)[:100] for value in found if value.strip()), "")

    @property
    def is_json(self) -> bool:
        """Whether it says that it is JSON: proxies answer 200 with their login page."""
        return "json" in self.headers.get("Content-Type", "").lower()
