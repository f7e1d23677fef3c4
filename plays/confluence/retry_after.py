"""How long an answer asks us to wait, in seconds; any text is allowed and none of them raises.

What cannot be meant is no instruction: over an hour (Data Center sends Long.MAX when it blocks an
account outright), negative, a time in the past, or neither a number nor a time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT_SECONDS = 3_600.0
TOO_MANY_REQUESTS = 429

_SECONDS = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def retry_after(headers: Mapping[str, str], *, status: int, now: datetime) -> float | None:
    """Seconds from `Retry-After`, else of a 429 until `X-RateLimit-Reset`; None where neither
    says anything that can be meant.

    Between 0 and an hour. `Retry-After` is seconds or an HTTP date (RFC 9110, 10.2.3);
    `X-RateLimit-Reset` is ISO 8601 (developer.atlassian.com/cloud/confluence/rate-limiting), and
    stands on answers that ask for nothing too.
    """
    asked = _meant(_seconds(headers.get("Retry-After", ""), now))
    if asked is None and status == TOO_MANY_REQUESTS:
        asked = _meant(_until(_iso(headers.get("X-RateLimit-Reset", "")), now))
    return asked


def _meant(seconds: float | None) -> float | None:
    return seconds if seconds is not None and 0 <= seconds <= LONGEST_WAIT_SECONDS else None


def _seconds(text: str, now: datetime) -> float | None:
    text = text.strip()
    return float(text) if _SECONDS.fullmatch(text) else _until(_http_date(text), now)


def _until(moment: datetime | None, now: datetime) -> float | None:
    if moment is None:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - now).total_seconds()


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
