"""What became of an act on many: how many are done, what failed and why; live until it ends."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, Count, IntegerField, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from plays.models import AuditEntry, SyncJob
from plays.models.audit import Verb
from plays.models.job import JobState, SyncJobQuerySet
from plays.sync.jobs.failures import causes
from plays.views.common.access import sees
from plays.views.common.render import paginate, render_page

# Acts that have a page of their own, and the detail that names it.
ELSEWHERE = {"batch": "plays:page_batch", "weekly": "plays:weekly_result"}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Of `total` edits: `moved` were taken by a later act, and are told there."""

    total: int
    done: int
    failed: int
    canceled: int
    waiting: int

    @property
    def moved(self) -> int:
        return max(0, self.total - self.done - self.failed - self.canceled - self.waiting)

    @property
    def settled(self) -> int:
        return self.total - self.waiting


@sees
@require_safe
def act(request: HttpRequest, pk: int) -> HttpResponse:
    entry = get_object_or_404(AuditEntry.objects.select_related("by", "play"), pk=pk)
    for name, address in ELSEWHERE.items():
        if number := entry.details.get(name):
            return redirect(address, number)
    jobs = SyncJob.objects.filter(act=entry)
    context = {
        "entry": entry,
        "outcome": _outcome(entry),
        "causes": causes(jobs),
        "page_obj": paginate(_worst_first(entry), request),
    }
    return render_page(request, "jobs/act.html", context, part="jobs/_act_now.html")


def _outcome(entry: AuditEntry) -> Outcome:
    rows = SyncJob.objects.filter(act=entry).order_by().values_list("state")
    counts = dict(rows.annotate(count=Count("pk")))
    found = sum(counts.values())
    total = found if entry.verb == Verb.IMPORT else max(entry.count or 0, found)
    return Outcome(
        total=total,
        done=counts.get(JobState.SYNCED, 0),
        failed=counts.get(JobState.FAILED, 0),
        canceled=counts.get(JobState.CANCELED, 0),
        waiting=counts.get(JobState.PENDING, 0),
    )


def _worst_first(entry: AuditEntry) -> SyncJobQuerySet:
    """Failures, then what waits, then what is done."""
    order = Case(
        When(state=JobState.FAILED, then=Value(0)),
        When(state=JobState.PENDING, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    jobs = SyncJob.objects.filter(act=entry).select_related("play", "mapping__page")
    return jobs.order_by(order, "-settled_at", "pk")
