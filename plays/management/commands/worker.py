"""`manage.py worker`: the process that writes to Confluence, and watches its own progress."""

from __future__ import annotations

import argparse
import logging
import signal
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from plays.checks import OUR_CHECKS
from plays.sync import heartbeats
from plays.sync.site.connection import connect
from plays.worker import lifeline
from plays.worker.supervisor import Worker


class Command(BaseCommand):
    help = "Runs a django-q2 cluster, and starts it again when it ends or gets nowhere."
    requires_system_checks = OUR_CHECKS

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--bell",
            type=_seconds,
            default=settings.WORKER_BELL_SECONDS,
            metavar="SECONDS",
            help="how often to look for what is due (default: %(default)s)",
        )
        parser.add_argument(
            "--stall",
            type=_seconds,
            default=settings.WORKER_STALL_SECONDS,
            metavar="SECONDS",
            help="how long a cluster may finish nothing, while it is not all at long writes, "
            "before it is replaced (default: %(default)s)",
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="only say whether a worker is at work: exit code 0, else 1",
        )
        parser.add_argument("--lifeline", type=int, dest="descriptor", help=argparse.SUPPRESS)

    def handle(self, *, check: bool, **options: Any) -> None:
        if check:
            self._check()
        else:
            _run(**options)

    def _check(self) -> None:
        """Exit code 1 also where the database cannot say: then nothing can be written either."""
        try:
            is_alive, last = heartbeats.is_alive(), heartbeats.newest()
        except DatabaseError as error:
            raise CommandError(f"the database cannot be asked: {error}") from error
        if not is_alive:
            since = f" since {timezone.localtime(last):%Y-%m-%d %H:%M:%S}" if last else ""
            raise CommandError(f"no worker has been at work{since}")
        self.stdout.write("a worker is at work")


def _run(*, bell: float, stall: float, descriptor: int | None, verbosity: int, **_: Any) -> None:
    _require_confluence()
    if descriptor is not None:
        lifeline.hold(descriptor)
    if verbosity < 2:
        logging.getLogger("django-q").setLevel(logging.WARNING)
    worker = Worker(bell=bell, stall=stall, verbose=verbosity > 1)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: worker.ask_to_stop())
    worker.run()


def _require_confluence() -> None:
    try:
        connect()
    except ImproperlyConfigured as error:
        raise CommandError(str(error)) from error


def _seconds(text: str) -> float:
    seconds = float(text)
    if seconds <= 0:
        raise argparse.ArgumentTypeError("must be above zero")
    return seconds
