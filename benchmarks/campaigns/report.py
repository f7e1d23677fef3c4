"""What a campaign was and what it came to: as facts that are kept, and as a table in Markdown."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.campaigns.checker import Verdict
from benchmarks.campaigns.colleagues import Colleagues
from benchmarks.campaigns.company import Company
from benchmarks.campaigns.portal import Portal

SENTENCES = 20
ZEROS = ("missing", "doubled", "overwritten", "lost_edits")
# What of the command decides a run; the rest says where to put things and what to say.
OPTIONS = ("minutes", "seed", "db", "broker", "plays", "settle", "events", "only", "before")
Facts = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Told:
    """Everything that the facts are made of."""

    options: argparse.Namespace
    company: Company
    portal: Portal
    colleagues: Colleagues
    happened: Counter[str]
    absent: Mapping[str, str]
    deployed: str
    log_stops: int
    settled_after: float
    left: Mapping[str, int]
    verdict: Verdict


def facts_of(told: Told) -> Facts:
    """A run as JSON can hold it: options, counts by kind, and what is wrong in sentences."""
    fired = Counter(told.company.site.order("GET", "faults")["fired"])
    return {
        "options": {name: getattr(told.options, name) for name in OPTIONS},
        "at": time.strftime("%Y-%m-%d %H:%M"),
        "deployed": told.deployed,
        "log_stops": told.log_stops,
        "events": len(told.portal.sent),
        "answers": told.portal.answers,
        "rejected_for_a_while": told.portal.rejections,
        "calls": told.company.site.order("GET", "calls")["by_method"],
        "faults": fired,
        "trouble": told.happened,
        "not_tried": told.absent,
        "colleagues": told.colleagues.saves,
        "colleagues_within_faults": fired["colleague_edit"] + fired["conflict"],
        "settled_after": round(told.settled_after),
        "left": told.left,
        **{zero: len(getattr(told.verdict, zero)) for zero in ZEROS},
        "wrong": [
            f"{zero}: {sentence}"
            for zero in ZEROS
            for sentence in getattr(told.verdict, zero)[:SENTENCES]
        ],
    }


def lines(facts: Facts) -> Iterator[str]:
    """One run for who has started it."""
    options = facts["options"]
    yield f"| campaign | seed {options['seed']}, {options['db']}, {options['broker']} |"
    yield "| --- | --- |"
    rows = {
        "minutes of trouble": f"{options['minutes']:g}",
        "events sent and acknowledged": f"{facts['events']:,}",
        "answers to the portal": counts(facts["answers"]),
        "rejected for a while": counts(facts["rejected_for_a_while"]),
        "calls of Confluence": counts(facts["calls"]),
        "faults of Confluence": f"{sum(facts['faults'].values()):,}: {counts(facts['faults'])}",
        "trouble": f"{sum(facts['trouble'].values()):,}: {counts(facts['trouble'])}",
        "deployed": facts["deployed"],
        "log stopped at the end, and brought together by an admin": counts(
            {"times": facts["log_stops"]} if facts["log_stops"] else {}
        ),
        "not tried": "; ".join(f"{kind} ({why})" for kind, why in facts["not_tried"].items()),
        "colleagues' saves": counts(facts["colleagues"]),
        "colleagues' saves within faults": f"{facts['colleagues_within_faults']:,}",
        "all written after the last trouble": f"{facts['settled_after']} s",
        "left to write": counts(facts["left"]),
        **{f"**{zero.replace('_', ' ')}**": f"**{facts[zero]}**" for zero in ZEROS},
    }
    for name, value in rows.items():
        if value:
            yield f"| {name} | {value} |"
    yield from facts["wrong"]


def counts(counted: Mapping[str, int]) -> str:
    """`kill 3, stop 1`, the most frequent first."""
    return ", ".join(f"{name} {count:,}" for name, count in Counter(counted).most_common())
