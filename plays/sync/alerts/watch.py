"""A thread in each web process that looks and sends: a dead worker cannot tell of itself."""

from __future__ import annotations

import logging
import os
import threading

from django.conf import settings
from django.db import DatabaseError, connection

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
    pause.wait(settings.WORKER_ALIVE_SECONDS)
    while not pause.wait(settings.ALERT_LOOK_SECONDS):
        try:
            look()
            tell_people()
            send_due()
            ping_if_due()
        except DatabaseError as error:
            log.warning("alerts wait for the database: %s", error)
        except Exception:  # a fault of ours must not end the watch
            log.exception("alerts")
        finally:
            connection.close()
