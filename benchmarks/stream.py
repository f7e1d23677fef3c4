"""Events that come one by one while a worker is at work; and what both cost when none come.

    python benchmarks/stream.py [--db sqlite|postgres] [--rate N] [--seconds N] [--json]

A worker as it is run in production writes to a local Confluence that takes 50 ms longer for each
call than it needs. Events come at an even rate, each by itself, and are recorded as the threads of
a web process do it; the rate that was reached is printed. On PostgreSQL a web process is started
too, and what both ask the database in a minute without events is counted in the server's log.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.surroundings import ROOT, connect_to, product_on

PLAYS, LATENCY, PATIENCE, SENDERS = 43, 0.05, 300, 8
ASKED = re.compile(r"LOG:  (?:statement|execute [^:]*): (?!BEGIN|COMMIT|ROLLBACK|SET |SHOW )")


def measure(url: str, *, rate: float, seconds: float, idle: float) -> dict[str, Any]:
    from plays.sandbox import Sandbox
    from tests.world import make_world

    with Sandbox(latency=LATENCY) as sandbox:
        connect_to(sandbox)
        world = make_world(sandbox)
        for number in range(PLAYS):
            world.add_play(f"EXT_Desk_D{number:02d}")
        with running(url, sandbox, "manage.py", "worker"):
            _wait_for_worker()
            found = _stream(list(world.live_docs), rate=rate, seconds=seconds)
            if url.startswith("postgres"):
                web = ("-m", "waitress", "--listen=127.0.0.1:0", "syncadmin.wsgi:application")
                with running(url, sandbox, *web):
                    found["idle_queries"] = _idle_queries(idle)
    return found


@contextmanager
def running(
    url: str, sandbox: Any, *command: str, **settings: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process with the product's environment for as long as the block."""
    from tests.environment import product_environment

    environment = product_environment(
        DATABASE_URL=url,
        CONFLUENCE_URL=sandbox.url,
        CONFLUENCE_EMAIL=sandbox.email,
        CONFLUENCE_API_TOKEN=sandbox.token,
        CONFLUENCE_SPACE_KEY=sandbox.space_key,
        **settings,
    )
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=60)


def _wait_for_worker() -> None:
    from plays.sync import heartbeats

    until = time.monotonic() + PATIENCE
    while not heartbeats.is_alive():
        if time.monotonic() > until:
            raise AssertionError("no worker")
        time.sleep(0.5)


def _stream(plays: list[str], *, rate: float, seconds: float) -> dict[str, Any]:
    from django.db.models import Sum

    from plays.models import SyncAttempt, SyncJob
    from plays.sync.intake.sharing import record_shared
    from tests.processes.storm import make_events

    sent = make_events(plays, int(rate * seconds))
    began = time.monotonic()
    with ThreadPoolExecutor(SENDERS) as senders:
        for number, event in enumerate(sent):
            time.sleep(max(0.0, began + number / rate - time.monotonic()))
            senders.submit(record_shared, [event])
    took = time.monotonic() - began
    until = time.monotonic() + PATIENCE
    while SyncJob.objects.pending().exists() and time.monotonic() < until:
        time.sleep(0.2)
    rows = SyncJob.objects.filter(state="synced").values_list("created_at", "settled_at")
    waits = sorted((settled - created).total_seconds() for created, settled in rows)
    calls = SyncAttempt.objects.aggregate(calls=Sum("calls", default=0))["calls"]
    return {
        "events": len(sent),
        "rate": len(sent) / took,
        "calls": calls,
        "calls_per_event": calls / len(sent),
        "p50": waits[len(waits) // 2],
        "p99": waits[int(len(waits) * 0.99)],
        "left": SyncJob.objects.pending().count(),
    }


def _idle_queries(seconds: float) -> float:
    """Statements per minute in the server's log, once both have been idle for a while."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ALTER SYSTEM SET log_statement = 'all'")
        cursor.execute("SHOW data_directory")
        log = Path(cursor.fetchone()[0]).parent / "log"
        time.sleep(seconds)
        cursor.execute("SELECT pg_reload_conf()")
    connection.close()
    time.sleep(1)
    begun, before = time.monotonic(), log.stat().st_size
    time.sleep(seconds)
    took = time.monotonic() - begun
    lines = log.read_bytes()[before:].decode(errors="replace").splitlines()
    return sum(bool(ASKED.search(line)) for line in lines) / took * 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="postgres")
    parser.add_argument("--rate", type=float, default=50, help="events per second")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--idle", type=float, default=60, help="seconds without events")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with product_on(asked.db) as url:
        found = measure(url, rate=asked.rate, seconds=asked.seconds, idle=asked.idle)
    if asked.json:
        print(json.dumps(found, indent=2))
        return
    print(f"{found['events']:,} events, {asked.rate:g} per second asked for")
    print(f"{found['rate']:.1f} per second recorded, {found['left']} edits left")
    print(f"{found['calls_per_event']:.2f} calls per event")
    print(f"to the page: half within {found['p50']:.2f} s, 99 % within {found['p99']:.2f} s")
    if "idle_queries" in found:
        print(f"idle: {found['idle_queries']:.0f} queries per minute, worker and web together")


if __name__ == "__main__":
    main()
