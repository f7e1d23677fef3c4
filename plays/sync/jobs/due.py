"""Making jobs due: after a person's word, or on the page that a mapping has got."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from plays.models import Page, PageMapping, SyncJob
from plays.models.job import JobState, SyncJobQuerySet
from plays.sync.jobs.enqueue import alone
from plays.sync.jobs.locking import again_on_conflict, locked
from plays.sync.jobs.taking import current_act
from plays.sync.jobs.transitions import RULES, JobVerb, can, change, mark
from plays.sync.jobs.wakeups import wake_on_commit


def make_due(verb: JobVerb, states: dict[int, str], *, now: datetime) -> list[int]:
    """Make locked jobs, given with their states, due now with their failures forgotten.

    Returns those that will be tried: a job gives way to a newer one of the same edit.
    """

    def try_it() -> list[int]:
        due = alone(pk for pk, state in states.items() if can(verb, state))
        with transaction.atomic():
            change(verb, due, run_after=now, failures=0, failing_since=None, settled_at=None)
        return due

    return again_on_conflict(try_it)


def move(mapping: PageMapping, page: Page | None, *, now: datetime) -> None:
    """Give the mapping, locked by the caller, another page. Its open jobs are due there, and the
    act's inside which it is called (`taken_by`). From page to page, those that were due and had no
    failure come along untouched: a full log may have a hundred thousand of them.

    Whoever is saving the results of a write to the old page does so before this or after it.
    """
    open_jobs = SyncJob.objects.filter(mapping=mapping, state__in=RULES[JobVerb.MOVE].before)
    old = [mapping.page_id] if mapping.page_id is not None else []
    if old and not current_act():
        untouched = Q(state=JobState.PENDING, run_after__lte=now, failures=0, failing_since=None)
        open_jobs = open_jobs.exclude(untouched)
    with locked(old, open_jobs.values_list("pk", flat=True)) as states:
        mapping.page = page
        mapping.save(update_fields=["page"])
        due = make_due(JobVerb.MOVE, states, now=now)
        if act := current_act():
            mark(due, act=act)
    if page:
        wake_on_commit(page.pk)


def bring_forward(
    waiting: SyncJobQuerySet | None = None, *, now: datetime | None = None, **values: Any
) -> int:
    """Make due now what waits for a later time, or of that only what `waiting` has; `values` are
    other columns of the jobs. Returns how many jobs that are."""
    now = now or timezone.now()
    if waiting is None:
        waiting = SyncJob.objects.filter(run_after__gt=now)
    with locked((), waiting.pending().values_list("pk", flat=True)) as states:
        return change(JobVerb.BRING_FORWARD, states, run_after=now, **values)
