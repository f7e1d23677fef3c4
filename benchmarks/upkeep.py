"""What goes on when nobody looks: the sweep, one page among a million edits, the week.

    python benchmarks/upkeep.py [--db sqlite|postgres] [--actions N] [--folder DIR] [--json]

The sweep and one page's claim, reading and settling, with as many edits waiting as there are
actions, on 1,000 pages, beside a thousand waiting; the weekly recount beside the SQL that it
cannot do without. Seconds are of the processors' work, the best of several.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.company import Size
from benchmarks.screens import database, on_database
from benchmarks.work import work_seconds

FEW, ONE_PAGE = Size(actions=1_000, pending=2_000), Size(plays=1, actions=1_000, pending=2_000)
TIMES = 3


def measure(kind: str, actions: int, folder: Path) -> dict[str, Any]:
    many = Size(actions=actions, pending=2 * actions)
    found: dict[str, Any] = {}
    for name, size in (("many", many), ("few", FEW), ("one_page", ONE_PAGE)):
        with database(kind, size, folder) as url:
            found[name] = on_database(url, [sys.executable, __file__, "--child", name])
    return {
        "sweep": _row(found["many"]["sweep"], found["few"]["sweep"]),
        "claim": _row(found["many"]["claim"], found["one_page"]["claim"]),
        "weekly": _row(found["many"]["weekly"], found["many"]["aggregate"]),
    }


def _row(ours: Any, beside: Any) -> dict[str, Any]:
    return {"seconds": ours, "beside": beside, "ratio": ours / beside}


def measured_here(name: str) -> dict[str, float]:
    """In a process of its own, whose database is a company's."""
    import logging

    import django

    django.setup()
    logging.disable(logging.CRITICAL)
    if name == "one_page":
        return {"claim": _best(_claim)}
    found = {"sweep": _best(_sweep)}
    if name == "many":
        found |= {"claim": _best(_claim), "weekly": _best(_weekly), "aggregate": _best(_aggregate)}
    return found


def _best(work: Callable[[], object]) -> float:
    took = []
    for _ in range(TIMES + 1):  # the first makes the connection and the plans
        began = work_seconds()
        work()
        took.append(work_seconds() - began)
    return min(took[1:])


# --- The queue --------------------------------------------------------------------------------


def _sweep() -> None:
    from django.db import transaction

    from plays import tasks
    from plays.models import Page

    with transaction.atomic():
        Page.objects.update(rung_at=None)
        tasks.sweep()
        transaction.set_rollback(True)


def _claim() -> None:
    """All that the database does for one page's write: claim it, read what is owed, settle it."""
    from django.db import transaction
    from django.utils import timezone

    from plays.models import PageMapping, Site
    from plays.sync.jobs.locking import locked
    from plays.sync.jobs.outcomes import complete
    from plays.sync.writing.claims import page_claim
    from plays.sync.writing.writer import _due_jobs

    mapping = PageMapping.objects.filter(part="live_doc", page__isnull=False).order_by("pk")[0]
    with transaction.atomic():
        with page_claim(mapping.page_id) as claim:
            assert claim
            jobs = _due_jobs(claim.page, Site.current())[:1_000]
            with locked([claim.page.pk], [job.pk for job in jobs]):
                complete(jobs, page=claim.page.pk, written_to=claim.page, now=timezone.now())
        transaction.set_rollback(True)


# --- The week ---------------------------------------------------------------------------------


def _weekly() -> None:
    from django.db import transaction
    from django.utils import timezone

    from plays.models import WeeklySync
    from plays.sync.weekly.recounting import record_results, recount

    now = timezone.now()
    with transaction.atomic():
        run = WeeklySync.objects.create(slot=now, trigger="person", started_at=now)
        recount(run, now=now)
        record_results(run, now=now)
        transaction.set_rollback(True)


def _aggregate() -> None:
    """Each Play's actions by type and decision in two quarters, and by week: the least there is."""
    from django.db import connection
    from django.utils import timezone

    from plays.rules.quarter import Quarter

    zone = timezone.get_default_timezone()
    quarter = Quarter.of(timezone.now(), zone)
    is_postgres = connection.vendor == "postgresql"
    decision = "data->>'decision'" if is_postgres else "json_extract(data, '$.decision')"
    with connection.cursor() as cursor:
        for each in (quarter.previous, quarter):
            start, end = (
                connection.ops.adapt_datetimefield_value(moment) for moment in each.bounds(zone)
            )
            cursor.execute(
                f"SELECT play_id, action_type, {decision}, COUNT(*), MAX(occurred_at)"
                " FROM plays_action WHERE occurred_at >= %s AND occurred_at < %s GROUP BY 1, 2, 3",
                [start, end],
            )
            cursor.fetchall()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--actions", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "screens")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        print(json.dumps(measured_here(asked.child)))
        return
    asked.folder.mkdir(parents=True, exist_ok=True)
    found = measure(asked.db, asked.actions, asked.folder)
    if asked.json:
        print(json.dumps(found, indent=2))
        return
    for name, row in found.items():
        ms, beside = row["seconds"] * 1e3, row["beside"] * 1e3
        print(f"{name:<12}{ms:9.1f} ms beside {beside:9.1f}: {row['ratio']:.2f}")


if __name__ == "__main__":
    main()
