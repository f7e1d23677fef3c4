"""How long an answer asks us to wait, in seconds; any text is allowed and none of them raises."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# Data Center sends Long.MAX when it blocks an account outright; longer than a day is never meant.
LONGEST_WAIT_SECONDS = 86_400.0

_SECONDS = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def retry_after(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Seconds from `Retry-After`, else until `X-RateLimit-Reset`; None when neither can be read.

    Between 0 and a day. `Retry-After` is seconds or an HTTP date (RFC 9110, 10.2.3);
    `X-RateLimit-Reset` is ISO 8601 (developer.atlassian.com/cloud/confluence/rate-limiting).
    """
    asked = _wait(headers.get("Retry-After", ""), now)
    return asked if asked is not None else _until(_iso(headers.get("X-RateLimit-Reset", "")), now)


def _wait(text: str, now: datetime) -> float | None:
    text = text.strip()
    if _SECONDS.fullmatch(text):
        return min(float(text), LONGEST_WAIT_SECONDS)
    return _until(_http_date(text), now)


def _until(moment: datetime | None, now: datetime) -> float | None:
    if moment is None:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(0.0, (aware - now).total_seconds()), LONGEST_WAIT_SECONDS)


def _http_date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None
