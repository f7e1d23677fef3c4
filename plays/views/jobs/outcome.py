"""What became of an act on many: how many are done, what failed and why; live until it ends."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, Count, IntegerField, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from plays.models import AuditEntry, Event, SyncJob
from plays.models.audit import Verb
from plays.models.job import JobState, Stage, SyncJobQuerySet
from plays.sync.jobs.failures import causes
from plays.views.common.access import sees
from plays.views.common.render import paginate, render_page

# Acts that have a page of their own, and the detail that names it.
ELSEWHERE = {"batch": "plays:page_batch", "weekly": "plays:weekly_result"}
# Others count what they were about: Plays, events, mappings.
COUNTS_JOBS = (Verb.RETRY, Verb.CANCEL, Verb.RECOVER, Verb.SEND_MISSING, Verb.RESEND_ALL)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Of `total` edits: `unmapped` wait for a page that nobody has mapped; `moved` were taken by a
    later act, and are told there.
    """

    total: int
    done: int
    failed: int
    canceled: int
    waiting: int
    unmapped: int

    @property
    def moved(self) -> int:
        told = self.done + self.failed + self.canceled + self.waiting + self.unmapped
        return max(0, self.total - told)

    @property
    def settled(self) -> int:
        return self.total - self.waiting - self.unmapped


@sees
@require_safe
def act(request: HttpRequest, pk: int) -> HttpResponse:
    entry = get_object_or_404(AuditEntry.objects.select_related("by", "play"), pk=pk)
    for name, address in ELSEWHERE.items():
        if number := entry.details.get(name):
            return redirect(address, number)
    if entry.verb == Verb.RECONCILE:
        return redirect("plays:reconcile_done", entry.pk)
    jobs = SyncJob.objects.filter(act=entry)
    context = {
        "entry": entry,
        "outcome": _outcome(entry),
        "rejected": Event.objects.rejected().filter(pk__in=entry.details.get("events", ())),
        "causes": causes(jobs),
        "page_obj": paginate(_worst_first(entry), request),
    }
    return render_page(request, "jobs/act.html", context, part="jobs/_act_now.html")


def _outcome(entry: AuditEntry) -> Outcome:
    jobs = SyncJob.objects.filter(act=entry)
    counts = dict(jobs.order_by().values_list("state").annotate(count=Count("*")))
    found, unmapped = sum(counts.values()), jobs.at(Stage.UNMAPPED).count()
    return Outcome(
        total=max(entry.count or 0, found) if entry.verb in COUNTS_JOBS else found,
        done=counts.get(JobState.SYNCED, 0),
        failed=counts.get(JobState.FAILED, 0),
        canceled=counts.get(JobState.CANCELED, 0),
        waiting=counts.get(JobState.PENDING, 0) - unmapped,
        unmapped=unmapped,
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
