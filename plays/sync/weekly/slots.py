"""When the weekly sync runs: once a slot of its schedule, however many clusters look."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django_q.tasks import async_task

from plays.models import WeeklySync
from plays.models.weekly import WeeklySchedule, WeeklyState, WeeklyTrigger
from plays.rules.cron import latest_slot, next_slot
from plays.sync.jobs.wakeups import WAKEUP_LIFETIME, send_on_commit
from plays.sync.leases import free_dead
from plays.sync.schedules import WEEKLY, in_force_since
from plays.sync.weekly.page_reads import RunMustWait, wait_if_closed
from plays.sync.weekly.starting import AlreadyRunning, start

LATE_AFTER = timedelta(minutes=10)


def next_run(*, now: datetime | None = None) -> datetime | None:
    """When the schedule runs next; None where it is paused, or its line names no time at all."""
    now, schedule = now or timezone.now(), WeeklySchedule.current()
    if schedule.paused_at:
        return None
    line = schedule.line or settings.SYNC_SCHEDULE
    return next_slot(line, now=now, zone=timezone.get_default_timezone())


def due_slot(*, now: datetime) -> datetime | None:
    """The last slot, if it has passed without a run.

    Slots before the schedule came into force are nobody's: a new installation does not begin with
    last week's run, and a changed line only moves the next one.
    """
    schedule = WeeklySchedule.current()
    if schedule.paused_at:
        return None
    line, zone = schedule.line or settings.SYNC_SCHEDULE, timezone.get_default_timezone()
    slot = latest_slot(line, now=now, zone=zone)
    since = in_force_since(WEEKLY)
    if slot is None or since is None or slot <= since:
        return None
    return None if WeeklySync.objects.filter(slot=slot).exists() else slot


def open_run(*, now: datetime) -> WeeklySync | None:
    """The run that is to be carried on: one that is not finished, else that of a due slot."""
    slot = due_slot(now=now)
    running = WeeklySync.objects.filter(state=WeeklyState.RUNNING).order_by("slot").first()
    if running or slot is None:
        return running
    is_late = now - slot > LATE_AFTER
    try:
        return start(trigger=WeeklyTrigger.SCHEDULE, slot=slot, is_late=is_late, now=now)
    except AlreadyRunning as other:
        return other.weekly


def wake_if_due(*, now: datetime | None = None) -> bool:
    """Wake a worker for a run that is due or was left half-way. True if a wake-up was sent.

    The wake-up is a short lease that names nobody; a lost one is sent again.
    """
    now = now or timezone.now()
    free_dead(WeeklySync.objects.filter(lease_until__gt=now), now=now)
    weekly = open_run(now=now)
    if weekly is None or _must_wait():
        return False
    quiet = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    unwoken = WeeklySync.objects.filter(quiet, pk=weekly.pk, state=WeeklyState.RUNNING)
    if not unwoken.update(lease_until=now + WAKEUP_LIFETIME, lease_token=""):
        return False
    send_on_commit(lambda: async_task("plays.tasks.weekly_sync"))
    return True


def _must_wait() -> bool:
    try:
        wait_if_closed()
    except RunMustWait:
        return True
    return False
