"""The id of the request that is being answered, for log lines and whoever asked."""

from __future__ import annotations

import re
import uuid
from contextvars import ContextVar

HEADER = "X-Request-ID"
_SENT = re.compile(r"[A-Za-z0-9._-]{1,64}")
current: ContextVar[str] = ContextVar("request_id", default="")


def id_for(sent: str | None) -> str:
    """What the sender calls it, if that can stand in a log line; else one of our own."""
    return sent if sent and _SENT.fullmatch(sent) else uuid.uuid4().hex[:16]
