"""Signs of life: a worker that answers its bell is alive, whatever its cluster says of itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from plays.models import Heartbeat

# Whose heartbeat a sweep renews, whichever worker ran it.
ANY_SWEEP = "schedule"
# A worker that has not answered for this long is no longer spoken of.
FORGET_AFTER = timedelta(days=1)


def beat(worker: str, *, now: datetime | None = None) -> None:
    now = now or timezone.now()
    Heartbeat.objects.update_or_create(worker=worker, defaults={"beat_at": now})


def last_beat(worker: str) -> datetime | None:
    """When a worker last answered; None where it never did."""
    return Heartbeat.objects.filter(worker=worker).values_list("beat_at", flat=True).first()


def forget_old(*, now: datetime | None = None) -> int:
    now = now or timezone.now()
    return Heartbeat.objects.filter(beat_at__lt=now - FORGET_AFTER).delete()[0]
