"""Lead-time targets as teams write them, e.g. `A→S0≤1d / S0→S1≤7d`: steps and how long they may
take. S0 is a signal, S1 its brief, S2 the brief's validation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from plays.storage.text import header_name

SIGNAL_TO_BRIEF, BRIEF_TO_S2 = "signal", "brief"
_SIGNAL = ("S0", "signal", "시그널", "신호")
_BRIEF = ("S1", "brief", "브리프")
_S2 = ("S2", "validation", "검증")
# The steps whose length the actions tell, by what they begin and end with.
_STEPS = {
    (header_name(begin), header_name(end)): step
    for begins, ends, step in ((_SIGNAL, _BRIEF, SIGNAL_TO_BRIEF), (_BRIEF, _S2, BRIEF_TO_S2))
    for begin in begins
    for end in ends
}
_UNITS = {"h": 1 / 24, "시간": 1 / 24, "d": 1, "일": 1, "day": 1, "days": 1, "w": 7, "주": 7}
_PART = re.compile(
    r"(?P<step>[^≤<=:]*?)\s*(?:≤|<=?|=|:)?\s*(?P<number>\d{1,4}(?:\.\d+)?)\s*"
    r"(?P<unit>days?|[hdw]|시간|일|주)?\s*(?:이내|내|이하)?",
    re.IGNORECASE,
)
_ARROW = re.compile(r"\s*(?:→|->|=>|➜|⇒)\s*")


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A step as the team names it, and how long it may take; `step` is one that can be measured
    (`SIGNAL_TO_BRIEF`, `BRIEF_TO_S2`), empty for all others.
    """

    name: str
    within: timedelta
    step: str = ""


def limits(text: str) -> tuple[Limit, ...]:
    """The targets in a text, in order; what says no time is left out. A time alone is that from
    a signal to its brief.
    """
    parts = re.split(r"\s*[/;,\n]\s*", text.strip())
    found = (_PART.fullmatch(part) for part in parts if part)
    return tuple(_limit(one) for one in found if one)


def _limit(found: re.Match[str]) -> Limit:
    name = found["step"].strip()
    days = float(found["number"]) * _UNITS[(found["unit"] or "d").lower()]
    return Limit(name=name, within=timedelta(days=days), step=_step(name))


def _step(name: str) -> str:
    if not name:
        return SIGNAL_TO_BRIEF
    begin, _, end = _ARROW.sub("→", name).partition("→")
    return _STEPS.get((header_name(begin), header_name(end)), "")
