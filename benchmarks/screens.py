"""Every page, part, file and figure of a large company, beside the same with a thousand actions.

    python benchmarks/screens.py [--db sqlite|postgres] [--actions N] [--folder DIR] [--json]

The pages are those of `ASKED` and all others of the URL conf. 1,000 Plays in both. A page passes
where it takes at most twice the time of the small one, or 150 ms, asks the database as often, and
is at most 150 KiB of HTML. Of files the time to the first piece is taken, and the KiB per second
after it. The databases stay in `--folder` for the next run on the same day. Times are of the
processors' work, the database's included, and the best of five: others work on the machine too.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from django.urls import NoReverseMatch, URLResolver, get_resolver, resolve, reverse  # noqa: E402

from benchmarks.company import SEARCHED, Size  # noqa: E402
from benchmarks.databases import database, on_database  # noqa: E402
from benchmarks.work import work_seconds  # noqa: E402

SMALL = Size()
RATIO, ENOUGH_MS, LARGEST_KIB, TIMES = 2.0, 150.0, 150.0, 5
LIMIT = 20  # seconds that a page may take before it is given up
HTMX = {"HX-Request": "true"}
# name -> address, headers. `{…}` are found in the database.
ASKED: dict[str, tuple[str, dict[str, str]]] = {
    "overview": ("/", {}),
    "overview, weeks": ("/?view=weeks", {}),
    "overview, part": ("/", HTMX),
    "Plays": ("/plays/", {}),
    "Plays, last quarter": ("/plays/?quarter={last_quarter}", {}),
    "Plays, a search": ("/plays/?q=리서치", {}),
    "a Play": ("/plays/{play}/", {}),
    "weekly report": ("/digest/", {}),
    "weekly report, ten weeks ago": ("/digest/?week={old_week}", {}),
    "jobs": ("/jobs/", {}),
    "jobs, part": ("/jobs/", HTMX),
    "jobs, page 100": ("/jobs/?p=100", {}),
    "jobs, pending": ("/jobs/?state=pending", {}),
    "jobs, retrying": ("/jobs/?state=retrying", {}),
    "jobs, failed": ("/jobs/?state=failed", {}),
    "jobs, synced": ("/jobs/?state=synced", {}),
    "jobs of a Play": ("/jobs/?play={play}", {}),
    "jobs of a page": ("/jobs/?page={page}", {}),
    "jobs, of a kind": ("/jobs/?kind=log_row", {}),
    "jobs, words": (f"/jobs/?q={SEARCHED}", {}),
    "jobs, words nowhere": ("/jobs/?q=nowhere+at+all", {}),
    "jobs, common word": ("/jobs/?q=세미나", {}),
    "jobs, an error": ("/jobs/?q=error:{error}", {}),
    "jobs, many tries": ("/jobs/?q=attempts:>2", {}),
    "jobs, a log id": ("/jobs/?q=log:{log_id}", {}),
    "a job": ("/jobs/{job}/", {}),
    "recovery": ("/jobs/recovery/", {}),
    "recover what is missing": ("/jobs/recovery/missing/", {}),
    "retry all that match": ("/jobs/retry/?state=failed", {}),
    "events": ("/events/", {}),
    "events, page 100": ("/events/?p=100", {}),
    "events, rejected": ("/events/?state=rejected", {}),
    "events, of a type": ("/events/?type=signal.created", {}),
    "events, words": (f"/events/?q={SEARCHED}", {}),
    "events, words nowhere": ("/events/?q=nowhere", {}),
    "events, an id": ("/events/?q=evt-00000500", {}),
    "an event": ("/events/{event}/", {}),
    "mappings": ("/mappings/", {}),
    "a mapping": ("/mappings/live_doc/{play}/", {}),
    "mapping history": ("/mappings/history/", {}),
    "pauses": ("/pauses/", {}),
    "audit": ("/audit/", {}),
    "audit, words": ("/audit/?q=LOG-40", {}),
    "ToDo": ("/todo/", {}),
    "weekly": ("/weekly/", {}),
    "a weekly run": ("/weekly/{week_run}/", {}),
    "import": ("/plays/import/", {}),
    "metrics": ("/metrics", {}),
    "Plays, CSV": ("/plays/csv/", {}),
    "jobs, CSV": ("/jobs/csv/", {}),
    "events, CSV": ("/events/csv/", {}),
    "audit, CSV": ("/audit/csv/", {}),
    "mappings, CSV": ("/mappings/csv/download/", {}),
}


# --- One database -----------------------------------------------------------------------------


def measure(size: Size, only: str) -> dict[str, dict[str, Any]]:
    """In a process of its own, whose DATABASE_URL is the database of `size`."""
    _set_up()
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    # The server's clock is that of one connection: a file that is closed early must not end it.
    connection.close()
    connection.settings_dict["CONN_MAX_AGE"] = None
    call_command("migrate", verbosity=0)  # the database may be of an earlier run
    client = Client(headers={"accept-encoding": "gzip", "accept-language": "ko"})
    client.force_login(User.objects.get(username="bench"))
    places = _places(size)
    known = {name: (at.format_map(places), headers) for name, (at, headers) in ASKED.items()}
    for at in _others({at for at, _ in known.values()}, places):
        known[at.replace(places["play"], "{play}")] = at, {}  # called alike in both
    found = {}
    for name, (address, headers) in known.items():
        if only in name and (figures := _of(client, address, headers)):
            found[name] = figures
            print(f"{size.actions:>10,} {name}: {figures['ms']:.0f} ms", file=sys.stderr)
    return found


def _others(known: Collection[str], places: Mapping[str, Any]) -> Iterator[str]:
    """The addresses of the URL conf that nobody has put in `ASKED`, as far as their arguments are
    in `places`: a new page is measured without anybody thinking of it.
    """
    measured = {resolve(address.partition("?")[0]).view_name for address in known}
    given = {"play_id": places["play"], "part": "live_doc"}
    for conf, before in ((None, ""), ("plays.api.urls", "/api")):
        for name, arguments in _names(get_resolver(conf)):
            if name not in measured and arguments <= given.keys():
                with suppress(NoReverseMatch):
                    kwargs = {each: given[each] for each in arguments}
                    yield before + reverse(name, conf, kwargs=kwargs)


def _names(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, set[str]]]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            if each.namespace != "admin":
                yield from _names(each, f"{prefix}{each.namespace}:" if each.namespace else prefix)
        elif each.name:
            yield f"{prefix}{each.name}", set(each.pattern.regex.groupindex)


def _set_up() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import logging

    import django
    from django.conf import settings

    django.setup()
    settings.ALLOWED_HOSTS = ["testserver"]
    logging.disable(logging.CRITICAL)


def _places(size: Size) -> dict[str, Any]:
    from datetime import timedelta

    from django.utils import timezone

    from plays.models import Action, SyncJob
    from plays.rules.quarter import Quarter
    from plays.rules.weeks import Week

    now, zone = timezone.now(), timezone.get_default_timezone()
    # One in both: a Play, or an error, that no job failed with is asked less about.
    failed = SyncJob.objects.failed().select_related("play").latest("pk")
    return {
        "play": failed.play.play_id,
        "error": failed.last_error,
        "page": "100010",
        "job": SyncJob.objects.filter(play=failed.play).latest("pk").pk,
        "event": 500,
        "log_id": Action.objects.get(pk=500).log_id,
        "week_run": 52,
        "last_quarter": Quarter.of(now, zone).previous,
        "old_week": Week.of(now - timedelta(weeks=10), zone),
    }


def _of(client: Any, address: str, headers: dict[str, str]) -> dict[str, Any] | None:
    """None where the address has no page to look at."""
    from django.db import DatabaseError, connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries, _limit(connection):
        try:
            answer = client.get(address, headers=headers)
            first = _first_piece(answer)
        except DatabaseError:
            return {"ms": LIMIT * 1e3, "queries": len(queries), "kib": 0.0, "gzip": True}
    asked = len(queries)  # now: the next request empties the log
    if answer.status_code == 503:  # a query was given up: for people the database is busy
        return {"ms": LIMIT * 1e3, "queries": len(queries), "kib": 0.0, "gzip": True}
    if answer.status_code != 200:
        print(f"not measured: {address} ({answer.status_code})", file=sys.stderr)
        return None
    if answer.streaming:
        return _of_file(client, address, asked)
    best = _best(lambda: client.get(address, headers=headers))
    is_zipped = answer.headers.get("Content-Encoding") == "gzip"
    body = gzip.decompress(first) if is_zipped else first
    return {"ms": best * 1e3, "queries": asked, "kib": len(body) / 1024,
            "sent_kib": len(first) / 1024, "gzip": is_zipped}  # fmt: skip


@contextmanager
def _limit(connection: Any) -> Iterator[None]:
    """No query of the block takes longer than `LIMIT`: it raises a DatabaseError."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET statement_timeout = '{LIMIT}s'")
        yield
        return
    until = time.process_time() + LIMIT
    connection.ensure_connection()
    connection.connection.set_progress_handler(lambda: time.process_time() > until, 100_000)
    yield
    connection.connection.set_progress_handler(None, 0)


def _of_file(client: Any, address: str, queries: int) -> dict[str, Any]:
    """The time to the first piece, and the rows per second of at most five seconds after it."""

    def first() -> None:
        answer = client.get(address)
        _first_piece(answer)
        answer.close()

    best = _best(first)
    pieces = iter(client.get(address).streaming_content)
    began, size = work_seconds(), 0
    for piece in pieces:
        size += len(piece)
        if work_seconds() - began > 1:
            break
    rate = size / 1024 / (work_seconds() - began)
    return {"ms": best * 1e3, "queries": queries, "kib": 0.0, "gzip": True, "kib_per_s": rate}


def _best(work: Callable[[], object]) -> float:
    """The least seconds of work that it took, of at most `TIMES`."""
    best, deadline = float("inf"), work_seconds() + 2
    for _ in range(TIMES):
        began = work_seconds()
        work()
        best = min(best, work_seconds() - began)
        if work_seconds() > deadline:
            break
    return best


def _first_piece(answer: Any) -> bytes:
    return bytes(next(iter(answer.streaming_content)) if answer.streaming else answer.content)


# --- Both -------------------------------------------------------------------------------------


def verdict(large: dict[str, Any], small: dict[str, Any]) -> list[str]:
    """What a row misses; empty where it passes."""
    missed = []
    if large["ms"] > max(ENOUGH_MS, RATIO * small["ms"]):
        missed.append("time")
    if large["queries"] > small["queries"]:
        missed.append("queries")
    if large["kib"] > LARGEST_KIB:
        missed.append("size")
    if not large["gzip"] and large["kib"] > 1:
        missed.append("gzip")
    return missed


def machine(kind: str) -> dict[str, str]:
    import sqlite3

    import django

    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}",
        "python": platform.python_version(),
        "django": django.get_version(),
        "database": f"SQLite {sqlite3.sqlite_version}" if kind == "sqlite" else "PostgreSQL",
    }


def _print(report: dict[str, Any]) -> None:
    print(", ".join(f"{name} {value}" for name, value in report["on"].items()))
    print(f"{report['actions']:,} actions beside {SMALL.actions:,}")
    heads = ("", "ms", "beside", "×", "queries", "beside", "KiB", "sent", "")
    print("{:<32}{:>9}{:>9}{:>7}{:>9}{:>7}{:>7}{:>7}  {}".format(*heads))
    for name, row in report["rows"].items():
        large, small = row["large"], row["small"]
        print(
            f"{name:<32}{large['ms']:>9.1f}{small['ms']:>9.1f}{large['ms'] / small['ms']:>7.1f}"
            f"{large['queries']:>9}{small['queries']:>7}{large['kib']:>7.0f}"
            f"{large.get('sent_kib', 0):>7.0f}  {', '.join(row['missed']) or 'ok'}"
        )
    print(f"{report['passed']} of {len(report['rows'])} pass")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--actions", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "screens")
    parser.add_argument("--only", default="", help="rows with this in their name")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", type=json.loads, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        print(json.dumps(measure(Size(**asked.child), asked.only)))
        return
    asked.folder.mkdir(parents=True, exist_ok=True)
    large = Size(actions=asked.actions, pending=asked.actions // 10)
    found = {}
    for size in (SMALL, large):
        with database(asked.db, size, asked.folder) as url:
            child = [sys.executable, __file__, "--child", json.dumps(vars(size))]
            found[size.name] = on_database(url, [*child, "--only", asked.only])
    small_rows, large_rows = found[SMALL.name], found[large.name]
    rows = {
        name: {"large": large_rows[name], "small": small_rows[name],
               "missed": verdict(large_rows[name], small_rows[name])}
        for name in large_rows
        if name in small_rows
    }  # fmt: skip
    passed = sum(not row["missed"] for row in rows.values())
    report = {"on": machine(asked.db), "actions": large.actions, "rows": rows, "passed": passed}
    print(json.dumps(report, indent=2)) if asked.json else _print(report)
    sys.exit(passed < len(rows))


if __name__ == "__main__":
    main()
