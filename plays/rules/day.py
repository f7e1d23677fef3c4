"""Days as people in Korea type them; one that could be read in two ways is refused."""

from __future__ import annotations

import re
from datetime import date

EARLIEST, LATEST = 2000, 2100
# 2026-01-18, 2026/1/18, 2026. 1. 18., 2026년 1월 18일; a time behind it is left aside.
_DAY = re.compile(
    r"(\d{4})\s*(?:-|/|\.|년)\s*(\d{1,2})\s*(?:-|/|\.|월)\s*(\d{1,2})\s*(?:\.|일)?"
    r"(?:\s*\([^()]{1,4}\))?(?:[T\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?",
    re.ASCII,
)


class NotADay(ValueError):
    """The text names no day, or one that cannot be meant."""


def read_day(text: str) -> date | None:
    """The day that `text` names, the year first; None for an empty text. Raises `NotADay`."""
    text = text.strip()
    if not text:
        return None
    found = _DAY.fullmatch(text)
    if found is None:
        raise NotADay(text)
    year, month, day = map(int, found.groups())
    if not EARLIEST <= year <= LATEST:
        raise NotADay(text)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise NotADay(text) from error
