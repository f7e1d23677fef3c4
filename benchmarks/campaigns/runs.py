"""The tables of all campaigns in docs/figures.md and README's row, made of the runs kept.

    python -m benchmarks.campaigns.runs [--write]

Prints them; `--write` puts them into both documents. A run that is not all zeros has its cause
written into its file by hand (`cause`), and the table says it.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "benchmarks" / "runs"
FIGURES, README = ROOT / "docs" / "figures.md", ROOT / "README.md"
BEGIN, END = "<!-- campaigns -->\n", "<!-- end of campaigns -->\n"
ZEROS = ("missing", "doubled", "overwritten", "lost_edits")
KILLS = ("process killed", "program killed with all its processes", "process stopped")
DATABASES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
BROKERS = {"orm": "database", "redis": "Redis"}
HEAD = (
    "| seed | at | database, queue | minutes | events | trouble | faults of Confluence "
    "| colleagues' saves | missing | doubled | overwritten | edits lost |"
)
Facts = dict[str, Any]


def read(folder: Path = KEPT) -> list[Facts]:
    """The kept runs, as they came."""
    runs = [json.loads(file.read_text()) for file in folder.glob("*.json")]
    return sorted(runs, key=lambda run: run["at"])


def tables(runs: Sequence[Facts]) -> Iterator[str]:
    """The lines: each run and the sum, then what went wrong by its kind."""
    yield HEAD
    yield "| --- " * HEAD.count(" | ") + "| --- |"
    for run in runs:
        place = f"{DATABASES[run['options']['db']]}, {BROKERS[run['options']['broker']]}"
        yield _row(f"{run['options']['seed']} | {run['at']}", place, [run])
    yield _row("all | ", f"{len(runs)} runs", runs)
    for run in runs:
        if "cause" in run:
            yield from ("", f"Seed {run['options']['seed']} at {run['at'][-5:]}: {run['cause']}")
    for title, field in (("trouble", "trouble"), ("fault of Confluence", "faults")):
        yield from ("", f"| {title} | times |", "| --- | --- |")
        for kind, times in _sum(run[field] for run in runs).most_common():
            yield f"| {kind.replace('_', ' ')} | {times:,} |"


def headline(runs: Sequence[Facts]) -> str:
    """README's row: what all came to, and how many of the newest ended with every zero."""
    clean = list(takewhile(lambda run: not any(run[zero] for zero in ZEROS), reversed(runs)))
    events = sum(run["events"] for run in runs)
    trouble = sum(sum(run["trouble"].values()) for run in runs)
    return (
        f"| campaigns with everything going wrong | {len(runs)} runs, {events:,} events, "
        f"{trouble:,} times trouble; the newest {len(clean)}: 0 missing, doubled, overwritten "
        "or lost; what the others found is told | `benchmarks/campaign.py` |"
    )


def _row(first: str, place: str, runs: Sequence[Facts]) -> str:
    trouble = _sum(run["trouble"] for run in runs)
    kills = sum(trouble[kind] for kind in KILLS)
    cells = [
        first,
        place,
        f"{sum(run['options']['minutes'] for run in runs):g}",
        f"{sum(run['events'] for run in runs):,}",
        f"{trouble.total():,} ({len(trouble)} kinds), {kills} kills and stops",
        f"{_sum(run['faults'] for run in runs).total():,}",
        f"{sum(map(_saves, runs)):,}",
        *(f"**{sum(run[zero] for run in runs)}**" for zero in ZEROS),
    ]
    return "| " + " | ".join(cells) + " |"


def _saves(run: Facts) -> int:
    return int(run["colleagues"].get("saved", 0) + run["colleagues_within_faults"])


def _sum(counted: Iterable[dict[str, int]]) -> Counter[str]:
    added: Counter[str] = Counter()
    for one in counted:
        added.update(one)
    return added


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put them into the documents")
    runs = read()
    text = "\n".join(tables(runs)) + "\n"
    if parser.parse_args().write:
        before, _, rest = FIGURES.read_text().partition(BEGIN)
        FIGURES.write_text(before + BEGIN + "\n" + text + "\n" + END + rest.partition(END)[2])
        told = re.sub(r"\| campaigns .*", lambda _: headline(runs), README.read_text())
        README.write_text(told)
    else:
        sys.stdout.write(f"{headline(runs)}\n\n{text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
