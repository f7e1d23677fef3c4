"""The child of `manage.py worker`: django-q2's cluster, which rings for itself and says how far
it is."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import time
from functools import partial
from typing import Any

from plays.worker import lifeline
from plays.worker.progress import Progress


def command(*, progress: int, bell: float, verbose: bool) -> list[str]:
    """How to start `main` as a `Child` that inherits `progress`, the writing end of a pipe."""
    flags = ["--verbose"] if verbose else []
    return [sys.executable, "-m", __name__, "{lifeline}", str(progress), str(bell), *flags]


def main(descriptor: str, progress: str, every: str, *flags: str) -> None:
    lifeline.hold(int(descriptor))
    import django

    django.setup()
    from django_q.brokers import get_broker
    from django_q.cluster import Cluster
    from django_q.signals import pre_execute

    from plays.worker import bell

    if not flags:
        logging.getLogger("django-q").setLevel(logging.WARNING)
    _tell_of_tasks(int(progress))
    pre_execute.connect(bell.wake)
    try:
        Cluster(broker=_with_bell(get_broker(), every=float(every))).start()
    except RuntimeError as error:
        sys.exit(str(error))


def _tell_of_tasks(descriptor: int) -> None:
    """A worker says when it begins and ends a task, the monitor when one came all the way through.

    Only all the way is progress: workers that wait for a lock which a killed one held look well.
    """
    from django_q.signals import post_execute, post_execute_in_worker, pre_execute

    os.set_blocking(descriptor, False)
    for signal, what in (
        (pre_execute, Progress.BEGUN),
        (post_execute_in_worker, Progress.ENDED),
        (post_execute, Progress.THROUGH),
    ):
        signal.connect(partial(_tell, descriptor, what), weak=False)


def _tell(descriptor: int, what: Progress, **_: Any) -> None:
    with contextlib.suppress(OSError):  # nobody reads: the work goes on without
        os.write(descriptor, what.line(os.getpid()))


def _with_bell(broker: Any, *, every: float) -> Any:
    """The broker, which hands this cluster a bell of its own every so many seconds.

    From a queue shared with other clusters it would be chance whether this one gets any, and
    none could be told from a cluster that gets nowhere. Nor does the bell need the queue to work.
    """
    from django_q.tasks import async_task

    from plays.worker.bell import TASK

    take, rung_at = broker.dequeue, float("-inf")

    def dequeue() -> Any:
        nonlocal rung_at
        if time.monotonic() - rung_at < every:
            return take()
        rung_at = time.monotonic()
        package = _Package()
        async_task(TASK, broker=package)
        return [(None, package.signed)]  # without an id there is nothing to acknowledge

    broker.dequeue = dequeue
    return broker


class _Package:
    """What `async_task` takes for a broker: it keeps the task for whoever asked for it."""

    list_key = "bell"
    signed = ""

    def enqueue(self, signed: str) -> None:
        self.signed = signed


if __name__ == "__main__":
    main(*sys.argv[1:])
