"""What storage edits cost: how time grows with the page, and what one scan for many edits saves.

Run: python benchmarks/storage.py
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from plays.storage import (
    Column,
    Edit,
    InsertEntry,
    InsertRow,
    Link,
    Number,
    Strong,
    TableShape,
    Text,
    UpsertRow,
    apply_edits,
)

LOG = TableShape(
    columns=tuple(
        Column(name)
        for name in ("log_id", "play_id", "action_type", "title", "url", "actor", "created_at")
    ),
    key="log_id",
)
EDITS = 1_000
SAMPLE = 20
SIZES = (125_000, 250_000, 500_000, 1_000_000, 2_000_000)


def main() -> None:
    print(f"{EDITS} new log rows in one call, by the size of the page")
    times = []
    for size in SIZES:
        took = time_of(page_of(size), new_rows(EDITS))
        times.append(took)
        print(f"  {size / 1e6:6.3f} MB  {took:6.3f} s")
    print(f"  time for {SIZES[-1] / SIZES[0]:.0f} times the page: {times[-1] / times[0]:.1f} times")

    page = page_of(1_000_000)
    print("one call on a page of 1 MB")
    for name, edits in kinds().items():
        took = time_of(page, edits)
        print(f"  {len(edits):5} {name:<24} {took:6.3f} s")

    print(f"{SAMPLE} new rows on a page of 1 MB, together and one by one")
    together = time_of(page, new_rows(SAMPLE))
    single = time_one_by_one(page, new_rows(SAMPLE))
    print(f"  {together:.3f} s and {single:.3f} s: {single / together:.1f} times")
    whole = time_of(page, new_rows(EDITS))
    print(f"  so {EDITS} one by one would take {single / SAMPLE * EDITS / whole:.0f} times as long")


def kinds() -> dict[str, list[Edit]]:
    return {
        "rows that are there": [InsertRow(LOG, f"OLD-{n}", {}) for n in range(EDITS)],
        "changed cells": [
            UpsertRow(LOG, f"OLD-{n}", {"title": Text("x")}, stamp={"created_at": Number(n)})
            for n in range(EDITS)
        ],
        "entries": [new_entry(n) for n in range(EDITS)],
        "entries, each below one": [
            new_entry(n, after=f"LOG-{n - 1}" if n % 2 else None) for n in range(EDITS)
        ],
        "rows and entries by turns": [
            edit for n in range(EDITS // 2) for edit in (new_row(n), new_entry(n + EDITS))
        ],
    }


def new_rows(count: int) -> list[Edit]:
    return [new_row(n) for n in range(count)]


def new_row(n: int) -> Edit:
    link = Link("SIG", f"https://portal.example/signals/{n}")
    return InsertRow(LOG, f"LOG-2026-{n:05}", {"title": Text(f"콜센터 AHT {n}"), "url": link})


def new_entry(n: int, after: str | None = None) -> Edit:
    return InsertEntry(f"LOG-{n}", (Strong("Signal"), Text(f"콜센터 AHT {n}")), after=after)


def page_of(size: int) -> str:
    """A log page as the Cloud editor keeps it, about `size` characters long."""
    heading = "".join(f"<th><p>{column.name}</p></th>" for column in LOG.columns)
    rows, length, n = [], 0, 0
    while length < size:
        cells = "".join(
            f'<td ac:local-id="{n:012x}"><p local-id="{n:012x}">{text}</p></td>'
            for text in (f"OLD-{n}", "EXT_Desk_D01", "Signal", "제목 &amp; 제목", "", "김철수", "1")
        )
        rows.append(f'<tr ac:local-id="{n:012x}">{cells}</tr>')
        length += len(rows[-1])
        n += 1
    return f"<h2>Log</h2><table><tbody><tr>{heading}</tr>{''.join(rows)}</tbody></table>"


def time_of(page: str, edits: list[Edit]) -> float:
    start = time.perf_counter()
    apply_edits(page, edits)
    return time.perf_counter() - start


def time_one_by_one(page: str, edits: list[Edit]) -> float:
    start = time.perf_counter()
    for edit in edits:
        page = apply_edits(page, [edit]).body
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
