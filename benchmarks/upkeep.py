"""What goes on when nobody looks: the sweep, one page among a million edits, the week.

    python benchmarks/upkeep.py [--db sqlite|postgres] [--actions N] [--folder DIR] [--json]

The sweep, and one page's claim, reading and settling of a thousand edits, with as many edits
waiting as there are actions, on 1,000 pages, beside a thousand waiting; the weekly recount beside
the SQL that it cannot do without. Seconds are of the processors' work, the best of several.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.company import Size
from benchmarks.databases import database, on_database
from benchmarks.work import work_seconds

FEW = Size(actions=1_000, pending=1_000)
OF_A_PAGE = 1_000
TIMES = 3


def measure(kind: str, actions: int, folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, size in (("many", Size(actions=actions, pending=actions)), ("few", FEW)):
        with database(kind, size, folder) as url:
            found[name] = on_database(url, [sys.executable, __file__, "--child", name])
    many, few = found["many"], found["few"]
    return {
        "sweep": _row(many["sweep"], few["sweep"]),
        "claim": _row(many["claim"], few["claim"]),
        "weekly": _row(many["weekly"], many["aggregate"]),
        "pending": {"many": many["pending"], "few": few["pending"]},
    }


def _row(ours: Any, beside: Any) -> dict[str, Any]:
    return {"seconds": ours, "beside": beside, "ratio": ours / beside}


def measured_here(name: str) -> dict[str, Any]:
    """In a process of its own, whose database is a company's."""
    import logging

    import django

    django.setup()
    from plays.models import SyncJob

    logging.disable(logging.CRITICAL)
    found: dict[str, Any] = {"pending": SyncJob.objects.pending().count()}
    if name == "few":
        _spread()
    found["sweep"] = _best(_sweep)
    _gather()
    found["claim"] = _best(_claim)
    if name == "many":
        found |= {"weekly": _best(_weekly), "aggregate": _best(_aggregate)}
    return found


def _best(work: Callable[[], object]) -> float:
    took = []
    for _ in range(TIMES + 1):  # the first makes the connection and the plans
        began = work_seconds()
        work()
        took.append(work_seconds() - began)
    return min(took[1:])


# --- The queue --------------------------------------------------------------------------------


def _live_docs() -> list[int]:
    """The mappings of live docs with a page."""
    from plays.models import PageMapping

    mapped = PageMapping.objects.filter(part="live_doc", page__isnull=False)
    return list(mapped.order_by("pk").values_list("pk", flat=True))


def _spread() -> None:
    """What waits is on as many pages as there are, not on half of them by chance."""
    from django.db import transaction

    from plays.models import SyncJob

    with transaction.atomic():
        jobs = SyncJob.objects.pending().order_by("pk").values_list("pk", flat=True)
        for job, mapping in zip(list(jobs), cycle(_live_docs())):
            SyncJob.objects.filter(pk=job).update(mapping=mapping)


def _gather() -> None:
    """`OF_A_PAGE` edits wait for the first live doc: its own, and from pages after it."""
    from plays.models import SyncJob

    first, *others = _live_docs()
    pending = SyncJob.objects.pending().order_by("mapping", "pk")
    missing = OF_A_PAGE - pending.filter(mapping=first).count()
    if missing > 0:
        more = list(pending.filter(mapping__in=others).values_list("pk", flat=True)[:missing])
        SyncJob.objects.filter(pk__in=more).update(mapping=first)


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

    mapping = PageMapping.objects.get(pk=_live_docs()[0])
    with transaction.atomic():
        with page_claim(mapping.page_id) as claim:
            assert claim
            jobs = _due_jobs(claim.page, Site.current())[:OF_A_PAGE]
            assert len(jobs) == OF_A_PAGE, len(jobs)
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
    print("{many:,} edits wait beside {few:,}".format_map(found.pop("pending")))
    for name, row in found.items():
        ms, beside = row["seconds"] * 1e3, row["beside"] * 1e3
        print(f"{name:<12}{ms:9.1f} ms beside {beside:9.1f}: {row['ratio']:.2f}")


if __name__ == "__main__":
    main()
