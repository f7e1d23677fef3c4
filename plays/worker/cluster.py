"""The child of `manage.py worker`: django-q2's cluster, which says when it has done something."""

from __future__ import annotations

import logging
import sys
import time
from typing import Any

from plays.worker import lifeline

SECONDS_BETWEEN_BEATS = 1.0
log = logging.getLogger("plays.worker")


def command(worker: str, *, verbose: bool) -> list[str]:
    """How to start `main` as a `Child`."""
    flags = ["--verbose"] if verbose else []
    return [sys.executable, "-m", __name__, "{lifeline}", worker, *flags]


def main(descriptor: str, worker: str, *flags: str) -> None:
    lifeline.hold(int(descriptor))
    import django

    django.setup()
    from django_q.cluster import Cluster

    if not flags:
        logging.getLogger("django-q").setLevel(logging.WARNING)
    _beat_after_each_task(worker)
    try:
        Cluster().start()
    except RuntimeError as error:
        sys.exit(str(error))


def _beat_after_each_task(worker: str) -> None:
    """Sent by the cluster's monitor: a task has come all the way through this very cluster.

    A beat from within a task would not do, for any cluster on the same broker may have run it.
    """
    from django.db import DatabaseError
    from django_q.signals import post_execute

    from plays.sync import heartbeats

    last = 0.0

    def beat(**_: Any) -> None:
        nonlocal last
        if time.monotonic() - last < SECONDS_BETWEEN_BEATS:
            return
        last = time.monotonic()
        try:
            heartbeats.beat(worker)
        except DatabaseError as error:
            log.warning("the heartbeat was not saved: %s", error)

    post_execute.connect(beat, weak=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
