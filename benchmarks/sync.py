"""Events over 43 Plays: what their pages cost in calls and in time.

    python benchmarks/sync.py [--events N] [--latency MS] [--workers N] [--sample N] [--json]

From a stopped queue: all events are recorded, then two processes write what is due, and each page
costs one read and one write. Beside it what a script does that appends entries and upserts table
rows one by one with atlassian-python-api and BeautifulSoup, on the same local Confluence, for a
sample of the same edits. Each call takes `--latency` longer than the machine needs for it.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.surroundings import connect_to, product_on, start_on
from benchmarks.work import work_seconds

PLAYS, EVENTS, SAMPLE, WORKERS, LATENCY_MS = 43, 1_000, 60, 2, 50
READY, WIDTH = "ready\n", 8  # characters of a page's key in the pipe


def measure(
    url: str, *, events: int, plays: int, latency: float, workers: int, sample: int
) -> dict[str, Any]:
    """Seconds and calls; the database at `url` is empty. `latency` in seconds."""
    from plays.models import SyncJob
    from plays.sandbox import Sandbox
    from plays.sync.intake.receiving import record_all
    from tests.processes.storm import make_events
    from tests.world import make_world

    with Sandbox(latency=latency) as sandbox:
        connect_to(sandbox)
        world = make_world(sandbox)
        for number in range(plays):
            world.add_play(f"EXT_Desk_D{number:02d}")
        sent = make_events(list(world.live_docs), events)
        began = work_seconds()
        intake = _seconds(lambda: record_all(sent))
        intake_work = work_seconds() - began
        edits = SyncJob.objects.pending().count()
        pages = SyncJob.objects.pending().values("mapping__page").distinct().count()
        with _writers(url, sandbox, workers) as write:
            sandbox.reset_calls()
            began_at = time.perf_counter()
            writing_work = write()
            written = time.perf_counter() - began_at
        calls = len(sandbox.calls)
        world.assert_every_action_is_on_its_pages_once()
        theirs = _one_by_one(sandbox, sample) if sample else {}
    ideal = pages * 2 * latency / workers
    found = {
        "events": events,
        "plays": plays,
        "edits": edits,
        "pages": pages,
        "workers": workers,
        "intake_seconds": intake,
        "intake_work": intake_work,
        "calls": calls,
        "calls_per_floor": calls / (2 * pages),
        "seconds": written,
        "writing_work": writing_work,
        "ideal": ideal,
        "seconds_per_ideal": written / ideal,
    }
    if theirs:
        found["fewer_calls"] = theirs["calls_per_edit"] / (calls / edits)
        found["times_faster"] = theirs["seconds_per_edit"] / (written * workers / edits)
        found["theirs"] = theirs
    return found


# --- Ours -------------------------------------------------------------------------------------


@contextmanager
def _writers(url: str, sandbox: Any, count: int) -> Iterator[Callable[[], float]]:
    """Processes that are ready; what is given lets them write until nothing is due, and returns
    their seconds of work.

    As from the queue, each takes the next page from a pipe that they share.
    """
    from django.utils import timezone

    from plays.sync.jobs.wakeups import due_pages

    where = json.dumps([url, sandbox.url, sandbox.space_key, sandbox.email, sandbox.token])
    command = [sys.executable, __file__, "--write", where]
    taken_from, queue = os.pipe()
    processes = [
        subprocess.Popen(command, stdin=taken_from, stdout=subprocess.PIPE, text=True)
        for _ in range(count)
    ]
    for process in processes:
        if process.stdout is None or process.stdout.readline() != READY:
            raise AssertionError("a writer did not start")

    def write() -> float:
        for page in due_pages(timezone.now()):
            os.write(queue, f"{page:{WIDTH}}".encode())
        os.close(queue)
        return sum(float(process.stdout.readline()) for process in processes if process.stdout)

    try:
        yield write
    finally:
        for process in processes:
            process.kill()


def _write_when_told(where: str) -> None:
    url, address, space, email, token = json.loads(where)
    start_on(url)
    from types import SimpleNamespace

    from django.utils import timezone

    from plays.sync.jobs.wakeups import due_pages
    from plays.sync.writing.writer import write_page

    connect_to(SimpleNamespace(url=address, space_key=space, email=email, token=token))
    assert due_pages(timezone.now())
    print(READY, end="", flush=True)
    began = work_seconds()
    while page := os.read(0, WIDTH):
        write_page(int(page))
    while pages := due_pages(timezone.now()):  # more than one write holds, or a log's new page
        for pk in pages:
            write_page(pk)
    print(work_seconds() - began, flush=True)


# --- Theirs -----------------------------------------------------------------------------------


def _one_by_one(sandbox: Any, sample: int) -> dict[str, float]:
    """Per edit: seconds and calls of a script's loop, over the first `sample` edits.

    The pages begin empty, so that it has less to read and to write than at the end.
    """
    from atlassian import Confluence

    from plays.models import SyncJob

    jobs = list(SyncJob.objects.order_by("pk").select_related("play", "action")[:sample])
    table = "<table><tbody><tr><th>key</th><th>title</th><th>at</th></tr></tbody></table>"
    pages = {
        "log_row": sandbox.add_page("Their log", table),
        "play_row": sandbox.add_page("Their Plays", table),
    }
    for play in {job.play.play_id for job in jobs}:
        pages[play] = sandbox.add_page(f"Their {play}", "<h2>Log</h2>")
    client = Confluence(
        sandbox.url, username=sandbox.email, password=sandbox.token, cloud=False
    )._impl
    sandbox.reset_calls()

    def write() -> None:
        for job in jobs:
            cells = [job.key, job.action.title if job.action else job.key, str(job.created_at)]
            if job.kind == "live_entry":
                page = pages[job.play.play_id]
                text = html.escape(" ".join(cells))
                client.append_page(page, f"Their {job.play.play_id}", f"<p>{text}</p>")
            else:
                _upsert(client, pages[job.kind], cells)

    seconds = _seconds(write)
    calls = len(sandbox.calls)
    return {"edits": len(jobs), "calls_per_edit": calls / len(jobs),
            "seconds_per_edit": seconds / len(jobs)}  # fmt: skip


def _upsert(client: Any, page_id: str, cells: list[str]) -> None:
    from bs4 import BeautifulSoup

    page = client.get_page_by_id(page_id, expand="body.storage,version")
    soup = BeautifulSoup(page["body"]["storage"]["value"], "html.parser")
    rows = soup.table.tbody.find_all("tr")
    row = next((tr for tr in rows if tr.find(["td", "th"]).get_text() == cells[0]), None)
    if row is None:
        row = soup.new_tag("tr")
        soup.table.tbody.append(row)
    row.clear()
    for text in cells:
        cell = soup.new_tag("td")
        cell.string = text
        row.append(cell)
    client.update_page(page_id, page["title"], str(soup), always_update=True)


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _print(found: dict[str, Any]) -> None:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("{events:,} events, {plays} Plays, {edits:,} edits, {pages} pages, {workers} workers"
          .format_map(found))  # fmt: skip
    rows = [("intake", found["intake_seconds"], "s"),
            ("calls", found["calls"], f"{found['calls_per_floor']:.3f} of two per page"),
            ("writing all", found["seconds"], f"s, {found['seconds_per_ideal']:.2f} of the calls'"),
            ]  # fmt: skip
    if theirs := found.get("theirs"):
        whole = theirs["seconds_per_edit"] * found["edits"]
        said = f"s for all, by {theirs['edits']} of them; {theirs['calls_per_edit']:.1f} calls each"
        rows += [("one by one", whole, said), ("fewer calls", found["fewer_calls"], "times"),
                 ("less time", found["times_faster"], "times, by worker")]  # fmt: skip
    for name, value, said in [*rows, ("peak memory", memory, "MiB, the sandbox included")]:
        print(f"{name:<14}{value:10,.2f} {said}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--plays", type=int, default=PLAYS)
    parser.add_argument("--latency", type=float, default=LATENCY_MS, metavar="MS")
    parser.add_argument("--workers", type=int, default=WORKERS)
    parser.add_argument("--sample", type=int, default=SAMPLE, help="edits made one by one")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.write:
        _write_when_told(asked.write)
        return
    with product_on(asked.db) as url:
        found = measure(
            url,
            events=asked.events,
            plays=asked.plays,
            latency=asked.latency / 1000,
            workers=asked.workers,
            sample=asked.sample,
        )
    print(json.dumps(found, indent=2)) if asked.json else _print(found)


if __name__ == "__main__":
    main()
