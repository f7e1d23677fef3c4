"""Signs of life: a worker whose tasks come through is alive, whatever its cluster says."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from plays.models import Heartbeat

# What a scheduled task renews, whichever worker ran it: these, and after a colon its name.
TASKS = "schedule"
# A worker that has not answered for this long is no longer spoken of.
FORGET_AFTER = timedelta(days=1)


def beat(worker: str, *, now: datetime | None = None) -> None:
    now = now or timezone.now()
    if not Heartbeat.objects.filter(worker=worker).update(beat_at=now):
        Heartbeat.objects.update_or_create(worker=worker, defaults={"beat_at": now})


def beat_task(schedule: str, *, now: datetime | None = None) -> None:
    """A scheduled task runs: a sign of life, and when its schedule ran last."""
    beat(f"{TASKS}:{schedule}", now=now)


def task_runs() -> dict[str, datetime | None]:
    """When each schedule ran last, by its name."""
    beats = Heartbeat.objects.filter(worker__startswith=f"{TASKS}:")
    rows = beats.values_list("worker", "beat_at")
    return {name.removeprefix(f"{TASKS}:"): at for name, at in rows}


def alive_for() -> timedelta:
    """A worker not heard of for this long is not at work; it beats three times as often."""
    return timedelta(seconds=settings.WORKER_ALIVE_SECONDS)


def newest(*, now: datetime | None = None) -> datetime | None:
    """The last sign of life of any worker; None where there never was one.

    One ahead of the clock was made while a clock was wrong, and says nothing.
    """
    now = now or timezone.now()
    beats = Heartbeat.objects.filter(beat_at__lte=now + alive_for()).order_by("-beat_at")
    return beats.values_list("beat_at", flat=True).first()


def is_alive(*, now: datetime | None = None) -> bool:
    """Whether a worker is at work."""
    now = now or timezone.now()
    return is_fresh(newest(now=now), now=now)


def is_fresh(beat_at: datetime | None, *, now: datetime) -> bool:
    """Whether a last sign of life says that who gave it is at work."""
    return beat_at is not None and now - beat_at <= alive_for()


def forget_old(*, now: datetime | None = None) -> int:
    now = now or timezone.now()
    old = Heartbeat.objects.filter(beat_at__lt=now - FORGET_AFTER)
    return old.exclude(worker__startswith=TASKS).delete()[0]
