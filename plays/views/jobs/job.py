"""One job: how it came to where it is, every try, and what a write would change now."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from plays.confluence import ConfluenceError
from plays.models import SyncJob
from plays.sync.jobs.retrying import CANCELABLE, RETRYABLE
from plays.sync.layouts.questions import told_to
from plays.sync.site.connection import connect
from plays.sync.writing.preview import page_of, preview
from plays.views.common.access import sees
from plays.views.common.render import paginate, render_page
from plays.views.jobs.timeline import timeline_of

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
        "asked": told_to(job),
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
