"""A thousand events over 43 Plays: what they cost in calls and in time.

    python benchmarks/sync.py [EVENTS]

Everything runs on this machine: a SQLite file in a temporary folder, a sandbox, one process. The
other way to compare with is one read and one write an edit, as scripts do it that know no pages
as a whole; it is given the same editor, the same client and the same sandbox, and a sample of the
edits. Seconds depend on the machine; the ratios are what counts.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

from surroundings import connect_to, set_up

PLAYS, SAMPLE = 43, 200


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    with tempfile.TemporaryDirectory() as folder:
        set_up(Path(folder))
        from plays.sandbox import Sandbox

        with Sandbox() as sandbox:
            _run(sandbox, count)


def _run(sandbox, count: int) -> None:
    from plays.models import SyncJob
    from plays.sync.intake.receiving import record_all
    from plays.sync.writing.drain import drain
    from tests.processes.storm import make_events
    from tests.world import make_world

    connect_to(sandbox)
    world = make_world(sandbox)
    for number in range(PLAYS):
        world.add_play(f"EXT_Desk_D{number:02d}")
    events = make_events(list(world.live_docs), count)

    intake = _seconds(lambda: record_all(events))
    edits = SyncJob.objects.pending().count()
    sandbox.reset_calls()
    written = _seconds(drain)
    calls = len(sandbox.calls)
    world.assert_every_action_is_on_its_pages_once()
    one_by_one, their_calls = _one_by_one(world, SAMPLE)
    _print(count, edits, intake, written, calls, one_by_one, their_calls)


def _one_by_one(world, sample: int) -> tuple[float, int]:
    """Seconds and calls of `sample` edits, each with a read and a write of its own."""
    from django.utils import timezone

    from plays.models import SyncJob
    from plays.storage import apply_edits
    from plays.sync.site.connection import connect
    from plays.sync.writing.edits import edits_for

    page = world.sandbox.add_page("One by one", "<p>작업 이력</p>")
    jobs = list(SyncJob.objects.filter(kind="log_row").select_related("play", "action")[:sample])
    edits = edits_for(jobs, now=timezone.now())
    client = connect()
    before = client.calls

    def write() -> None:
        for edit in edits:
            read = client.get_page(page)
            client.update_page(
                page,
                title=read.title,
                body=apply_edits(read.body, [edit]).body,
                version=read.version.number + 1,
            )

    return _seconds(write), client.calls - before


def _seconds(work) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _print(count, edits, intake, written, calls, one_by_one, their_calls) -> None:
    ours, theirs = written / edits, one_by_one / SAMPLE
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{count:,} events over {PLAYS} Plays owe {edits:,} edits")
    print(f"intake             {intake:8.2f} s  {count / intake:8.0f} events/s")
    print(f"writing all        {written:8.2f} s  {calls:8,} calls, {calls / edits:.3f} an edit")
    print(f"one by one, {SAMPLE:,}    {one_by_one:8.2f} s  {their_calls:8,} calls, 2 an edit")
    print(f"calls an edit      {their_calls / SAMPLE / (calls / edits):8.1f} times fewer")
    print(f"time an edit       {theirs / ours:8.1f} times less")
    print(f"peak memory        {memory:8.0f} MiB, the sandbox included")


if __name__ == "__main__":
    main()
