"""Signs of life: a worker whose tasks come through is alive, whatever its cluster says."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from plays.models import Heartbeat

# Whose heartbeat a sweep renews, whichever worker ran it.
ANY_SWEEP = "schedule"
# A worker that has not been heard of for this long is not at work; it beats every few seconds.
ALIVE_FOR = timedelta(seconds=60)
# A worker that has not answered for this long is no longer spoken of.
FORGET_AFTER = timedelta(days=1)


def beat(worker: str, *, now: datetime | None = None) -> None:
    now = now or timezone.now()
    Heartbeat.objects.update_or_create(worker=worker, defaults={"beat_at": now})


def newest(*, now: datetime | None = None) -> datetime | None:
    """The last sign of life of any worker; None where there never was one.

    One ahead of the clock was made while a clock was wrong, and says nothing.
    """
    now = now or timezone.now()
    beats = Heartbeat.objects.filter(beat_at__lte=now + ALIVE_FOR).order_by("-beat_at")
    return beats.values_list("beat_at", flat=True).first()


def is_alive(*, now: datetime | None = None) -> bool:
    """Whether a worker is at work."""
    now = now or timezone.now()
    last = newest(now=now)
    return last is not None and now - last <= ALIVE_FOR


def forget_old(*, now: datetime | None = None) -> int:
    now = now or timezone.now()
    return Heartbeat.objects.filter(beat_at__lt=now - FORGET_AFTER).delete()[0]
