"""Days as people in Korea type them; one that could be read in two ways is refused."""

from __future__ import annotations

import re
from datetime import date

EARLIEST, LATEST = 2000, 2100  # years
# 2026-01-18, 2026/1/18, 2026. 1. 18., 2026년 1월 18일; a weekday or a time behind it is left aside,
# as Excel in Korean writes them: 2026년 1월 18일 일요일, 2026-01-18 오전 12:00:00.
_DAY = re.compile(
    r"(\d{4})\s*(?:-|/|\.|년)\s*(\d{1,2})\s*(?:-|/|\.|월)\s*(\d{1,2})\s*(?:\.|일)?"
    r"(?:\s*\([^()]{1,4}\)|\s*[월화수목금토일]요일)?"
    r"(?:[T\s]+(?:(?:오전|오후|AM|PM)\s*)?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*[AP]M)?Z?)?",
    re.ASCII | re.IGNORECASE,
)
# How people say that there is no day yet.
NO_DAY = frozenset(
    (
        *("-", "–", "—", "tbd", "t.b.d.", "tba", "n/a", "na", "none", "null"),
        *(
            "미정",
            "미확정",
            "추후",
            "추후 결정",
            "추후 확정",
            "없음",
            "해당 없음",
            "협의",
            "협의 중",
        ),
    )
)


class NotADay(ValueError):
    """The text names no day, or one that cannot be meant."""


def read_day(text: str) -> date | None:
    """The day that `text` names, the year first; None for an empty text, and for a word that says
    that there is none yet. Raises `NotADay`.
    """
    text = text.strip()
    if not text or text.casefold() in NO_DAY:
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
