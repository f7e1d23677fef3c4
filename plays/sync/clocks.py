"""Times ahead of the possible: a machine's clock was wrong when they were written down.

A lease, a pause or a wait until tomorrow that nobody meant would hold its page until tomorrow.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django_q.models import OrmQ

from plays.models import Heartbeat, Page, PageRequest, SyncJob, WeeklySync
from plays.sync import schedules
from plays.sync.jobs.due import bring_forward
from plays.sync.site import availability
from plays.sync.site.remedies import policy

# Clocks of machines that work together may differ by this much.
SLACK = timedelta(seconds=60)
log = logging.getLogger(__name__)


def void_impossible_times(*, now: datetime | None = None) -> int:
    """Let go on what waits for a time that no right clock can have set. Returns how many rows.

    Does nothing on a machine whose own clock is not the database's: to that one, everybody else's
    times may look impossible.
    """
    now = now or timezone.now()
    if abs(behind := offset(now=now)) > SLACK:
        log.warning("this machine's clock is %.0f s off the database's", behind.total_seconds())
        return 0
    voided = sum(_void(now))
    if voided:
        log.warning("%d times lay ahead of the possible and are void: a clock was wrong", voided)
    return voided


def offset(*, now: datetime | None = None) -> timedelta:
    """How far the database's clock is ahead of ours; a file (SQLite) has none of its own."""
    now = now or timezone.now()
    if connection.vendor != "postgresql":
        return timedelta(0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs: datetime = cursor.fetchone()[0]
    return theirs - now


def _void(now: datetime) -> Iterator[int]:
    lease = now + timedelta(seconds=settings.SYNC_LEASE_SECONDS) + SLACK
    wait = now + policy().longest_wait * 1.25 + SLACK
    future = now + SLACK
    free = {"lease_until": None, "lease_token": ""}
    yield Page.objects.filter(lease_until__gt=lease).update(**free)
    yield WeeklySync.objects.filter(lease_until__gt=lease).update(**free)
    yield Page.objects.filter(look_after__gt=wait).update(look_after=now)
    yield Page.objects.filter(rung_at__gt=future).update(rung_at=None)
    yield availability.void_impossible_times(now=now, longest_wait=wait, slack=SLACK)
    yield PageRequest.objects.filter(run_after__gt=wait).update(run_after=now)
    yield Heartbeat.objects.filter(beat_at__gt=future).delete()[0]
    # Of those that wait, not of a million that are due: what fails again waits again.
    failing = SyncJob.objects.filter(run_after__gt=now, failing_since__gt=future).order_by()
    yield bring_forward(failing, now=now, failing_since=now)
    yield bring_forward(SyncJob.objects.filter(run_after__gt=wait).order_by(), now=now)
    yield _void_hidden_tasks(future)
    yield _void_runs(future, now)
    yield schedules.void_impossible_times(now=now, slack=SLACK)


def _void_hidden_tasks(future: datetime) -> int:
    """A message that the queue hides until then; the sweep wakes for it again."""
    longest = future + timedelta(seconds=int(str(settings.Q_CLUSTER["retry"])))
    deleted: int = OrmQ.objects.filter(lock__gt=longest).delete()[0]
    return deleted


def _void_runs(future: datetime, now: datetime) -> int:
    """A weekly run made for a slot that has not come yet must not stand in that slot's way."""
    early = WeeklySync.objects.filter(slot__gt=future).order_by("-slot").first()
    return WeeklySync.objects.filter(pk=early.pk).update(slot=now) if early else 0
