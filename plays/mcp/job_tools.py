"""Jobs as tools: how the sync is, what failed and why, a retry, what a write would change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from mcp.server import MCPServer

from plays.advice import in_words
from plays.mcp.tools import READS, STARTS, UNTRUSTED, UnknownId, add, cursor_after, span
from plays.models import SyncJob, WeeklySync
from plays.models.weekly import WeeklyState
from plays.storage import Line
from plays.sync.jobs.failures import Cause, causes
from plays.sync.jobs.retrying import retry_jobs
from plays.sync.operations.results import DIFFERENCE_LINES
from plays.sync.site.connection import connect
from plays.sync.status.system import system_status
from plays.sync.weekly import next_run
from plays.sync.writing.preview import page_of, preview

MOST_CAUSES = 50
IDS_PER_CAUSE = 5
TRIES = 5


@dataclass(frozen=True, kw_only=True)
class StatusAnswer:
    """`edits` by stage; `due` may be written now. `confluence`: open, or why it is left alone."""

    worker_at_work: bool
    edits: dict[str, int]
    due: int
    oldest_due: datetime | None
    confluence: str
    weekly_running: str
    next_weekly: datetime | None


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Failed jobs of one cause; `job_ids` are the newest of them."""

    error: str
    means: str
    part: str
    page_id: str
    kind: str
    jobs: int
    plays: int
    since: datetime
    job_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class FailureList:
    failures: list[Failure]
    total: int
    next_cursor: str


@dataclass(frozen=True, kw_only=True)
class TryLine:
    at: datetime
    outcome: str
    error: str
    message: str
    http_status: int | None


@dataclass(frozen=True, kw_only=True)
class JobAnswer:
    """`means` is what the error says, `next` what to do; `tries` the newest first."""

    job_id: int
    edit: str
    play_id: str
    stage: str
    page_id: str
    error: str
    means: str
    next: str
    message: str
    tries: list[TryLine]
    notice: str = UNTRUSTED


@dataclass(frozen=True, kw_only=True)
class Retried:
    """`before` is the job's stage; `changed` says whether it is tried again (or would be)."""

    job_id: int
    before: str
    after: str
    changed: bool
    dry_run: bool


@dataclass(frozen=True, kw_only=True)
class PreviewAnswer:
    """The lines that would go (`-`) and come (`+`); none where the page is right."""

    job_id: int
    version: int
    difference: list[str]
    more_lines: int
    goes_to_a_new_page: bool
    problem: str
    next: str
    notice: str = UNTRUSTED


def add_to(server: MCPServer[Any]) -> None:
    """Add them."""
    for reading in (sync_status, list_failures, explain_failure, preview_job):
        add(server, reading, READS)
    add(server, retry_job, STARTS)


def sync_status() -> StatusAnswer:
    """How the sync is: worker, edits by stage, Confluence as last seen, the weekly sync.

    Not verified: Confluence is not asked now; doctor does that.
    """
    now = timezone.now()
    status = system_status(now)
    site = status.confluence.site
    running = WeeklySync.objects.filter(state=WeeklyState.RUNNING).first()
    return StatusAnswer(
        worker_at_work=any(worker.is_alive for worker in status.workers),
        edits=status.queue.stages,
        due=status.queue.due,
        oldest_due=status.queue.oldest_due,
        confluence="open" if status.confluence.is_open else f"left alone: {site.error}",
        weekly_running=f"{running} · {running.done} of {running.total}" if running else "",
        next_weekly=next_run(),
    )


def list_failures(limit: int = 20, cursor: str = "") -> FailureList:
    """What was given up, by cause, the most jobs first.

    Not verified: whether the cause is still there.
    """
    start, end = span(limit, cursor, most=MOST_CAUSES)
    found = causes(SyncJob.objects.all())
    return FailureList(
        failures=[_failure(cause) for cause in found[start:end]],
        total=len(found),
        next_cursor=cursor_after(end, len(found)),
    )


def explain_failure(job_id: int) -> JobAnswer:
    """One job: which edit it is, how far, what went wrong, what to do next, its last tries.

    Not verified: whether the cause is still there; preview_job reads the page now.
    """
    job = _job(job_id)
    means, do_next = in_words(job.last_error)
    page = page_of(job)
    return JobAnswer(
        job_id=job.pk,
        edit=f"{job.kind} {job.key}",
        play_id=job.play.play_id,
        stage=job.stage.value,
        page_id=page.page_id if page else "",
        error=job.last_error,
        means=means,
        next=do_next,
        message=job.last_message,
        tries=[
            TryLine(
                at=attempt.started_at,
                outcome=attempt.outcome,
                error=attempt.error,
                message=attempt.message,
                http_status=attempt.http_status,
            )
            for attempt in job.attempts[:TRIES]
        ],
    )


def retry_job(job_id: int, dry_run: bool = False) -> Retried:
    """Have one job that failed or waits tried now; a synced one is left alone.

    Not verified: whether its cause is gone; the worker writes it soon after, see explain_failure.
    """
    job = _job(job_id)
    before = job.stage.value
    with transaction.atomic():
        found = SyncJob.objects.filter(pk=job.pk)
        changed = bool(retry_jobs(found, by=None, reason="asked for by an agent"))
        job = _job(job_id)
        transaction.set_rollback(dry_run)
    return Retried(
        job_id=job.pk, before=before, after=job.stage.value, changed=changed, dry_run=dry_run
    )


def preview_job(job_id: int) -> PreviewAnswer:
    """Read a job's page now and show what its edit would change; nothing is written.

    Not verified: other edits that are owed to the page are not in it.
    """
    job = _job(job_id)
    page = page_of(job)
    if page is None:
        raise UnknownId("no page is mapped for this job yet.", advice="A person maps the page.")
    seen = preview(connect(), page, job)
    lines = [f"{x.mark} {x.text}" for x in seen.text if isinstance(x, Line) and x.mark]
    return PreviewAnswer(
        job_id=job.pk,
        version=seen.version,
        difference=lines[:DIFFERENCE_LINES],
        more_lines=max(0, len(lines) - DIFFERENCE_LINES),
        goes_to_a_new_page=seen.is_full,
        problem=str(seen.problem or ""),
        next=in_words(seen.problem_name)[1],
    )


def _job(job_id: int) -> SyncJob:
    jobs = SyncJob.objects.select_related("play", "mapping__page", "written_to")
    job = jobs.filter(pk=job_id).first() if 0 < job_id < 2**63 else None
    if job is None:
        raise UnknownId(f"there is no job {job_id}.", advice="list_failures has job ids.")
    return job


def _failure(cause: Cause) -> Failure:
    jobs = SyncJob.objects.failed().filter(
        last_error=cause.error, kind=cause.kind, mapping__part=cause.part, mapping__page=cause.page
    )
    ids = jobs.order_by("-pk").values_list("pk", flat=True)[:IDS_PER_CAUSE]
    return Failure(
        error=cause.error,
        means=in_words(cause.error)[0],
        part=cause.part,
        page_id=cause.page.page_id if cause.page else "",
        kind=cause.kind,
        jobs=cause.jobs,
        plays=cause.plays,
        since=cause.first,
        job_ids=list(ids),
    )
