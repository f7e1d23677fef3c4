"""Whether anything waits for a sweep, in one query: asked where there mostly is nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Exists, Q, QuerySet
from django.utils import timezone

from plays.models import (
    Alert,
    AlertDelivery,
    Event,
    Page,
    PageRequest,
    Play,
    Site,
    WeeklySync,
)
from plays.models.alert import DeliveryState
from plays.models.weekly import WeeklyState
from plays.sync.jobs.wakeups import mappings_due

# What will be due before the question is asked again.
AHEAD = timedelta(seconds=settings.WORKER_REST_SECONDS + 2 * settings.WORKER_BELL_SECONDS)


def is_anything(*, now: datetime | None = None) -> bool:
    """Whether a sweep would find work, or a trouble that is new. What only the calendar brings
    (a new week, a token's last days) is left to the sweep that comes every ten minutes.
    """
    now = now or timezone.now()
    found = (Q(Exists(rows)) for rows in (*_work(now), *_news(now)))
    return Site.objects.filter(reduce(or_, found)).exists()


def _work(now: datetime) -> list[QuerySet[Any]]:
    soon = now + AHEAD
    return [
        mappings_due(soon),
        Page.objects.claimed(now),
        Site.objects.filter(stopped_at__isnull=False),
        PageRequest.objects.due(soon),
        WeeklySync.objects.filter(state=WeeklyState.RUNNING),
        Play.objects.exclude(override_status="").filter(override_until__lte=now),
    ]


def _news(now: datetime) -> list[QuerySet[Any]]:
    """What is not told yet, or is too new to be known."""
    lately = now - timedelta(seconds=settings.ALERT_GATHER_SECONDS) - AHEAD
    return [
        Alert.objects.filter(since__gt=lately),
        AlertDelivery.objects.filter(state=DeliveryState.PENDING, run_after__lte=now + AHEAD),
        Event.objects.rejected().filter(received_at__gt=lately),
        AccessAttempt.objects.filter(attempt_time__gt=lately),
    ]
