"""Whether a row of a table only sums up others."""

from __future__ import annotations

import re

_TOTAL = re.compile(
    r"(?:총\s*)?(?:합\s*계|총\s*계|소\s*계|누\s*계|전체(?:\s*합계)?|계|합|평균)"
    r"|(?:grand |sub[ -]?)?totals?|sum|average|avg\.?",
    re.IGNORECASE,
)
# Each total has one of these, whatever its case; most texts have none, and that is quickly seen.
_HINTS = ("계", "합", "전체", "평균", "total", "sum", "av")
_LONGEST = 30
_BRACKETS = re.compile(r"\s*[(（\[][^)）\]]*[)）\]]\s*$")
_SIGNS = " \t:：*·-–—=<>[]「」【】"


def may_hold_total(text: str) -> bool:
    """Whether somewhere in a text, of however many rows, a total may stand."""
    folded = text.casefold()
    return any(hint in folded for hint in _HINTS)


def is_total(text: str) -> bool:
    """Whether a row that begins with `text` is a total: `합계`, `소계 (데스크)`, `Total:`."""
    if len(text) > _LONGEST or not may_hold_total(text):
        return False
    return _TOTAL.fullmatch(_BRACKETS.sub("", text.strip(_SIGNS)).strip(_SIGNS)) is not None
