"""Jobs: what is owed to the pages, every try at it, and another try when a person asks."""

from __future__ import annotations

import re
from typing import cast

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from plays.forms import JobFilter
from plays.models import Play, SyncAttempt, SyncJob
from plays.models.job import STAGES, Stage, SyncJobQuerySet
from plays.sync.recovery import RETRYABLE, retry_jobs
from plays.views.access import RoleRequest, may_retry, sees
from plays.views.screen import Tab, back, leaf_of, screen

PRIMARY_KEY = re.compile(r"[0-9]{1,18}")


@sees
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    form = JobFilter(request.GET)
    found = form.narrow(SyncJob.objects.all())
    state = request.GET.get("state", "")
    stage = Stage(state) if state in Stage.values else None
    shown = found.at(stage) if stage else found
    context = {
        "form": form,
        "tabs": _tabs(found, stage),
        "state": stage,
        "leaf": leaf_of(shown.select_related("play", "action", "mapping__page"), request),
        "play_ids": Play.objects.values_list("play_id", flat=True),
    }
    return screen(request, "jobs/jobs.html", context, part="jobs/_job_list.html")


@sees
@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponse:
    related = ("play", "mapping__page", "mapping__play", "action__event")
    job = get_object_or_404(SyncJob.objects.select_related(*related), pk=pk)
    # A page gets all that is owed to it in one write, so a try may carry other jobs too.
    tries = SyncAttempt.objects.filter(pk__in=job.attempts.values("pk")).select_related("page")
    tries = tries.annotate(together=Count("jobs")).order_by("-started_at", "-pk")
    context = {
        "job": job,
        "leaf": leaf_of(tries, request),
        "is_retryable": job.state in RETRYABLE,
    }
    return screen(request, "jobs/job.html", context)


@may_retry
@require_POST
def job_retry(request: HttpRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(SyncJob, pk=pk)
    _retry(request, SyncJob.objects.filter(pk=pk))
    return back(request, job)


@may_retry
@require_POST
def jobs_retry(request: HttpRequest) -> HttpResponse:
    picked = [int(pk) for pk in request.POST.getlist("job") if PRIMARY_KEY.fullmatch(pk)]
    _retry(request, SyncJob.objects.filter(pk__in=picked))
    return back(request, "plays:jobs")


def _retry(request: HttpRequest, picked: SyncJobQuerySet) -> None:
    count = retry_jobs(picked, by=cast(RoleRequest, request).user)
    if not count:
        messages.warning(request, _("Nothing to retry: choose jobs that failed or wait."))
        return
    said = ngettext("%(count)d job is retried now.", "%(count)d jobs are retried now.", count)
    messages.success(request, said % {"count": count})


def _tabs(found: SyncJobQuerySet, current: Stage | None) -> list[Tab]:
    counts = found.order_by().aggregate(
        **{stage.value: Count("pk", filter=fits) for stage, fits in STAGES.items()}
    )
    everything = Tab(
        name="", label=_("All"), count=sum(counts.values()), is_current=current is None
    )
    return [
        everything,
        *(
            Tab(
                name=stage.value,
                label=str(stage.label),
                count=counts[stage.value],
                is_current=stage is current,
                is_alarm=stage is Stage.FAILED,
            )
            for stage in Stage
        ),
    ]
