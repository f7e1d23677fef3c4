"""What a worker and a web process hold after a hundred thousand jobs, beside after a thousand.

    python benchmarks/memory.py [--db sqlite|postgres] [--jobs N] [--minutes N] [--json]

Events of 43 Plays go to a real web process in batches; a real worker writes what they owe to a
local Confluence. MiB are what all processes of each hold (VmRSS in /proc), read when every job so
far is settled: the first time after about a thousand jobs, one batch; all batches are of one size,
since what a process holds follows the largest that it had. When the minutes are over the figure is
that of the jobs until then.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.campaigns.stores import free_port
from benchmarks.stream import running
from benchmarks.surroundings import connect_to, product_on

PLAYS, BATCH, TOKEN = 43, 660, "benchmark"


def measure(url: str, *, jobs: int, minutes: float) -> dict[str, Any]:
    import requests

    from plays.models import SyncJob
    from plays.sandbox import Sandbox
    from tests.processes.storm import make_events
    from tests.world import make_world

    until = time.monotonic() + 60 * minutes
    with Sandbox() as sandbox:
        connect_to(sandbox)
        world = make_world(sandbox)
        for number in range(PLAYS):
            world.add_play(f"EXT_Desk_D{number:02d}")
        port = free_port()
        web = ("-m", "waitress", f"--listen=127.0.0.1:{port}", "syncadmin.wsgi:application")
        with (
            running(url, sandbox, "manage.py", "worker") as worker,
            running(url, sandbox, *web, EVENTS_TOKENS=TOKEN) as server,
        ):
            session = requests.Session()
            session.headers["Authorization"] = f"Bearer {TOKEN}"
            address = f"http://127.0.0.1:{port}/api/events"
            sent, first, rows = 0, {}, make_events(list(world.live_docs), jobs)
            _wait_for(lambda: _answers(session, address), until)
            while time.monotonic() < until:
                session.post(address, json=rows[sent : sent + BATCH]).raise_for_status()
                sent += BATCH
                _wait_for(lambda: not SyncJob.objects.pending().exists(), until)
                done = SyncJob.objects.filter(state="synced").count()
                now = {"worker": _mib(worker.pid), "web": _mib(server.pid)}
                first = first or now
                print(f"{done:,} jobs: {now}", file=sys.stderr)
                if done >= jobs:
                    break
    grown = {name: now[name] - first[name] for name in now}
    return {"jobs": done, "first": first, "last": now, "grown": grown}


def _answers(session: Any, address: str) -> bool:
    import requests

    try:
        return bool(session.post(address, json=[]).status_code < 500)
    except requests.ConnectionError:
        return False


def _wait_for(is_so: Any, until: float) -> None:
    while not is_so() and time.monotonic() < until:
        time.sleep(0.2)


def _mib(pid: int) -> float:
    """Of a process and all that it has started."""
    return sum(_held(each) for each in _family(pid)) / 1024


def _family(pid: int) -> Iterator[int]:
    yield pid
    for thread in Path(f"/proc/{pid}/task").iterdir():
        for child in (thread / "children").read_text().split():
            yield from _family(int(child))


def _held(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    # One that has just ended holds nothing, and says so.
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--jobs", type=int, default=100_000)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with product_on(asked.db) as url:
        found = measure(url, jobs=asked.jobs, minutes=asked.minutes)
    if asked.json:
        print(json.dumps(found, indent=2))
        return
    print(f"{found['jobs']:,} jobs")
    for name, mib in found["grown"].items():
        first, last = found["first"][name], found["last"][name]
        print(f"{name:<8}{first:7.1f} MiB, then {last:.1f}: {mib:+.1f}")


if __name__ == "__main__":
    main()
