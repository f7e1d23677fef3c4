"""Jobs: what the pages must get, at each stage, and what failed by its cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plays.models import Play, SyncJob
from plays.models.counting import Count, count_of, total_of
from plays.models.job import Stage, SyncJobQuerySet
from plays.sync.jobs.failures import causes
from plays.views.common.access import sees
from plays.views.common.csv_file import csv_file, in_pieces
from plays.views.common.render import paginate_found, render_page
from plays.views.common.tabs import Tab, tabs
from plays.views.jobs.filters import TERMS, ChosenJobs, chosen_jobs

RELATED = ("play", "action", "mapping__page", "written_to")
CSV_HEADER = (
    *("id", "state", "kind", "key", "play_id", "part", "page_id", "title", "failures"),
    *("error", "message", "owed_since", "settled"),
)
MOST_CAUSES = 25
NEWEST = 20_000  # jobs in which words are looked for


@sees
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    chosen = chosen_jobs(request.GET, newest=NEWEST)
    counts, page = _listed(chosen, request)
    context = {
        "form": chosen.form,
        "tabs": _tabs(counts, chosen.stage),
        "state": chosen.stage,
        "page_obj": page,
        "newest": chosen.newest,
        "causes": causes(chosen.found, MOST_CAUSES) if chosen.stage is Stage.FAILED else [],
        "most_causes": MOST_CAUSES,
        "matching": _matching(chosen, counts),
        "terms": TERMS,
        "play_ids": Play.objects.values_list("play_id", flat=True),
    }
    return render_page(request, "jobs/jobs.html", context, part="jobs/_job_list.html")


@sees
@require_safe
def jobs_csv(request: HttpRequest) -> StreamingHttpResponse:
    chosen = chosen_jobs(request.GET)
    return csv_file("jobs.csv", CSV_HEADER, _csv_rows(chosen.jobs.select_related(*RELATED)))


def _matching(chosen: ChosenJobs, counts: Mapping[str, Count]) -> int:
    """How many jobs "all that match" are: those that can be retried or canceled."""
    if not chosen.is_sound:
        return 0
    stages = [chosen.stage] if chosen.stage else list(Stage)
    return total_of(counts[stage] for stage in stages if stage is not Stage.SYNCED)


def _csv_rows(jobs: SyncJobQuerySet) -> Iterator[tuple[Any, ...]]:
    for job in in_pieces(jobs, "created_at"):
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


def _listed(chosen: ChosenJobs, request: HttpRequest) -> tuple[dict[str, Count], Page[SyncJob]]:
    """How many jobs each tab has, by its name, and the page that is shown. What is synced is
    counted as far as its list can be turned; what is looked for row by row, while it is looked for.
    """
    rows = SyncJob.objects.select_related(*RELATED)
    if chosen.form.looks_everywhere:
        known = chosen.found.unsynced_counts()
        synced = count_of(chosen.found.at(Stage.SYNCED))
        counts = _by_tab({stage: known.get(stage, synced) for stage in Stage})
        pks = chosen.jobs.values_list("pk")
        return counts, paginate_found(pks, rows, request, counts[chosen.stage or ""])
    found = chosen.found.by_stage()
    page = paginate_found(
        [pk for pk, stage in found if chosen.stage in (None, stage)], rows, request
    )
    return _by_tab(Counter(stage for _pk, stage in found)), page


def _by_tab(counts: Mapping[Stage, int]) -> dict[str, Count]:
    told = {stage.value: total_of([counts[stage]]) for stage in Stage}
    return {"": total_of(told.values()), **told}


def _tabs(counts: Mapping[str, Count], current: Stage | None) -> list[Tab]:
    return tabs(
        {"": _("All"), **dict(Stage.choices)},
        counts,
        current or "",
        alarms=[Stage.FAILED],
    )
