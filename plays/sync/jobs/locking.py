"""The one way to lock jobs.

Rows are locked in one order, so that nobody waits in a circle: the site, Plays, mappings, pages,
jobs; within each by primary key. Whoever ends, moves or delays jobs locks the rows of their pages
before the jobs, so that a page's results, its mapping and its jobs change one after the other.
Whoever enqueues locks the Plays instead: no other process then enqueues for them.

Only what is read behind the locks is sure: PostgreSQL reads a row again that it waited for, but
not what a subquery had found about it before.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from django.db import IntegrityError, transaction

from plays.models import Page, Play, SyncJob
from plays.sync.chunks import in_chunks

CONFLICTS = 10
T = TypeVar("T")


@contextlib.contextmanager
def locked(pages: Iterable[int], jobs: Iterable[int]) -> Iterator[dict[int, str]]:
    """Lock pages, then jobs (primary keys) for the block, one transaction or savepoint.

    Gives the state of each job as it is behind the lock.
    """
    states: dict[int, str] = {}
    with transaction.atomic():
        for chunk in in_chunks(sorted(set(pages))):
            there = Page.objects.filter(pk__in=chunk).order_by("pk").select_for_update(no_key=True)
            list(there.values_list("pk"))
        for chunk in in_chunks(sorted(set(jobs))):
            rows = SyncJob.objects.filter(pk__in=chunk).order_by("pk")
            states |= dict(rows.select_for_update(no_key=True).values_list("pk", "state"))
        yield states


def lock_plays(plays: Iterable[int]) -> None:
    """Lock Plays (primary keys) until the transaction ends."""
    for chunk in in_chunks(sorted(set(plays))):
        rows = Play.objects.filter(pk__in=chunk).order_by("pk").select_for_update(no_key=True)
        list(rows.values_list("pk"))


def again_on_conflict(work: Callable[[], T]) -> T:
    """Do `work`, and again where somebody stored the same meanwhile (a job pending for the same
    edit, the same event).

    `work` looks at what is there and then changes it in a transaction or savepoint of its own.
    """
    for _ in range(CONFLICTS):
        with contextlib.suppress(IntegrityError):
            return work()
    return work()
