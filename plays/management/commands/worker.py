"""`manage.py worker`: the process that writes to Confluence, and watches its own progress."""

from __future__ import annotations

import argparse
import logging
import signal
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from plays.sync.site.connection import connect
from plays.worker import lifeline
from plays.worker.supervisor import Worker


class Command(BaseCommand):
    help = "Runs a django-q2 cluster, and starts it again when it ends or gets nowhere."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--bell",
            type=_seconds,
            default=settings.WORKER_BELL_SECONDS,
            metavar="SECONDS",
            help="how often to ring for what is due (default: %(default)s)",
        )
        parser.add_argument(
            "--stall",
            type=_seconds,
            default=settings.WORKER_STALL_SECONDS,
            metavar="SECONDS",
            help="how long a cluster may finish nothing before it is replaced "
            "(default: %(default)s, longer than any write takes)",
        )
        parser.add_argument("--lifeline", type=int, dest="descriptor", help=argparse.SUPPRESS)

    def handle(
        self, *, bell: float, stall: float, descriptor: int | None, verbosity: int, **_: Any
    ) -> None:
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
