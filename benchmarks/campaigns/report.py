"""What a campaign was and what it came to, as a table in Markdown."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchmarks.campaigns.checker import Verdict
from benchmarks.campaigns.colleagues import Colleagues
from benchmarks.campaigns.company import Company
from benchmarks.campaigns.portal import Portal

SENTENCES = 20


@dataclass(frozen=True, kw_only=True)
class Told:
    """Everything that the table is made of."""

    options: argparse.Namespace
    company: Company
    portal: Portal
    colleagues: Colleagues
    happened: Counter[str]
    absent: Mapping[str, str]
    settled_after: float
    left: Mapping[str, int]
    verdict: Verdict


def lines(told: Told) -> Iterator[str]:
    faults = Counter(told.company.site.order("GET", "faults")["fired"])
    calls = told.company.site.order("GET", "calls")["by_method"]
    options = told.options
    yield f"| campaign | seed {options.seed}, {options.db}, {options.broker} |"
    yield "| --- | --- |"
    rows = {
        "minutes of trouble": f"{options.minutes:g}",
        "events sent and acknowledged": f"{len(told.portal.sent):,}",
        "answers to the portal": _counts(told.portal.answers),
        "rejected for a while": _counts(told.portal.rejections),
        "calls of Confluence": _counts(Counter(calls)),
        "faults of Confluence": f"{faults.total():,}: {_counts(faults)}",
        "trouble": f"{told.happened.total():,}: {_counts(told.happened)}",
        "not tried": "; ".join(f"{kind} ({why})" for kind, why in told.absent.items()),
        "colleagues' saves": _counts(told.colleagues.saves),
        "colleagues' saves within faults": f"{faults['colleague_edit'] + faults['conflict']:,}",
        "all written after the last trouble": f"{told.settled_after:.0f} s",
        "left to write": _counts(Counter(told.left)),
        **{
            f"**{name.replace('_', ' ')}**": f"**{len(found)}**"
            for name, found in vars(told.verdict).items()
        },
    }
    for name, value in rows.items():
        if value:
            yield f"| {name} | {value} |"
    for name, found in vars(told.verdict).items():
        yield from (f"{name}: {sentence}" for sentence in found[:SENTENCES])


def _counts(counted: Counter[str]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counted.most_common())
