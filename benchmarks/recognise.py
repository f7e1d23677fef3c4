"""Generated pages through recognise, write and read: how many were right, asked, or wrong.

Run: python benchmarks/recognise.py --pages 2000 --seed 1
Wrong must be 0: a page that is not surely understood has to ask and stay as it is.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.storage.generated_tables import make_case
from tests.storage.recognised import outcome_of


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=3, help="how many wrong pages to show")
    options = parser.parse_args()
    seen: Counter[str] = Counter()
    start = time.perf_counter()
    for n in range(options.pages):
        case = make_case(Random(f"{options.seed}/{n}"))
        outcome = outcome_of(case)
        seen[outcome.name] += 1
        if outcome.name == "wrong" and seen["wrong"] <= options.show:
            print(f"page {n}: {outcome.why}\n{case.body}\n")
    took = time.perf_counter() - start
    found = ", ".join(
        f"{seen[name]:,} {name}" for name in ("right", "asked", "asked though sure", "wrong")
    )
    print(f"{options.pages:,} pages, seed {options.seed}, {took:.1f} s: {found}")
    return 1 if seen["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
