"""What a try came to, written down: in one transaction the attempt, the page and its jobs.

Whoever changes jobs of a page locks the page's row first, then the jobs by their primary key, so
that nobody waits in a circle. Only what is read behind these locks is sure: PostgreSQL looks again
at a row that it waited for, but not at what a subquery had found about it before.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from plays import storage
from plays.confluence import ConfluenceError, PageNotCurrent
from plays.models import Page, SyncJob
from plays.models.job import JobState, SyncJobQuerySet
from plays.models.page import PageState
from plays.rules.retry import AskPerson, Remedy, TryAgain, decide
from plays.sync.site.remedies import PAGE_STATES, policy
from plays.sync.writing.attempt import Try

CHUNK = 500


def settle(result: Try) -> None:
    """After a try that went well: its jobs are synced, those whose edit cannot be made failed."""
    now = timezone.now()
    done = [job for job in result.jobs if job.pk not in result.problems]
    with transaction.atomic():
        _lock(result.attempt.page, result.jobs)
        result.attempt.save()
        _remember_page(result, now)
        _set_synced(result.attempt.page, done, now)
        for job in result.jobs:
            if job.pk in result.problems:
                _fail(result.attempt.page, [job], result.problems[job.pk], now)


def note(result: Try) -> None:
    """After a try that failed, while it is not yet decided what becomes of its jobs."""
    page = result.attempt.page
    with transaction.atomic():
        _lock(page, result.jobs)
        result.attempt.save()
        for jobs in _owed_to(page, result.jobs):
            jobs.update(**_words(result.error))


def postpone(page: Page, jobs: Sequence[SyncJob], error: ConfluenceError, remedy: Remedy) -> None:
    """A claim ended with `error`: its jobs wait for a later time, or a person is asked.

    Jobs that failed together come back together: they cost one read and one write then too.
    """
    now = timezone.now()
    spread = random.random()  # noqa: S311 - spreads the pages' waits, keeps no secret
    with transaction.atomic():
        _lock(page, jobs)
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
                _fail(page, same, error, now)
                _blame_page(page, error)
            else:
                _delay(page, same, decision, history, error, now)


def _lock(page: Page, jobs: Sequence[SyncJob]) -> None:
    Page.objects.select_for_update(no_key=True).get(pk=page.pk)
    for pks in _chunks(sorted(jobs, key=lambda job: job.pk)):
        SyncJob.objects.filter(pk__in=pks).lock()


def _owed_to(page: Page, jobs: Sequence[SyncJob]) -> Iterator[SyncJobQuerySet]:
    """Those of `jobs` that are still owed to this page: their mapping may have moved meanwhile."""
    for pks in _chunks(jobs):
        yield SyncJob.objects.pending().on(page).filter(pk__in=pks)


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


def _remember_page(result: Try, now: datetime) -> None:
    read = result.read
    assert read is not None  # noqa: S101 - a try that went well has read the page
    page = result.attempt.page
    wrong = next(iter(result.problems.values()), None)
    page.title, page.url = read.title[:300], read.url[:2000]
    page.version, page.body_size = result.version_after, result.size_after
    page.state = PageState.WRONG_SHAPE if wrong else PageState.OK
    page.state_reason = str(wrong) if wrong else ""
    page.read_at = now
    page.interruptions = 0
    fields = ["title", "url", "version", "body_size", "state", "state_reason", "read_at"]
    if result.outcome == result.outcome.WRITTEN:
        page.written_at = now
        fields.append("written_at")
    page.save(update_fields=[*fields, "interruptions"])


def _set_synced(page: Page, jobs: Iterable[SyncJob], now: datetime) -> None:
    """Only what the write saw: a job owed again or moved to another page meanwhile stays owed."""
    by_revision = sorted(jobs, key=lambda job: job.revision)
    for revision, same in groupby(by_revision, key=lambda job: job.revision):
        for owed in _owed_to(page, list(same)):
            owed.filter(revision=revision).update(
                state=JobState.SYNCED,
                settled_at=now,
                written_to=page,
                failing_since=None,
                last_error="",
                last_message="",
            )


def _fail(
    page: Page,
    jobs: Sequence[SyncJob],
    error: ConfluenceError | storage.EditError,
    now: datetime,
) -> None:
    for owed in _owed_to(page, jobs):
        owed.update(state=JobState.FAILED, settled_at=now, **_one_more(now), **_words(error))


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
    for owed in _owed_to(page, jobs):
        owed.update(run_after=decision.at, **counted, **_words(error))


def _one_more(now: datetime) -> dict[str, Any]:
    return {
        "failures": F("failures") + 1,
        "failing_since": Coalesce("failing_since", Value(now)),
    }


def _blame_page(page: Page, error: ConfluenceError) -> None:
    if isinstance(error, PageNotCurrent):
        known = {"archived": PageState.ARCHIVED, "trashed": PageState.TRASHED}
        page.state = known.get(error.page_status, PageState.MISSING)
    elif type(error) in PAGE_STATES:
        page.state = PAGE_STATES[type(error)]
    else:
        return
    page.state_reason = str(error)
    page.save(update_fields=["state", "state_reason"])


def _words(error: ConfluenceError | storage.EditError | None) -> dict[str, str]:
    return {"last_error": type(error).__name__, "last_message": str(error)}


def _chunks(jobs: Sequence[SyncJob]) -> Iterable[list[int]]:
    for start in range(0, len(jobs), CHUNK):
        yield [job.pk for job in jobs[start : start + CHUNK]]
