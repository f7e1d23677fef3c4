"""Which edits are missing from a page although nothing says that they are still to come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from plays.models import Action, SyncJob
from plays.models.job import JobState
from plays.models.weekly import FindingKind
from plays.rules.planner import Kind
from plays.sync.chunks import in_chunks
from plays.sync.weekly.differences import Difference
from plays.sync.weekly.page_reads import PageRead


def truly_absent(
    keys: Iterable[str], kind: Kind, *, seen_at: datetime
) -> Iterator[tuple[Action, SyncJob | None]]:
    """Of the actions with these log ids those whose edit was on its page, or was never enqueued.

    What waits comes by itself, what failed or was canceled is a person's, and what was written
    after the page was seen is there by now.
    """
    keys = list(keys)
    jobs = newest_jobs(keys, kind)
    for key, action in actions_of(keys).items():
        job = jobs.get(key)
        if job is None or (job.state == JobState.SYNCED and _settled_before(job, seen_at)):
            yield action, job


def newest_jobs(keys: Iterable[str], kind: Kind) -> dict[str, SyncJob]:
    """The last job of each key: it says how the edit stands."""
    jobs: dict[str, SyncJob] = {}
    for chunk in in_chunks(keys):
        for job in SyncJob.objects.filter(kind=kind, key__in=chunk).order_by("pk"):
            jobs[job.key] = job
    return jobs


def actions_of(keys: Iterable[str]) -> dict[str, Action]:
    """The actions with these log ids, with their Play, in the order in which they were logged."""
    actions: dict[str, Action] = {}
    for chunk in in_chunks(keys):
        found = Action.objects.filter(log_id__in=chunk).select_related("play").order_by("pk")
        actions |= {action.log_id: action for action in found}
    return actions


def missing(seen: PageRead, action: Action) -> Difference:
    return Difference(
        kind=FindingKind.MISSING,
        page=seen.page,
        play=action.play,
        action=action,
        key=action.log_id,
        expected=action.title,
    )


def _settled_before(job: SyncJob, moment: datetime) -> bool:
    return job.settled_at is None or job.settled_at < moment
