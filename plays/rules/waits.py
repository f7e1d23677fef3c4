"""How long waits were: how many lasted how long, and what can be said of all of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

# Upper ends in seconds, for a histogram; what took longer is counted with the endless last one.
BUCKETS = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 14400.0, 86400.0)


def quantile(waits: Mapping[float, int], share: float) -> float | None:
    """The wait in seconds that `share` (0 to 1) of all were not longer than; None of no waits.

    `waits`: seconds, and how many waited that long (nearest rank).
    """
    rank, seen = math.ceil(share * sum(waits.values())), 0
    for seconds in sorted(waits):
        seen += waits[seconds]
        if seen >= max(rank, 1):
            return seconds
    return None


def histogram(waits: Mapping[float, int]) -> list[tuple[float, int]]:
    """How many waits were not longer than each of `BUCKETS`, and last than any."""
    return [(end, _up_to(end, waits.items())) for end in (*BUCKETS, math.inf)]


def _up_to(end: float, waits: Iterable[tuple[float, int]]) -> int:
    return sum(count for seconds, count in waits if seconds <= end)
