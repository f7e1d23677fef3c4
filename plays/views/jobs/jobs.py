"""Jobs: what the pages must get, at each stage, and what failed by its cause."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plays.models import Play
from plays.models.job import STAGES, Stage, SyncJobQuerySet
from plays.sync.jobs.failures import causes
from plays.sync.jobs.retrying import RETRYABLE
from plays.views.common.access import sees
from plays.views.common.csv_file import csv_file
from plays.views.common.render import paginate, render_page
from plays.views.common.tabs import Tab, tabs
from plays.views.jobs.filters import ChosenJobs, chosen_jobs

RELATED = ("play", "action", "mapping__page", "written_to")
CSV_HEADER = (
    *("id", "state", "kind", "key", "play_id", "part", "page_id", "title", "failures"),
    *("error", "message", "owed_since", "settled"),
)
CSV_CHUNK = 500


@sees
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    chosen = chosen_jobs(request.GET)
    context = {
        "form": chosen.form,
        "tabs": _tabs(chosen.found, chosen.stage),
        "state": chosen.stage,
        "page_obj": paginate(chosen.jobs.select_related(*RELATED), request),
        "causes": causes(chosen.found) if chosen.stage is Stage.FAILED else [],
        "matching": _matching(chosen),
        "play_ids": Play.objects.values_list("play_id", flat=True),
    }
    return render_page(request, "jobs/jobs.html", context, part="jobs/_job_list.html")


@sees
@require_safe
def jobs_csv(request: HttpRequest) -> HttpResponse:
    chosen = chosen_jobs(request.GET)
    return csv_file("jobs.csv", CSV_HEADER, _csv_rows(chosen.jobs.select_related(*RELATED)))


def _matching(chosen: ChosenJobs) -> int:
    """How many jobs "all that match" are: those that can be retried or canceled."""
    return chosen.jobs.filter(state__in=RETRYABLE).count() if chosen.is_sound else 0


def _csv_rows(jobs: SyncJobQuerySet) -> Iterator[tuple[Any, ...]]:
    for job in jobs.iterator(CSV_CHUNK):
        page = job.written_to or job.mapping.page
        yield (
            job.pk,
            job.stage.value,
            job.kind,
            job.key,
            job.play.play_id,
            job.mapping.part,
            page.page_id if page else "",
            job.action.title if job.action else "",
            job.failures,
            job.last_error,
            job.last_message,
            timezone.localtime(job.created_at).isoformat(timespec="seconds"),
            timezone.localtime(job.settled_at).isoformat(timespec="seconds")
            if job.settled_at
            else "",
        )


def _tabs(found: SyncJobQuerySet, current: Stage | None) -> list[Tab]:
    counts = found.order_by().aggregate(
        **{stage.value: Count("pk", filter=fits) for stage, fits in STAGES.items()}
    )
    return tabs(
        {"": _("All"), **dict(Stage.choices)},
        {"": sum(counts.values()), **counts},
        current or "",
        alarms=[Stage.FAILED],
    )
