"""`/api/jobs`: edits that are owed to pages, why they wait or failed, and trying them again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema
from pydantic import ConfigDict, model_validator

from plays.advice import in_words
from plays.api.access import ACTS
from plays.api.answers import PAGE_SIZE, Cursor, JobId, Limit, Text, Try
from plays.api.api import reads
from plays.api.cursors import cursor_of, key_value, values_of
from plays.api.once import IdempotencyKey, once
from plays.api.plays import find_play
from plays.models import SyncJob
from plays.models.job import JobKind, Stage, SyncJobQuerySet
from plays.models.mapping import PartChoice
from plays.sync.jobs.retrying import RETRYABLE, retry_jobs

router = Router(tags=["Jobs"])
TRIES = 20
MOST_IDS = 500
RELATED = ("play", "action", "mapping__page", "written_to")


class JobLine(Schema):
    """`stage` is how far it is; `error` is the last try's, `means` and `next` say it in words."""

    id: int
    kind: str
    key: str
    play_id: str
    log_id: str | None
    part: str
    page_id: str | None
    page_url: str | None
    stage: str
    failures: int
    error: str
    means: str
    next: str
    message: str
    owed_since: datetime
    due_at: datetime
    settled_at: datetime | None


class JobDetail(JobLine):
    """`tries`: the newest first, at most 20."""

    tries: list[Try]


class JobList(Schema):
    items: list[JobLine]
    next_cursor: str | None


class JobFilter(Schema):
    """Which jobs: what is named must all fit."""

    stage: Stage | None = None
    play: Text | None = None
    kind: JobKind | None = None
    part: PartChoice | None = None
    error: Text | None = Field(None, description="the error's name, such as PageNotFound")
    page_id: Text | None = None

    def narrow(self, jobs: SyncJobQuerySet) -> SyncJobQuerySet:
        """Raises Http404 for a Play that is not known."""
        wanted: dict[str, Any] = {
            "kind": self.kind,
            "mapping__part": self.part,
            "last_error": self.error,
            "mapping__page__page_id": self.page_id,
            "play": find_play(self.play) if self.play else None,
        }
        jobs = jobs.filter(**{name: value for name, value in wanted.items() if value})
        return jobs.at(self.stage) if self.stage else jobs


class RetryOrder(JobFilter):
    """Which jobs to try again: at least one of the filter's fields or `ids`."""

    model_config = ConfigDict(extra="forbid")

    ids: list[JobId] | None = Field(None, max_length=MOST_IDS)
    reason: str = Field("", max_length=1_000, pattern=r"^[^\x00]*$")
    dry_run: bool = False

    @model_validator(mode="after")
    def names_something(self) -> RetryOrder:
        """Nobody retries everything by leaving something out."""
        if not self.chosen():
            raise ValueError("name at least one of stage, play, kind, part, error, page_id, ids")
        return self

    def chosen(self) -> dict[str, Any]:
        """What was named, for the audit trail."""
        return self.model_dump(mode="json", exclude={"reason", "dry_run"}, exclude_none=True)


class Retried(Schema):
    """`retried`: how many are tried now (in a dry run: would be). What is synced stays."""

    retried: int
    dry_run: bool


class JobRetried(Schema):
    """`retried` is false for a job that is synced: it stays."""

    retried: bool
    job: JobLine


@reads(router, "", JobList, operation_id="list_jobs", summary="Jobs, newest first")
def list_jobs(
    request: HttpRequest,
    wanted: Annotated[JobFilter, Query()],
    limit: Limit = PAGE_SIZE,
    cursor: Cursor = None,
) -> JobList:
    jobs = wanted.narrow(SyncJob.objects.all()).order_by("-pk")
    if cursor:
        jobs = jobs.filter(pk__lt=values_of(cursor, key_value)[0])
    found = list(jobs.select_related(*RELATED)[: limit + 1])
    return JobList(
        items=[_line(job) for job in found[:limit]],
        next_cursor=cursor_of(found[limit - 1].pk) if len(found) > limit else None,
    )


@reads(router, "/{int:job_id}", JobDetail, operation_id="get_job", summary="One job and its tries")
def get_job(request: HttpRequest, job_id: JobId) -> JobDetail:
    job = _job(job_id)
    tries = [
        Try(
            at=attempt.started_at,
            outcome=attempt.outcome,
            http_status=attempt.http_status,
            error=attempt.error,
            message=attempt.message,
            calls=attempt.calls,
            duration_ms=attempt.duration_ms,
        )
        for attempt in job.attempts[:TRIES]
    ]
    return JobDetail(**_line(job).model_dump(), tries=tries)


@router.post(
    "/{int:job_id}/retry",
    auth=ACTS,
    response={200: JobRetried},
    operation_id="retry_job",
    summary="Try one job now",
)
def retry_job(request: HttpRequest, job_id: JobId, key: IdempotencyKey = None) -> HttpResponse:
    """Its failures are forgotten; the worker writes it soon after."""

    def act() -> JobRetried:
        _job(job_id)
        retried = retry_jobs(SyncJob.objects.filter(pk=job_id), by=None)
        return JobRetried(retried=bool(retried), job=_line(_job(job_id)))

    return once(request, key, act)


@router.post(
    "/retry",
    auth=ACTS,
    response={200: Retried},
    operation_id="retry_jobs",
    summary="Try all jobs that fit now",
)
def retry_many(request: HttpRequest, order: RetryOrder, key: IdempotencyKey = None) -> HttpResponse:
    """Failures are forgotten; the workers write them soon after. What is synced stays."""

    def act() -> Retried:
        jobs = order.narrow(SyncJob.objects.all())
        if order.ids is not None:
            jobs = jobs.filter(pk__in=order.ids)
        if order.dry_run:
            count = jobs.filter(state__in=RETRYABLE).count()
        else:
            count = retry_jobs(jobs, by=None, reason=order.reason, chosen=order.chosen())
        return Retried(retried=count, dry_run=order.dry_run)

    return once(request, key, act)


def _job(pk: int) -> SyncJob:
    job = SyncJob.objects.select_related(*RELATED).filter(pk=pk).first()
    if job is None:
        raise Http404(f"there is no job {pk}")
    return job


def _line(job: SyncJob) -> JobLine:
    page, (means, do_next) = job.written_to or job.mapping.page, in_words(job.last_error)
    return JobLine(
        id=job.pk,
        kind=job.kind,
        key=job.key,
        play_id=job.play.play_id,
        log_id=job.action.log_id if job.action else None,
        part=job.mapping.part,
        page_id=page.page_id if page else None,
        page_url=page.url if page else None,
        stage=job.stage.value,
        failures=job.failures,
        error=job.last_error,
        means=means,
        next=do_next,
        message=job.last_message,
        owed_since=job.created_at,
        due_at=job.run_after,
        settled_at=job.settled_at,
    )
