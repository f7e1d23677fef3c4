"""What the editor costs beside parsers that print a page again: ratios of least times in one run.

Run: python benchmarks/editor.py [--json] [--runs 7] [--quick]

Each figure is an edit as the product makes it: the page recognised, edited, and its skeleton
checked. It stands beside lxml parsing and printing the same body, and beside BeautifulSoup
(html.parser) parsing, editing and printing it. The runs take turns; the shortest of each counts, in
processor time, so that whatever else the machine does is left out. The pages were seen before, as
at all writes to a page but the first, except where it says otherwise.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from html import escape
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bs4 import BeautifulSoup
from lxml import etree

from plays.rules.pages import (
    ACTION_LOG,
    LOG_ID_PATTERN,
    PLAY_DB,
    ActionFacts,
    live_entry,
    log_row,
)
from plays.storage import (
    Edit,
    Guidance,
    InsertEntry,
    Known,
    Number,
    TableShape,
    UpsertRow,
    apply_edits,
    check_skeleton,
)
from plays.storage.layout import form_memory
from plays.storage.layout.recognise import find
from plays.storage.scan.grid import column_texts, grid_rows
from plays.storage.scan.page import scan

ROWS = (2_000, 10_000)
CURVE_KIB = (10, 40, 160, 640, 2_560, 4_096)
NEW_ROWS, SOME_ROWS = 1_000, 43
# How often recognition is timed beside the edit that it is part of.
ROUNDS = 41
START = datetime(2026, 1, 1, tzinfo=UTC)
HEADINGS = ("Play ID", "이름", "담당", "활동", "시그널", "브리프", "검증", "RAG", "다음 액션")
CELLS = ("이름", "김철수", "3/12", "2/24", "1/4", "0/2", "🟢", "다음 일")

Guidances = dict[TableShape, Guidance]


@dataclass(frozen=True)
class Page:
    """A body with what the product knows of its tables."""

    name: str
    body: str
    guidance: Guidances

    @property
    def size(self) -> int:
        return len(self.body.encode())


@dataclass(frozen=True)
class Row:
    """One line of the result. Times in seconds, memory as a multiple of the body's bytes."""

    page: str
    edits: str
    megabytes: float
    ours: float
    lxml: float
    soup: float | None
    memory: float | None = None

    @property
    def to_lxml(self) -> float:
        return self.ours / self.lxml

    @property
    def to_soup(self) -> float | None:
        return self.soup / self.ours if self.soup else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="all figures; the lines go to stderr")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="without BeautifulSoup")
    options = parser.parse_args()
    with redirect_stdout(sys.stderr if options.json else sys.stdout):
        figures = measure_all(options)
    if options.json:
        print(json.dumps(figures, indent=2))


def measure_all(options: argparse.Namespace) -> dict[str, Any]:
    """All figures, printed as they come."""
    surroundings = surroundings_of()
    print(", ".join(f"{name} {value}" for name, value in surroundings.items()))
    rows = [
        row for count in ROWS for row in rows_of(count, options.runs, with_soup=not options.quick)
    ]
    shares = {count: share_of_recognition(play_db(count)) for count in ROWS}
    for count, (again, first) in shares.items():
        print(
            f"recognising the layout, {count} rows: {again:.1%} of one upsert;"
            f" {first:.1%} where the rows that are sampled were not seen before"
        )
    floor = least([bare_rows], options.runs)[0]
    print(f"{NEW_ROWS} rows as format strings with escaped values: {floor * 1e3:.1f} ms")
    print("one upsert by the size of the page")
    curve = [row for size in CURVE_KIB for row in [curve_point(size, options.runs)]]
    return {
        "surroundings": surroundings,
        "rows": [as_json(row) for row in rows],
        "recognition": shares,
        "format_strings": floor,
        "curve": [as_json(row) for row in curve],
    }


def rows_of(count: int, runs: int, *, with_soup: bool) -> Sequence[Row]:
    """Every kind of edit on pages of so many rows, printed as they come."""
    plays, log, doc = play_db(count), action_log(count), live_doc(count)
    return [
        measured(page, name, edits, runs, with_soup=with_soup)
        for page, name, edits in (
            (plays, "one upsert", upserts(1, count)),
            (plays, f"{SOME_ROWS} upserts", upserts(SOME_ROWS, count)),
            (log, "one new row", new_rows(1, count)),
            (log, f"{NEW_ROWS} new rows", new_rows(NEW_ROWS, count)),
            (log, "a row that is there", [log_row(action(count // 2), zone=UTC)]),
            (doc, "one entry", [entry(count)]),
            (doc, f"{SOME_ROWS} entries", [entry(count + n) for n in range(SOME_ROWS)]),
            (doc, "an entry that is there", [entry(count // 2)]),
        )
    ]


def measured(
    page: Page, name: str, edits: Sequence[Edit], runs: int, *, with_soup: bool = False
) -> Row:
    calls = [partial(edit, page, edits), partial(parse_and_print, page.body)]
    ours, lxml = least(calls, runs)
    soup = least([partial(soup_edit, page.body, edits)], 1)[0] if with_soup else None
    memory = peak(calls[0]) / page.size
    row = Row(page.name, name, page.size / 1e6, ours, lxml, soup, memory)
    than_soup = f"{row.to_soup:6.1f} × faster than BeautifulSoup" if row.to_soup else ""
    print(
        f"  {page.name:<24} {name:<22} {row.megabytes:5.2f} MB {ours * 1e3:7.1f} ms"
        f"  {row.to_lxml:5.2f} × lxml {than_soup}  peak {memory:.1f} × the body",
        flush=True,
    )
    return row


def edit(page: Page, edits: Sequence[Edit]) -> None:
    applied = apply_edits(page.body, edits, page.guidance)
    if problem := next((one.problem for one in applied.outcomes if one.problem), None):
        raise problem
    check_skeleton(page.body, applied.body)


def parse_and_print(body: str) -> bytes:
    wrapped = f'<page xmlns:ac="ac" xmlns:ri="ri">{body}</page>'.encode()
    return etree.tostring(etree.fromstring(wrapped), encoding="utf-8")


def soup_edit(body: str, edits: Sequence[Edit]) -> str:
    """The same edit as people write it with BeautifulSoup: look for the key, change or add."""
    soup = BeautifulSoup(body, "html.parser")
    if isinstance(edits[0], InsertEntry):
        known = {code.get_text() for code in soup.find_all("code")}
        for one in edits:
            if one.key not in known:
                paragraph = soup.new_tag("p")
                paragraph.string = one.key
                soup.append(paragraph)
        return str(soup)
    table = soup.find("table")
    rows = {row.find(["td", "th"]).get_text(): row for row in table.find_all("tr")}
    for one in edits:
        if one.key in rows:
            rows[one.key].find_all("td")[3].string = "5/12"
        else:
            row = soup.new_tag("tr")
            for text in (one.key, *(["x"] * 6)):
                cell = soup.new_tag("td")
                cell.string = text
                row.append(cell)
            table.find("tbody").append(row)
    return str(soup)


def share_of_recognition(page: Page) -> tuple[float, float]:
    """What part of an upsert goes into finding out what the table is, on a page that was seen
    before and on one that was not; laying out its rows and reading the keys, which finding a row
    needs in any case, is no part of it. A difference of two times: the median of many rounds, in
    each of which all three are taken one after the other.
    """

    def look() -> None:
        find(scan(page.body), PLAY_DB, page.guidance[PLAY_DB])

    def look_first() -> None:
        form_memory.forget()
        look()

    def edit_first() -> None:
        form_memory.forget()
        edit(page, upserts(1, 10))

    def read() -> None:
        table = next(scan(page.body).named("table"))
        rows = grid_rows(table)
        texts = column_texts(table, rows, 0)
        rows_with_keys = [(row, texts.get(row)) for row in rows if row.group == "tbody"]
        assert rows_with_keys

    return (
        median_share(look, read, partial(edit, page, upserts(1, 10))),
        median_share(look_first, read, edit_first),
    )


def median_share(
    more: Callable[[], object], less: Callable[[], object], whole: Callable[[], object]
) -> float:
    """How much `more` takes than `less`, as a share of `whole`.

    Garbage is collected in between: else always the same one of the three would do it for all.
    """
    rounds = []
    for _ in range(ROUNDS):
        taken = []
        for call in (more, less, whole):
            gc.collect()
            taken.append(seconds(call))
        rounds.append(taken)
    return median((with_it - without) / all_of_it for with_it, without, all_of_it in rounds)


def bare_rows() -> str:
    """The rows of `new_rows` put together with no look at the page: what no editor goes below."""
    return "".join(
        f"<tr><td><p>{escape(one.log_id)}</p></td><td><p>{escape(one.play_id)}</p></td>"
        f"<td><p>{escape(one.action_type)}</p></td><td><p>{escape(one.title)}</p></td>"
        f'<td><p><a href="{escape(one.url)}">{escape(one.url)}</a></p></td>'
        f"<td><p>{escape(one.actor)}</p></td>"
        f"<td><p>{one.occurred_at:%Y-%m-%d %H:%M}</p></td></tr>"
        for one in ACTIONS
    )


def curve_point(kib: int, runs: int) -> Row:
    per_row = play_db(100).size / 100
    rows = max(20, round(kib * 1024 / per_row))
    return measured(play_db(rows), "one upsert", upserts(1, rows), runs)


def least(calls: Sequence[Callable[[], object]], runs: int) -> list[float]:
    """Seconds of the shortest of some runs of each call; the calls take turns."""
    times = [float("inf")] * len(calls)
    for _ in range(runs):
        for n, call in enumerate(calls):
            times[n] = min(times[n], seconds(call))
    return times


def seconds(call: Callable[[], object]) -> float:
    """The processor time of one call."""
    start = time.process_time()
    call()
    return time.process_time() - start


def peak(call: Callable[[], object]) -> int:
    """The most memory, in bytes, that a call had at once."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def play_db(rows: int) -> Page:
    """A Play DB as a team keeps it."""
    head = "".join(f"<th><p>{heading}</p></th>" for heading in HEADINGS)
    cells = "".join(f"<td><p>{cell}</p></td>" for cell in CELLS)
    body = "".join(f"<tr><td><p><code>EXT_D{n}</code></p></td>{cells}</tr>" for n in range(rows))
    known = Known(aliases={f"EXT_D{n}": () for n in range(rows)})
    table = f"<h2>진행</h2><table><tbody><tr>{head}</tr>{body}</tbody></table>"
    return Page(f"Play DB, {rows} rows", table, {PLAY_DB: Guidance(known=known)})


def action_log(rows: int) -> Page:
    """An Action Log that the product wrote."""
    guidance = {ACTION_LOG: Guidance(known=Known(pattern=LOG_ID_PATTERN), may_make_table=True)}
    edits = [log_row(action(n), zone=UTC) for n in range(rows)]
    return Page(f"Action Log, {rows} rows", apply_edits("", edits, guidance).body, guidance)


def live_doc(entries: int) -> Page:
    """A live doc whose activity section the product filled, with a section behind it."""
    edits = [entry(n) for n in range(entries)]
    body = apply_edits("<h1>목표</h1><p>AHT</p><h2>활동 로그</h2>", edits).body
    return Page(f"live doc, {entries} entries", body + "<h2>메모</h2><p>끝</p>", {})


def upserts(count: int, rows: int) -> list[Edit]:
    step = rows // count
    return [
        UpsertRow(PLAY_DB, f"EXT_D{n * step + step // 2}", {"activity_qtd": Number(5, 12)})
        for n in range(count)
    ]


def new_rows(count: int, rows: int) -> list[Edit]:
    return [log_row(action(rows + n), zone=UTC) for n in range(count)]


def entry(n: int) -> Edit:
    return live_entry(action(n), above=None, zone=UTC)


def action(n: int) -> ActionFacts:
    return ActionFacts(
        log_id=f"LOG-2026-{n:05}",
        play_id=f"EXT_D{n % 43:02}",
        action_type="Signal",
        title=f"콜센터 AHT {n}",
        url=f"https://portal.example/signals/{n}",
        actor="김철수",
        occurred_at=START + timedelta(minutes=n),
        details={},
        was_written=True,
    )


def surroundings_of() -> dict[str, str]:
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return {
        "processor": model,
        "cores": str(os.cpu_count()),
        "Python": platform.python_version(),
        "lxml": version("lxml"),
        "BeautifulSoup": version("beautifulsoup4"),
    }


def as_json(row: Row) -> dict[str, object]:
    return {**asdict(row), "to_lxml": row.to_lxml, "to_soup": row.to_soup}


ACTIONS = [action(n) for n in range(NEW_ROWS)]


if __name__ == "__main__":
    main()
