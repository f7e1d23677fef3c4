"""One job: how it came to where it is, every try, and what a write would change now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from plays.confluence import ConfluenceError
from plays.models import AuditEntry, Event, SyncAttempt, SyncJob
from plays.models.audit import Verb
from plays.models.job import Stage
from plays.sync.jobs.retrying import CANCELABLE, RETRYABLE
from plays.sync.layouts.questions import told_to
from plays.sync.site.connection import connect
from plays.sync.writing.preview import page_of, preview
from plays.views.common.access import sees
from plays.views.common.render import paginate, render_page

RELATED = ("play", "mapping__page", "mapping__play", "action__event", "written_to")


@sees
@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponse:
    job = _job(pk)
    # A page gets all that is pending for it in one write, so a try may carry other jobs too.
    tries = job.attempts.select_related("page")
    context = {
        "job": job,
        "page": page_of(job),
        "timeline": timeline_of(job),
        "page_obj": paginate(tries, request),
        "asked": told_to(job.last_error, job.mapping),
        "is_retryable": job.state in RETRYABLE,
        "is_cancelable": job.state in CANCELABLE,
    }
    return render_page(request, "jobs/job.html", context)


@sees
@require_safe
def job_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Reads the page in Confluence, and only that."""
    job = _job(pk)
    page = page_of(job)
    context: dict[str, Any] = {"job": job, "page": page, "error": "", "words": "", "preview": None}
    if page is not None:
        try:
            context["preview"] = preview(connect(), page, job)
        except (ConfluenceError, ImproperlyConfigured) as error:
            context |= {"error": type(error).__name__, "words": str(error)}
    return render_page(request, "jobs/preview.html", context, part="jobs/_preview.html")


def _job(pk: int) -> SyncJob:
    return get_object_or_404(SyncJob.objects.select_related(*RELATED), pk=pk)


LAST_TRIES = 8
ENDS = (Stage.SYNCED, Stage.FAILED, Stage.CANCELED)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One moment: an event, a try, an act of a person, or none of them: `name` says which.

    `at` is None for what is still to come at no known time.
    """

    name: str
    at: datetime | None
    event: Event | None = None
    attempt: SyncAttempt | None = None
    act: AuditEntry | None = None
    is_ahead: bool = False


def timeline_of(job: SyncJob) -> list[Step]:
    """From the event to where the job is now; tries beyond the last few are one step."""
    now = timezone.now()
    past = [*_beginning(job), *_tries(job), *_acts(job)]
    return [*sorted(past, key=lambda step: step.at or now), _now(job, now)]


def _beginning(job: SyncJob) -> Iterator[Step]:
    if job.action:
        yield Step(name="event", at=job.action.event.received_at, event=job.action.event)
    yield Step(name="enqueued", at=job.created_at)


def _tries(job: SyncJob) -> Iterator[Step]:
    newest = list(job.attempts.order_by("-started_at", "-pk")[: LAST_TRIES + 1])
    for attempt in newest[LAST_TRIES:]:
        yield Step(name="earlier", at=attempt.started_at)
    for attempt in newest[:LAST_TRIES]:
        yield Step(name="try", at=attempt.started_at, attempt=attempt)


def _acts(job: SyncJob) -> Iterator[Step]:
    """What people did to this job alone, and the act that canceled it with others."""
    alone = Q(verb__in=(Verb.RETRY, Verb.CANCEL), target=f"{job.kind} {job.key}")
    wanted = alone & Q(play=job.play, at__gte=job.created_at)
    if job.settled_at:
        wanted |= Q(verb=Verb.CANCEL, at=job.settled_at)
    for entry in AuditEntry.objects.filter(wanted):
        yield Step(name="act", at=entry.at, act=entry)


def _now(job: SyncJob, now: datetime) -> Step:
    """Where the job is, or what it waits for."""
    if job.stage in ENDS:
        return Step(name="end", at=job.settled_at)
    if job.stage is Stage.UNMAPPED:
        return Step(name="unmapped", at=None, is_ahead=True)
    if job.run_after <= now:
        return Step(name="due", at=None, is_ahead=True)
    return Step(name="waits", at=job.run_after, is_ahead=True)
