"""Retry and cancel: one job, a selection, or everything that the filter finds."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from plays.models import SyncJob
from plays.models.job import JobKind, JobState, SyncJobQuerySet
from plays.sync.jobs.retrying import CANCELABLE, RETRYABLE, cancel_jobs, retry_jobs
from plays.sync.jobs.taking import Taken
from plays.views.common.access import RoleRequest, may_retry
from plays.views.common.confirming import Question, amount, ask
from plays.views.common.posted import picked_ids, posted_reason
from plays.views.common.render import back
from plays.views.jobs.filters import ChosenJobs, chosen_jobs


@may_retry
@require_POST
def job_retry(request: RoleRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(SyncJob, pk=pk)
    _retry(request, SyncJob.objects.filter(pk=pk))
    return back(request, job)


@may_retry
@require_http_methods(["GET", "HEAD", "POST"])
def jobs_retry(request: RoleRequest) -> HttpResponse:
    """A selection is retried at once; all that the filter finds after a question."""
    if request.method == "POST" and "all" not in request.POST:
        return _to_act(request, _retry(request, _picked(request)))
    chosen = chosen_jobs(request.GET)
    if not chosen.is_sound:
        return _unclear(request)
    if request.method == "POST":
        return _to_act(request, _retry(request, chosen.jobs, chosen))
    return ask(
        request,
        Question(
            title=_("Retry everything that matches"),
            lead=_("These jobs are tried now, their failures forgotten. What is synced stays."),
            button=_("Retry"),
            facts=_filter_facts(chosen),
            hidden=[("all", "1"), ("next", _list(request))],
            otherwise=_list(request),
            **amount(chosen.jobs.filter(state__in=RETRYABLE)),
        ),
    )


@may_retry
@require_http_methods(["GET", "HEAD", "POST"])
def jobs_cancel(request: RoleRequest) -> HttpResponse:
    """Always after a question: why?"""
    is_selection = request.method == "POST" and "all" not in request.POST
    chosen = None if is_selection else chosen_jobs(request.GET)
    if chosen and not chosen.is_sound:
        return _unclear(request)
    jobs = chosen.jobs if chosen else _picked(request)
    reason = posted_reason(request)
    if request.method == "POST" and (reason or not _open(jobs, CANCELABLE)):
        return _to_act(request, _cancel(request, jobs, reason, chosen))
    return ask(request, _cancel_question(request, jobs, chosen))


def _cancel_question(
    request: RoleRequest, jobs: SyncJobQuerySet, chosen: ChosenJobs | None
) -> Question:
    way_back = request.POST.get("next") or _list(request)
    picked = [("all", "1")] if chosen else [("job", pk) for pk in request.POST.getlist("job")]
    return Question(
        title=_("Cancel jobs"),
        lead=_("These edits will not be made. They can be retried later. What is synced stays."),
        button=_("Cancel them"),
        facts=_filter_facts(chosen) if chosen else [],
        hidden=[*picked, ("next", way_back)],
        otherwise=_list(request),
        needs_reason=True,
        is_danger=True,
        problem=_("Please say why.") if "reason" in request.POST else "",
        **amount(jobs.filter(state__in=CANCELABLE)),
    )


def _to_act(request: RoleRequest, taken: Taken) -> HttpResponse:
    """Several: to the page that tells how it goes; one alone is seen where one comes from."""
    return (
        redirect("plays:act", taken.entry.pk)
        if taken > 1 and taken.entry
        else back(request, "plays:jobs")
    )


def _retry(request: RoleRequest, jobs: SyncJobQuerySet, chosen: ChosenJobs | None = None) -> Taken:
    count = retry_jobs(
        jobs, by=request.user, reason=posted_reason(request), chosen=_filter_values(chosen)
    )
    if not count:
        messages.warning(request, _("Nothing to retry: choose jobs that failed or wait."))
        return count
    sentence = ngettext("%(count)d job is retried now.", "%(count)d jobs are retried now.", count)
    messages.success(request, sentence % {"count": count})
    return count


def _cancel(
    request: RoleRequest, jobs: SyncJobQuerySet, reason: str, chosen: ChosenJobs | None
) -> Taken:
    values = _filter_values(chosen)
    count = cancel_jobs(jobs, by=request.user, reason=reason, chosen=values) if reason else Taken(0)
    if not count:
        messages.warning(request, _("Nothing to cancel: choose jobs that failed or wait."))
        return count
    sentence = ngettext("%(count)d job was canceled.", "%(count)d jobs were canceled.", count)
    messages.success(request, sentence % {"count": count})
    return count


def _picked(request: RoleRequest) -> SyncJobQuerySet:
    return SyncJob.objects.filter(pk__in=picked_ids(request, "job"))


def _open(jobs: SyncJobQuerySet, states: Collection[JobState]) -> bool:
    return jobs.filter(state__in=states).exists()


def _filter_values(chosen: ChosenJobs | None) -> dict[str, str] | None:
    return chosen.filter_values if chosen else None


def _filter_facts(chosen: ChosenJobs) -> list[tuple[str, str]]:
    """The filter in words: its labels and what was chosen."""
    labels = {name: str(field.label) for name, field in chosen.form.fields.items()}
    labels["state"] = _("State")
    shown = {**chosen.filter_values}
    if chosen.stage:
        shown["state"] = str(chosen.stage.label)
    if "kind" in shown:
        shown["kind"] = str(JobKind(shown["kind"]).label)
    return [(labels[name], value) for name, value in shown.items()]


def _list(request: RoleRequest) -> str:
    """The list with the filter that was asked for."""
    query = request.GET.copy()
    query.pop("p", None)
    return f"{reverse('plays:jobs')}?{query.urlencode()}" if query else reverse("plays:jobs")


def _unclear(request: RoleRequest) -> HttpResponse:
    """Nothing is done for a filter that had to be guessed."""
    messages.error(request, _("The filter is not clear. Nothing was changed."))
    return redirect(_list(request))
