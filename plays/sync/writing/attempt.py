"""One try at writing one page, step by step: one read, the edits, one write if anything differs;
and what is kept of it.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils import timezone

from plays import confluence, storage
from plays.confluence import Confluence, ConfluenceError, meanwhile
from plays.models import AttemptSpan, Page, SyncAttempt, SyncJob
from plays.models.attempt import Outcome
from plays.models.job import LOG_KINDS
from plays.storage import Foreign
from plays.sync import log_ids
from plays.sync.chunks import in_chunks
from plays.sync.inserting import insert
from plays.sync.layouts.guidance import Guidances, guidance_for
from plays.sync.site import log_stop, pages
from plays.sync.writing.edits import edits_for
from plays.sync.writing.kept import forget_outdated

OUR_MESSAGE = "Play sync: "
MOST_JOBS = 50  # that a line of the log names; the attempt's own page has the others

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Try:
    """What one try came to so far: every step makes a new one of it.

    `edits`: what the page should say, by job. `problems`: edits that this page cannot take, by
    their job. `guidance`: with what its tables were recognised. `then`: the steps of the try that
    must follow before anything else is tried.
    """

    attempt: SyncAttempt
    jobs: Sequence[SyncJob]
    edits: Callable[[], Mapping[int, storage.Edit]]
    outcome: Outcome = Outcome.RUNNING
    error: ConfluenceError | None = None
    read: confluence.Page | None = None
    problems: Mapping[int, storage.EditError] = field(default_factory=dict)
    guidance: Guidances = field(default_factory=dict)
    applied: storage.Applied | None = None
    version_after: int | None = None
    size_after: int | None = None
    then: tuple[Step, ...] = ()

    @property
    def page_read(self) -> confluence.Page:
        """What the step `read_page` has read."""
        assert self.read is not None  # noqa: S101 - the order of the steps
        return self.read


@dataclass(frozen=True, kw_only=True)
class Target:
    """The page that tries are about.

    `tokens` are those of writes with an unknown outcome: one in the page's version message says
    that the write had landed.
    """

    client: Confluence
    page: Page
    tokens: Sequence[str] = ()


Step = Callable[[Target, Try], Try]


def make_try(
    target: Target,
    jobs: Sequence[SyncJob],
    steps: Iterable[Step],
    *,
    read: confluence.Page | None = None,
    after: Try | None = None,
) -> Try:
    """Take the steps, one after the other. Errors of Confluence are in the result, not raised.

    `read` is the page where the caller has just read it, `after` the try that this one goes on
    from. The attempt's row is there before anything is sent, so that a try that kills its worker
    is seen. What the edits need is asked while Confluence answers the first call; a job that is
    enqueued again since it was loaded stays pending, so that no answer is too old.
    """
    started, calls = time.monotonic(), target.client.calls
    attempt = SyncAttempt.objects.create(
        page=target.page,
        started_at=timezone.now(),
        token=uuid.uuid4().hex[:12],
        job_count=len(jobs),
    )
    with meanwhile(partial(_carried_edits, attempt, jobs)) as edits:
        result = Try(attempt=attempt, jobs=jobs, edits=edits, read=read)
        if after:
            result = replace(
                result,
                read=after.read,
                version_after=after.version_after,
                size_after=after.size_after,
            )
        try:
            for step in steps:
                result = step(target, result)
        except ConfluenceError as error:
            conflict = isinstance(error, confluence.VersionConflict)
            outcome = Outcome.CONFLICT if conflict else Outcome.ERROR
            result = replace(result, error=error, outcome=outcome, then=())
    calls = target.client.calls - calls
    _fill_attempt(result, calls=calls, seconds=time.monotonic() - started)
    _tell(result.attempt, target.page, result.jobs)
    return result


def read_page(target: Target, result: Try) -> Try:
    """The page as it is, unless it was just read."""
    read = result.read or pages.read(target.client, target.page)
    return replace(result, read=read, version_after=read.version.number, size_after=len(read.body))


def keep_pending(target: Target, result: Try) -> Try:
    """Without jobs that were settled, or whose mapping moved to another page, since they were
    loaded: a row that was found on a log's page before must not be written to this one too.
    """
    pending = SyncJob.objects.pending().on(target.page)
    pending = pending.order_by()
    chunks = in_chunks([job.pk for job in result.jobs])
    here = {
        pk for chunk in chunks for pk in pending.filter(pk__in=chunk).values_list("pk", flat=True)
    }
    return replace(result, jobs=[job for job in result.jobs if job.pk in here])


def mind_the_log(target: Target, result: Try) -> Try:
    """Without rows and entries where the page was written by another database than ours."""
    if not log_ids.notice(target.page, result.page_read.body):
        return result
    return replace(result, jobs=[job for job in result.jobs if job.kind not in LOG_KINDS])


def edit(target: Target, result: Try) -> Try:
    """Make the edits in memory; a page that cannot be edited as a whole has all jobs' problem.

    A row or entry of another event under an id that we never wrote stops the log: what else has
    a log id waits, and goes when a person has had the pages compared with the database.
    """
    made = _edited(target, result)
    if made.problems:
        _refuse_older(target.page, result.page_read)
    strange = [p for p in made.problems.values() if isinstance(p, Foreign) and not p.was_written]
    if not strange:
        return made
    log_stop.stop(f"{target.page}: {strange[0]}")
    left = [j for j in result.jobs if j.pk in made.problems or j.kind not in LOG_KINDS]
    return _edited(target, replace(result, jobs=left))


def _refuse_older(page: Page, read: confluence.Page) -> None:
    """No problem is one of a page that was read as it was before: at Confluence's edge a read may
    lag behind, and the table or heading may have been made meanwhile.
    """
    if page.version is not None and read.version.number < page.version:
        raise confluence.ImplausibleAnswer(
            f"version {read.version.number} was read, and version {page.version} was there before",
            path=f"page {page.page_id}",
        )


def _edited(target: Target, result: Try) -> Try:
    wanted = result.edits()
    edits = [wanted[job.pk] for job in result.jobs]
    result = replace(result, guidance=result.guidance or _guidance(target, edits))
    try:
        applied = storage.apply_edits(result.page_read.body, edits, result.guidance)
        storage.check_skeleton(result.page_read.body, applied.body)
    except storage.EditError as problem:
        return replace(result, problems={job.pk: problem for job in result.jobs})
    problems = {
        job.pk: outcome.problem
        for job, outcome in zip(result.jobs, applied.outcomes, strict=True)
        if outcome.problem
    }
    return replace(result, applied=applied, problems=problems)


def save(target: Target, result: Try) -> Try:
    """Write the page, if anything on it differs."""
    read, applied = result.page_read, result.applied
    if applied is None or applied.body == read.body:
        landed = any(token in read.version.message for token in target.tokens)
        return replace(result, outcome=Outcome.LANDED if landed else Outcome.UNCHANGED)
    number = read.version.number + 1
    saved = target.client.update_page(
        target.page.page_id,
        title=read.title,
        body=applied.body,
        version=number,
        message=_message(result, applied),
        minor_edit=True,  # watchers are not mailed for every row
    )
    _refuse_restored(target.page, saved, number)
    return replace(
        result,
        outcome=Outcome.WRITTEN,
        version_after=saved.number,
        size_after=len(applied.body),
    )


PAGE_STEPS: tuple[Step, ...] = (read_page, keep_pending, mind_the_log, edit, save)


def is_ours(version: confluence.Version) -> bool:
    """Whether one of our own writes made this version."""
    return version.message.startswith(OUR_MESSAGE)


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


def _guidance(target: Target, edits: Sequence[storage.Edit]) -> Guidances:
    """What helps to recognise the page's tables; nothing where no row is written."""
    has_rows = any(isinstance(edit, storage.UpsertRow) for edit in edits)
    return guidance_for(target.page) if has_rows else {}


def _carried_edits(attempt: SyncAttempt, jobs: Sequence[SyncJob]) -> dict[int, storage.Edit]:
    """The jobs' edits, once it is noted that the try carries them."""
    with transaction.atomic():
        were_tried = carry(attempt, jobs)
    edits = edits_for(jobs, now=timezone.now(), were_tried=were_tried)
    forget_outdated(edits)  # at once: what a person keeps while Confluence answers is none of it
    return {job.pk: edit for job, edit in zip(jobs, edits, strict=True)}


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


def carry(attempt: SyncAttempt, jobs: Sequence[SyncJob]) -> bool:
    """Note that a try, the newest of its page, carries `jobs`, in as few rows as tell it. Returns
    whether a try carried any of them before.

    The caller has claimed the page, so no other try comes between.
    """
    were_tried = False
    for chunk in in_chunks(job.pk for job in jobs):
        spans = AttemptSpan.objects.filter(job__in=chunk)
        going_on: set[int] = set()
        if spans.exists():
            were_tried, going_on = True, _go_on(attempt, spans)
        insert(
            AttemptSpan(job_id=pk, page_id=attempt.page_id, first=attempt.pk, last=attempt.pk)
            for pk in chunk
            if pk not in going_on
        )
    return were_tried


def _go_on(attempt: SyncAttempt, spans: QuerySet[AttemptSpan]) -> set[int]:
    """Those of `spans` that reach to the page's try before `attempt` reach to it now. Returns
    their jobs' primary keys."""
    before = SyncAttempt.objects.filter(page=attempt.page_id, pk__lt=attempt.pk)
    spans = spans.filter(page=attempt.page_id, last=before.aggregate(last=Max("pk"))["last"])
    going_on = set(spans.values_list("job", flat=True))
    spans.update(last=attempt.pk, tries=F("tries") + 1)
    return going_on


def _tell(attempt: SyncAttempt, page: Page, jobs: Sequence[SyncJob]) -> None:
    """A line of the log: what the try came to. That a person is needed is said of each job, where
    that is decided.
    """
    facts = {
        "page": page.page_id,
        "attempt": attempt.pk,
        "outcome": str(attempt.outcome),
        "jobs": [job.pk for job in jobs[:MOST_JOBS]],
        "keys": [job.key for job in jobs[:MOST_JOBS]],
        "job_count": len(jobs),
        "calls": attempt.calls,
        "duration_ms": attempt.duration_ms,
        "version_before": attempt.version_before,
        "version_after": attempt.version_after,
        "http_status": attempt.http_status,
        "error": attempt.error,
        "confluence_request": attempt.request_id,
    }
    words = f"page {page.page_id}: {attempt.outcome}, {len(jobs)} edits, {attempt.duration_ms} ms"
    if attempt.error:
        words += f" ({attempt.error})"
    log.info("%s", words, extra=facts)
