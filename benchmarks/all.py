"""Every figure of speed in one run, as ratios.

    python benchmarks/all.py [--db sqlite|postgres] [--actions N] [--folder DIR] [--json] [--only …]

Each row stands beside what it is measured against, both in this run on this machine, and passes or
not. One database's part takes the better part of an hour with 1,000,000 actions; `--actions 10000`
takes minutes and shows the same rows. The parts are programs of their own that tell more.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.screens import machine  # noqa: E402


@dataclass(frozen=True, kw_only=True)
class Row:
    """A figure, what it should be, and whether it is."""

    work: str
    value: str
    target: str
    passed: bool


def _screens(found: dict[str, Any]) -> Iterator[Row]:
    for name, row in found["rows"].items():
        large, small = row["large"], row["small"]
        yield Row(
            work=f"{name}, with {found['actions']:,} actions",
            value=f"{large['ms']:.0f} ms ({small['ms']:.0f}), {large['queries']} queries, "
            f"{large['kib']:.0f} KiB",
            target="2 × or 150 ms, as many queries, 150 KiB, gzip",
            passed=not row["missed"],
        )


def _intake(found: dict[str, Any]) -> Iterator[Row]:
    yield _at_least("batches of 1,000 beside bulk_create", found["batches"]["ratio"], 0.6)
    yield _at_least("single events, 8 clients, beside one row", found["single"]["ratio"], 0.5)


def _sync(found: dict[str, Any]) -> Iterator[Row]:
    yield _at_most("calls beside two per page", found["calls_per_floor"], 1.02)
    yield _at_most("writing all beside the calls' own time", found["seconds_per_ideal"], 1.3)
    yield _at_least("fewer calls than one by one", found["fewer_calls"], 40)
    yield _at_least("less time than one by one", found["times_faster"], 40)


def _stream(found: dict[str, Any]) -> Iterator[Row]:
    yield _at_most("calls per event, one by one", found["calls_per_event"], 0.5)
    yield _at_most("seconds from 202 to the page, median", found["p50"], 2)
    yield _at_most("seconds from 202 to the page, p99", found["p99"], 5)
    if "idle_queries" in found:
        yield _at_most("queries per minute, worker and web idle", found["idle_queries"], 30)


def _upkeep(found: dict[str, Any]) -> Iterator[Row]:
    targets = {
        "sweep": ("sweep with all edits waiting beside 1,000", 2),
        "claim": ("claim and settle a page among all beside alone", 2),
        "weekly": ("weekly recount beside the bare SQL", 3),
        "check": ("manage.py check beside bare Django", 1.5),
        "first_page": ("first page beside bare Django", 1.5),
    }
    for name, (work, most) in targets.items():
        yield _at_most(work, found[name]["ratio"], most)


def _at_least(work: str, value: float, least: float) -> Row:
    return Row(work=work, value=f"{value:.2f}", target=f"≥ {least:g}", passed=value >= least)


def _at_most(work: str, value: float, most: float) -> Row:
    return Row(work=work, value=f"{value:.2f}", target=f"≤ {most:g}", passed=value <= most)


PARTS: dict[str, Callable[[dict[str, Any]], Iterator[Row]]] = {
    "screens": _screens,
    "intake": _intake,
    "sync": _sync,
    "stream": _stream,
    "upkeep": _upkeep,
}
OF_A_COMPANY = ("screens", "upkeep")


def measure(part: str, asked: argparse.Namespace) -> list[Row]:
    command = [sys.executable, str(ROOT / "benchmarks" / f"{part}.py"), "--db", asked.db, "--json"]
    if part in OF_A_COMPANY:
        command += ["--actions", str(asked.actions), "--folder", str(asked.folder)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    try:
        found = json.loads(done.stdout)
    except ValueError:
        return [Row(work=part, value="broke off", target="a figure", passed=False)]
    return list(PARTS[part](found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--actions", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "screens")
    parser.add_argument("--only", choices=tuple(PARTS), action="append", help="repeatable")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    on = machine(asked.db)
    rows = [row for part in asked.only or PARTS for row in measure(part, asked)]
    if asked.json:
        print(json.dumps({"on": on, "rows": [asdict(row) for row in rows]}, indent=2))
    else:
        print(", ".join(f"{name} {value}" for name, value in on.items()))
        for row in rows:
            said = "ok" if row.passed else "NOT MET"
            print(f"{row.work:<60} {row.value:<38} {row.target:<46} {said}")
        print(f"{sum(row.passed for row in rows)} of {len(rows)} are met")
    sys.exit(not all(row.passed for row in rows))


if __name__ == "__main__":
    main()
