"""Tells an outside check (such as healthchecks.io) that all is at work; silence is the alarm."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

import requests
from django.conf import settings
from django.utils import timezone

from plays.sync import heartbeats
from plays.sync.alerts.turns import Turn, is_our_turn

EVERY = timedelta(minutes=1)
SECONDS = 10

log = logging.getLogger(__name__)


def ping_if_due(*, now: datetime | None = None) -> bool:
    """Once per minute, and only while a worker is at work. True if the check has heard us."""
    now = now or timezone.now()
    if not settings.ALERT_PING_URL or not heartbeats.is_alive(now=now):
        return False
    if not is_our_turn(Turn.PING, EVERY, now):
        return False
    try:
        answer = requests.get(settings.ALERT_PING_URL, timeout=SECONDS, allow_redirects=False)
    except requests.RequestException as error:  # its words hold the address, which is a secret
        log.warning("the outside check was not reached: %s", type(error).__name__)
        return False
    if not answer.ok:
        log.warning("the outside check answered HTTP %d", answer.status_code)
    return answer.ok
