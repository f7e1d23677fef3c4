"""What people ask of jobs: retry."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from plays.models import Page, SyncJob
from plays.models.job import JobState
from plays.sync.bells import ring

RETRYABLE = (JobState.FAILED, JobState.CANCELED, JobState.PENDING)


def retry_jobs(jobs: QuerySet[SyncJob], *, by: User | None, now: datetime | None = None) -> int:
    """Make jobs due now, with their failures forgotten; synced ones are left alone.

    A person who retries says that a page which reads empty is meant to be empty. Returns how many
    jobs will be tried.
    """
    now = now or timezone.now()
    retried = 0
    pages: set[int] = set()
    for job in jobs.filter(state__in=RETRYABLE).select_related("mapping"):
        if _make_due(job, now):
            retried += 1
            if job.mapping.page_id is not None:
                pages.add(job.mapping.page_id)
    Page.objects.filter(pk__in=pages).update(body_size=0, interruptions=0)
    for pk in pages:
        ring(pk, now=now)
    return retried


def _make_due(job: SyncJob, now: datetime) -> bool:
    """False where the same edit is owed by a newer job, which this one gives way to."""
    try:
        with transaction.atomic():
            changed = SyncJob.objects.filter(pk=job.pk, state__in=RETRYABLE).update(
                state=JobState.PENDING,
                run_after=now,
                failures=0,
                failing_since=None,
                settled_at=None,
            )
    except IntegrityError:
        return False
    return bool(changed)
