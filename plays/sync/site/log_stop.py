"""The log's stop: rows and entries wait while the pages know more than the database, until a person
has had both compared. And when the log was last looked at.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from plays.models import Site

log = logging.getLogger(__name__)


def is_stopped() -> bool:
    return Site.objects.filter(log_stopped_at__isnull=False).exists()


def stop(reason: str, *, now: datetime | None = None) -> None:
    """Write no row and no entry until a person has the pages compared with the database."""
    Site.current()
    running = Site.objects.filter(log_stopped_at__isnull=True)
    if running.update(log_stopped_at=now or timezone.now(), log_reason=reason):
        log.warning("the log is stopped: %s", reason)


def resume() -> None:
    Site.objects.update(log_stopped_at=None, log_reason="")


def comparison_is_due(site: Site) -> bool:
    """Whether the log must be looked at before anything else with a log id is written: after a
    gap, and after a worker's start.
    """
    gap = timedelta(seconds=settings.SYNC_LOG_GAP_SECONDS)
    return site.log_compared_at is None or site.log_compared_at <= timezone.now() - gap


def takes_comparison(site: Site) -> bool:
    """Whether the caller is to do what is due (`site` as it was read); nobody else is told so."""
    as_seen = Site.objects.filter(pk=site.pk, log_compared_at=site.log_compared_at)
    return as_seen.update(log_compared_at=timezone.now()) > 0


def forget_comparison() -> None:
    """The next write looks at the log first."""
    Site.objects.update(log_compared_at=None)


def compared(now: datetime) -> None:
    """Kept to the minute: a busy log would be a write more for each of its writes."""
    stale = Q(log_compared_at__isnull=True) | Q(log_compared_at__lt=now - timedelta(minutes=1))
    Site.objects.filter(stale).update(log_compared_at=now)
