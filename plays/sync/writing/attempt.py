"""One try at writing one page: one read, the edits, and one write if anything differs."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from plays import confluence, storage
from plays.confluence import Confluence, ConfluenceError
from plays.models import Page, PageMapping, SyncAttempt, SyncJob
from plays.models.attempt import Outcome
from plays.sync.site import pages
from plays.sync.writing import log_rollover, spans
from plays.sync.writing.edits import edits_for

OUR_MESSAGE = "Play sync: "


@dataclass(kw_only=True)
class Try:
    """What one try came to. `problems`: edits that this page cannot take, by their job."""

    attempt: SyncAttempt
    jobs: Sequence[SyncJob]
    outcome: Outcome = Outcome.RUNNING
    error: ConfluenceError | None = None
    read: confluence.Page | None = None
    problems: dict[int, storage.EditError] = field(default_factory=dict)
    version_after: int | None = None
    size_after: int | None = None

    @property
    def is_well(self) -> bool:
        return self.error is None


def try_once(
    client: Confluence,
    page: Page,
    jobs: Sequence[SyncJob],
    *,
    tokens: Sequence[str] = (),
    read: confluence.Page | None = None,
) -> Try:
    """Make the page say what `jobs` owe it. Errors of Confluence are in the result, not raised.

    `tokens` are those of writes with an unknown outcome: one in the page's version message says
    that the write had landed. `read` is the page where the caller has just read it. The attempt's
    row is there before anything is sent, so that a try that kills its worker is seen.
    """
    started, calls = time.monotonic(), client.calls
    result = Try(attempt=_open_attempt(page, jobs), jobs=jobs)
    try:
        _read_edit_write(client, page, result, tokens, read)
    except ConfluenceError as error:
        result.error = error
        conflict = isinstance(error, confluence.VersionConflict)
        result.outcome = Outcome.CONFLICT if conflict else Outcome.ERROR
    _fill_attempt(result, calls=client.calls - calls, seconds=time.monotonic() - started)
    return result


def is_ours(version: confluence.Version) -> bool:
    """Whether one of our own writes made this version."""
    return version.message.startswith(OUR_MESSAGE)


def _read_edit_write(
    client: Confluence,
    page: Page,
    result: Try,
    tokens: Sequence[str],
    read: confluence.Page | None,
) -> None:
    sealed = log_rollover.seal_previous(client, page)
    read = read or pages.read(client, page)
    result.read = read
    result.version_after, result.size_after = read.version.number, len(read.body)
    result.jobs = _still_owed_here(page, [job for job in result.jobs if job.pk not in sealed])
    fitting = log_rollover.fitting(read.body, result.jobs)
    if result.jobs and not fitting:
        log_rollover.begin_next(client, page, read)
        result.jobs, result.outcome = [], Outcome.CONTINUED
        return
    result.jobs = fitting
    applied = _apply(read, result)
    if applied is None or applied.body == read.body:
        landed = any(token in read.version.message for token in tokens)
        result.outcome = Outcome.LANDED if landed else Outcome.UNCHANGED
        return
    number = read.version.number + 1
    saved = client.update_page(
        page.page_id,
        title=read.title,
        body=applied.body,
        version=number,
        message=_message(result, applied),
        minor_edit=True,  # watchers are not mailed for every row
    )
    _refuse_restored(page, saved, number)
    result.outcome = Outcome.WRITTEN
    result.version_after, result.size_after = saved.number, len(applied.body)


def _refuse_restored(page: Page, saved: confluence.Version, number: int) -> None:
    """A page that somebody put into the trash since it was read is restored by a write, which
    then ignores the text (REST v2, "Update page"). Only the version says so: it did not grow.
    """
    if saved.number != number:
        raise confluence.ImplausibleAnswer(
            f"version {number} was sent, and version {saved.number} is there",
            method="PUT",
            path=f"page {page.page_id}",
            sent=True,
        )


def _still_owed_here(page: Page, jobs: Sequence[SyncJob]) -> list[SyncJob]:
    """Without jobs whose mapping has moved to another page since they were loaded."""
    here = set(PageMapping.objects.filter(page=page).values_list("pk", flat=True))
    return [job for job in jobs if job.mapping_id in here]


def _apply(read: confluence.Page, result: Try) -> storage.Applied | None:
    """The edited body; None where the page as a whole cannot be edited."""
    edits = edits_for(result.jobs, now=timezone.now())
    try:
        applied = storage.apply_edits(read.body, edits)
        storage.check_skeleton(read.body, applied.body)
    except storage.EditError as problem:
        result.problems = {job.pk: problem for job in result.jobs}
        return None
    result.problems = {
        job.pk: outcome.problem
        for job, outcome in zip(result.jobs, applied.outcomes, strict=True)
        if outcome.problem
    }
    return applied


def _open_attempt(page: Page, jobs: Sequence[SyncJob]) -> SyncAttempt:
    attempt = SyncAttempt.objects.create(
        page=page, started_at=timezone.now(), token=uuid.uuid4().hex[:12], job_count=len(jobs)
    )
    spans.carry(attempt, jobs)
    return attempt


def _message(result: Try, applied: storage.Applied) -> str:
    changed = sum(outcome.changed for outcome in applied.outcomes)
    return f"{OUR_MESSAGE}{changed} edit{'s' * (changed != 1)} · {result.attempt.token}"


def _fill_attempt(result: Try, *, calls: int, seconds: float) -> None:
    attempt, error = result.attempt, result.error
    attempt.outcome = result.outcome
    attempt.calls = calls
    attempt.duration_ms = round(seconds * 1000)
    attempt.version_before = result.read.version.number if result.read else None
    attempt.version_after = result.version_after if error is None else None
    if error is not None:
        attempt.http_status = error.status
        attempt.error = type(error).__name__
        attempt.message = error.message or error.means
        attempt.request_id = error.request_id
    elif result.problems:
        attempt.error = type(next(iter(result.problems.values()))).__name__
        attempt.message = "\n".join(sorted({str(p) for p in result.problems.values()}))
