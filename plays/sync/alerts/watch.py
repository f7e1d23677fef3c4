"""A thread in each web process that looks and sends while no worker does: a dead one cannot tell of
itself.
"""

from __future__ import annotations

import logging
import os
import threading

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from plays.sync import heartbeats
from plays.sync.alerts.desk import look
from plays.sync.alerts.personal import tell_people
from plays.sync.alerts.ping import ping_if_due
from plays.sync.alerts.sending import send_due

log = logging.getLogger(__name__)


def start() -> None:
    """Start it in this process, and in those that are forked from it later."""
    os.register_at_fork(after_in_child=_start)
    _start()


def _start() -> None:
    threading.Thread(target=_run, name="alerts", daemon=True).start()


def _run() -> None:
    pause = threading.Event()
    # After a machine's start its worker gets as long to show itself as it has at any time.
    seconds: float = settings.WORKER_ALIVE_SECONDS
    while not pause.wait(seconds):
        seconds = settings.ALERT_LOOK_SECONDS
        try:
            seconds = max(seconds, _watch())
        except DatabaseError as error:
            log.warning("alerts wait for the database: %s", error)
        except Exception:  # a fault of ours must not end the watch
            log.exception("alerts")
        finally:
            connection.close()


def _watch() -> float:
    """Returns for how many seconds a worker will count as at work, which looks with its sweep."""
    now = timezone.now()
    if settings.ALERT_PING_URL:
        ping_if_due(now=now)
    last = heartbeats.newest(now=now)
    if last and heartbeats.is_fresh(last, now=now):
        left = last + heartbeats.alive_for() - now
        return 0 if settings.ALERT_PING_URL else left.total_seconds()
    look(now=now)
    tell_people(now=now)
    send_due(now=now)
    return 0
