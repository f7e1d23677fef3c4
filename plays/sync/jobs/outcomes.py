"""What a try came to, for its jobs. All of it happens behind `locked` rows of the page and its
jobs, and only to jobs that are still on that page.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from plays import storage
from plays.confluence import ConfluenceError
from plays.models import Page, SyncJob
from plays.models.job import JobState
from plays.rules.retry import AskPerson, Remedy, TryAgain, decide
from plays.sync.chunks import in_chunks
from plays.sync.jobs.locking import locked
from plays.sync.jobs.transitions import JobVerb, Seen, change
from plays.sync.site.remedies import policy, state_of

log = logging.getLogger(__name__)


def complete(jobs: Iterable[SyncJob], *, page: int | None, written_to: Page, now: datetime) -> None:
    """The edits are on `written_to`. `jobs` are as they were when they were read, on the page with
    primary key `page`; those that were enqueued again or moved since then stay pending.
    """
    by_revision = sorted(jobs, key=lambda job: job.revision)
    for revision, same in groupby(by_revision, key=lambda job: job.revision):
        change(
            JobVerb.COMPLETE,
            [job.pk for job in same],
            seen=Seen(page, revision),
            settled_at=now,
            written_to=written_to,
            failing_since=None,
            last_error="",
            last_message="",
        )


def record_failure(page: Page, jobs: Sequence[SyncJob], error: ConfluenceError) -> None:
    """A try failed; it is not decided yet what becomes of its jobs."""
    change(JobVerb.RECORD_FAILURE, _pks(jobs), seen=Seen(page.pk), **_words(error))


def fail(
    page: Page,
    jobs: Sequence[SyncJob],
    error: ConfluenceError | storage.EditError,
    *,
    now: datetime,
) -> None:
    """A person is asked."""
    change(
        JobVerb.FAIL,
        _pks(jobs),
        seen=Seen(page.pk),
        settled_at=now,
        **_one_more(now),
        **_words(error),
    )
    _tell_failed(page, jobs, error)


def _tell_failed(
    page: Page, jobs: Iterable[SyncJob], error: ConfluenceError | storage.EditError
) -> None:
    """A line per job: each is something that a person must see to."""
    for chunk in in_chunks(_pks(jobs)):
        rows = SyncJob.objects.filter(pk__in=chunk, state=JobState.FAILED).order_by("pk")
        for row in rows.values("pk", "kind", "key", "play__play_id", "action__event__event_id"):
            facts = {
                "job": row["pk"],
                "kind": row["kind"],
                "key": row["key"],
                "play": row["play__play_id"],
                "event": row["action__event__event_id"],
                "page": page.page_id,
                "error": type(error).__name__,
            }
            words = (row["pk"], row["key"], page.page_id, type(error).__name__, error)
            log.warning("job %s (%s) needs a person: page %s, %s: %s", *words, extra=facts)


def postpone(page: Page, jobs: Sequence[SyncJob], error: ConfluenceError, remedy: Remedy) -> None:
    """A claim ended with `error`: its jobs wait for a later time, or a person is asked.

    Jobs that failed together come back together: they cost one read and one write then too.
    """
    now = timezone.now()
    spread = random.random()  # noqa: S311 - spreads the pages' waits, keeps no secret
    with locked([page.pk], _pks(jobs)):
        for history, same in _by_history(jobs, error).items():
            decision = decide(
                remedy,
                failures=history.failures,
                same_failures=history.same_failures,
                failing_since=history.failing_since,
                now=now,
                policy=policy(),
                spread=spread,
            )
            if isinstance(decision, AskPerson):
                fail(page, same, error, now=now)
                _blame_page(page, error)
            else:
                _delay(page, same, decision, history, error, now)


class _History(NamedTuple):
    """What a job has been through, the claim that just ended included."""

    failures: int
    same_failures: int
    failing_since: datetime | None


def _by_history(jobs: Iterable[SyncJob], error: ConfluenceError) -> dict[_History, list[SyncJob]]:
    """`jobs` are as they were when the claim began, so their last error is the claim's before."""
    alike: dict[_History, list[SyncJob]] = {}
    for job in jobs:
        same = job.same_failures + 1 if job.last_error == type(error).__name__ else 1
        history = _History(job.failures + 1, same, job.failing_since)
        alike.setdefault(history, []).append(job)
    return alike


def _delay(
    page: Page,
    jobs: Sequence[SyncJob],
    decision: TryAgain,
    history: _History,
    error: ConfluenceError,
    now: datetime,
) -> None:
    counted = _one_more(now) if decision.counts else {}
    if decision.counts:
        counted["same_failures"] = history.same_failures
    values = {"run_after": decision.at, **counted, **_words(error)}
    change(JobVerb.POSTPONE, _pks(jobs), seen=Seen(page.pk), **values)


def _one_more(now: datetime) -> dict[str, Any]:
    return {
        "failures": F("failures") + 1,
        "failing_since": Coalesce("failing_since", Value(now)),
    }


def _blame_page(page: Page, error: ConfluenceError) -> None:
    if state := state_of(error):
        page.state, page.state_reason = state, str(error)
        page.save(update_fields=["state", "state_reason"])


def _words(error: ConfluenceError | storage.EditError) -> dict[str, str]:
    return {"last_error": type(error).__name__, "last_message": str(error)}


def _pks(jobs: Iterable[SyncJob]) -> list[int]:
    return [job.pk for job in jobs]
