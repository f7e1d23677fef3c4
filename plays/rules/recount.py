"""A quarter's counters from its actions: what the running counters must be equal to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from plays.rules.status import Counts


@dataclass(frozen=True, kw_only=True)
class ActionGroup:
    """How many actions add to a counter ("" for none), and when the newest was done."""

    counter: str
    count: int
    newest: datetime


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What a Play's actions in one quarter add up to."""

    counts: Counts
    last_action_at: datetime | None


def tally(groups: Iterable[ActionGroup]) -> Tally:
    """The counters of one Play and quarter, and its last action of whatever type."""
    counted: Counter[str] = Counter()
    newest: list[datetime] = []
    for group in groups:
        newest.append(group.newest)
        if group.counter:
            counted[group.counter] += group.count
    return Tally(counts=Counts(**counted), last_action_at=max(newest, default=None))
