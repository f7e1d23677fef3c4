"""Every figure of speed in one run, as ratios.

    python benchmarks/all.py [--db sqlite|postgres] [--actions N] [--folder DIR] [--json]
                             [--only PART …] [--write]

Each row stands beside what it is measured against, both in this run on this machine, and passes or
not. One database's part takes the better part of an hour with 1,000,000 actions; `--actions 10000`
takes minutes and shows the same rows. The parts are programs of their own that tell more.
`--write` keeps what was measured in benchmarks/figures.json, each part by itself, and puts the
table of all that was kept into docs/figures.md.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
KEPT, DOCUMENT = ROOT / "benchmarks" / "figures.json", ROOT / "docs" / "figures.md"
BEGIN, END = "<!-- speed -->\n", "<!-- end of speed -->\n"
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
    many, few = found["pending"]["many"], found["pending"]["few"]
    targets = {
        "sweep": (f"sweep with {many:,} edits waiting beside {few:,}", 2),
        "claim": (f"claim and settle 1,000 edits of a page among {many:,} beside {few:,}", 2),
        "weekly": ("weekly recount beside the bare SQL", 3),
    }
    for name, (work, most) in targets.items():
        yield _at_most(work, found[name]["ratio"], most)


def _start(found: dict[str, Any]) -> Iterator[Row]:
    yield _at_most("manage.py check beside bare Django", found["check"]["ratio"], 1.5)
    yield _at_most("first page beside bare Django", found["first_page"]["ratio"], 1.5)


def _editor(found: dict[str, Any]) -> Iterator[Row]:
    for row in found["rows"]:
        work = f"{row['page']}: {row['edits']}"
        yield _at_most(f"{work}, beside lxml", row["to_lxml"], 2)
        yield _at_least(f"{work}, faster than BeautifulSoup", row["to_soup"], 30)
    for count, (again, first) in found["recognition"].items():
        yield _at_most(f"recognising, share of one upsert into {count} rows", again, 0.1)
        yield _at_most(f"the same, rows not seen before, {count} rows", first, 0.1)


def _memory(found: dict[str, Any]) -> Iterator[Row]:
    for name, mib in found["grown"].items():
        yield Row(
            work=f"MiB more in the {name} after 100,000 jobs than after 1,000",
            value=f"{mib:.1f} after {found['jobs']:,}",
            target="≤ 30",
            passed=mib <= 30 and found["jobs"] >= 100_000,
        )


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
    "memory": _memory,
    "start": _start,
    "editor": _editor,
}
OF_A_COMPANY = ("screens", "upkeep")
RIGHT: dict[str, list[tuple[str, ...]]] = {
    "constructs": [()],
    "recognise": [("--pages", "2000", "--seed", seed) for seed in ("7", "20261128")],
    "fuzz": [("--inputs", "20000", "--seed", "20261128")],
}
WITHOUT_DATABASE = ("editor", "start", *RIGHT)


def command_of(part: str, asked: argparse.Namespace) -> list[str]:
    command = [f"benchmarks/{part}.py", "--json"]
    if part not in WITHOUT_DATABASE:
        command += ["--db", asked.db]
    if part in OF_A_COMPANY:
        command += ["--actions", str(asked.actions), "--folder", str(asked.folder)]
    return command


def measure(part: str, asked: argparse.Namespace) -> list[Row]:
    if part in RIGHT:
        return [_told(part, arguments) for arguments in RIGHT[part]]
    command = [sys.executable, *command_of(part, asked)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    try:
        found = json.loads(done.stdout)
    except ValueError:
        return [Row(work=part, value="broke off", target="a figure", passed=False)]
    return list(PARTS[part](found))


def _told(part: str, arguments: tuple[str, ...]) -> Row:
    """A program that ends with 0 where all is right, and says last what it found."""
    command = [sys.executable, f"benchmarks/{part}.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    last = (done.stdout.strip().splitlines() or ["broke off"])[-1]
    work = " ".join(Path(word).name for word in command[1:])
    return Row(work=work, value=last, target="all right", passed=done.returncode == 0)


def keep(part: str, asked: argparse.Namespace, rows: list[Row], load: float) -> None:
    """One part's rows beside what was kept of the others, and the document's table of them all."""
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    database = "none" if part in WITHOUT_DATABASE else asked.db
    kept.setdefault(part, {})[database] = {
        "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}",
        "commit": _output("git", "rev-parse", "--short", "HEAD"),
        "load": round(load, 1),
        "on": machine(asked.db),
        "rows": [asdict(row) for row in rows],
    }
    KEPT.write_text(json.dumps(kept, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
    before, _, rest = DOCUMENT.read_text().partition(BEGIN)
    told = "\n".join(tables(kept)) + "\n"
    DOCUMENT.write_text(f"{before}{BEGIN}\n{told}\n{END}{rest.partition(END)[2]}")


def tables(kept: dict[str, Any]) -> Iterator[str]:
    """Markdown: a row for each figure, its databases side by side; then when each was measured."""
    yield "| work | target | no database | SQLite | PostgreSQL |"
    yield "| --- | --- | --- | --- | --- |"
    for part in (name for name in (*PARTS, *RIGHT) if name in kept):
        found: dict[str, dict[str, str]] = {}
        for database, run in kept[part].items():
            for row in run["rows"]:
                cells = found.setdefault(row["work"], {"target": row["target"]})
                cells[database] = row["value"] if row["passed"] else f"**{row['value']}**"
        for work, cells in found.items():
            told = [cells.get(database, "") for database in ("none", "sqlite", "postgres")]
            yield f"| {work} | {cells['target']} | {' | '.join(told)} |"
    yield ""
    yield "| part | database | measured (UTC) | commit | load before |"
    yield "| --- | --- | --- | --- | --- |"
    for part, runs in sorted(kept.items()):
        for database, run in runs.items():
            cells = (f"`{part}.py`", database, run["at"], run["commit"], str(run["load"]))
            yield f"| {' | '.join(cells)} |"


def _output(*command: str) -> str:
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--actions", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "screens")
    parser.add_argument("--only", choices=(*PARTS, *RIGHT), action="append", help="repeatable")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", action="store_true", help="keep them, and into the document")
    asked = parser.parse_args()
    on = machine(asked.db)
    rows = []
    for part in asked.only or (*PARTS, *RIGHT):
        load = os.getloadavg()[0]
        found = measure(part, asked)
        rows += found
        if asked.write:
            keep(part, asked, found, load)
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
