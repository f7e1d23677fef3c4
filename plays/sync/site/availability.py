"""Whether the whole Confluence site may be asked now: paused while it is busy, stopped while our
credentials are refused, and open again. The only writer of the `Site` row.
"""

from __future__ import annotations

import logging
import random
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from plays.confluence import Confluence, ConfluenceError
from plays.models import Site
from plays.sync.site.connection import connect
from plays.sync.site.remedies import policy

log = logging.getLogger(__name__)


def pause(error: ConfluenceError, *, now: datetime | None = None) -> datetime:
    """Leave the site alone for as long as it asked, or ever longer. Returns until when.

    Who meets trouble while the site is paused was on the way already: that is no second pause.
    """
    now = now or timezone.now()
    site = Site.current()
    if error.retry_after is None and (end := site.pause_end(now)):
        return end
    spread = random.random()  # noqa: S311 - keeps those who wait apart, and no secret
    wait = policy().pause_after(site.pauses + 1, retry_after=error.retry_after, spread=spread)
    until = now + wait
    sooner = Q(paused_until__isnull=True) | Q(paused_until__lt=until)
    if Site.objects.filter(sooner, pk=site.pk).update(
        paused_until=until, pauses=site.pauses + 1, **_words(error)
    ):
        moment = until.isoformat(timespec="seconds")
        log.warning("Confluence is left alone until %s: %s", moment, error, extra=_facts(error))
    return until


def stop(error: ConfluenceError, *, now: datetime | None = None) -> None:
    """Write nothing until the credentials work again."""
    now = now or timezone.now()
    Site.current()
    if Site.objects.filter(stopped_at__isnull=True).update(stopped_at=now):
        log.warning("writing to Confluence is stopped: %s", error, extra=_facts(error))
    Site.objects.update(probe_after=_next_probe(now), **_words(error))


def went_well(*, now: datetime | None = None) -> None:
    """A call went well: once a pause is over, this says that the site is well again.

    A pause that another worker was told of while the call was on its way stands.
    """
    site = Site.current()
    if site.error and site.is_open(now or timezone.now()):
        _clear(Q(paused_until=site.paused_until, stopped_at__isnull=True))


def open_now(*, now: datetime | None = None) -> bool:
    """End a pause at once, and look whether a stopped site works again. True if it is open."""
    now = now or timezone.now()
    Site.objects.filter(stopped_at__isnull=True).update(paused_until=None)
    if Site.current().stopped_at is not None:
        Site.objects.update(probe_after=now)
        return probe_if_stopped(now=now)
    return True


def probe_if_stopped(*, now: datetime | None = None) -> bool:
    """Where the site is stopped and a look is due: look, and resume if the credentials work.

    Returns whether the site is no longer stopped.
    """
    now = now or timezone.now()
    Site.current()
    mine = Site.objects.filter(stopped_at__isnull=False, probe_after__lte=now)
    if not mine.update(probe_after=_next_probe(now)):
        return Site.current().stopped_at is None
    error = check_credentials(connect())
    if error is None:
        _clear(Q(stopped_at__isnull=False))
    else:
        Site.objects.update(**_words(error))
    return error is None


def void_impossible_times(*, now: datetime, longest_wait: datetime, slack: timedelta) -> int:
    """End a pause that lasts longer than `longest_wait`, and look now where the next look is later
    than any would be: the clock was wrong. Returns how many times that were."""
    ended = Site.objects.filter(paused_until__gt=longest_wait).update(paused_until=None)
    looks = Site.objects.filter(probe_after__gt=_next_probe(now) + slack)
    return ended + looks.update(probe_after=now)


def check_credentials(client: Confluence) -> ConfluenceError | None:
    """What is wrong with the site or our credentials, by one call; None if nothing is."""
    try:
        client.whoami()
    except ConfluenceError as error:
        return error
    return None


def _clear(where: Q) -> None:
    """Whatever was wrong with the site is over."""
    if Site.objects.filter(where).update(
        paused_until=None, pauses=0, stopped_at=None, probe_after=None, error="", message=""
    ):
        log.info("Confluence is well again")


def _next_probe(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.SYNC_PROBE_SECONDS)


def _facts(error: ConfluenceError) -> dict[str, Any]:
    return {
        "error": type(error).__name__,
        "http_status": error.status,
        "confluence_request": error.request_id,
    }


def _words(error: ConfluenceError) -> dict[str, str]:
    return {"error": type(error).__name__, "message": str(error)}
