"""The cost as the work grows: events, Plays and workers, each alone.

    python benchmarks/curves.py [--db sqlite|postgres] [--json]

Runs `benchmarks/sync.py` again and again: 100 to 100,000 events over 43 Plays with two workers;
1,000 events over 10 to 1,000 Plays with two; 1,000 events over 43 Plays with 1 to 4.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CURVES: dict[str, tuple[int, ...]] = {
    "events": (100, 1_000, 10_000, 100_000),
    "plays": (10, 43, 100, 300, 1_000),
    "workers": (1, 2, 3, 4),
}
HEADS = ("of work, intake", "of work, writing", "on the wall, writing")


def measure(kind: str) -> dict[str, list[dict[str, Any]]]:
    return {name: [_run(kind, name, value) for value in values] for name, values in CURVES.items()}


def _run(kind: str, name: str, value: int) -> dict[str, Any]:
    command = [sys.executable, str(ROOT / "benchmarks" / "sync.py"), "--db", kind, "--json"]
    command += ["--sample", "0", f"--{name}", str(value)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    print(_row(name, found), file=sys.stderr, flush=True)
    return found


def _row(name: str, found: dict[str, Any]) -> str:
    per_event = 1000 / found["events"]
    figures = (
        f"{found['calls_per_floor']:.3f}",
        *(f"{found[each] * per_event:.1f}" for each in ("intake_work", "writing_work", "seconds")),
    )
    return f"| {found[name]:,} {name} | {found['calls']:,} | {' | '.join(figures)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    print("| | calls | beside two per page |", " | ".join(f"ms {h}, per event" for h in HEADS), "|",
          file=sys.stderr)  # fmt: skip
    found = measure(asked.db)
    if asked.json:
        print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
