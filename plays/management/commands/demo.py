"""`manage.py demo`: everything on one machine, with nothing to configure."""

from __future__ import annotations

import signal
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from plays.demo import console as show
from plays.demo.demo import Demo
from plays.demo.processes import DemoProcesses, PortTaken, ProcessEnded, StopRequested


class Command(BaseCommand):
    help = (
        "Starts a local Confluence, the web, a worker, sample Plays and a stream of events, "
        "apart from any settings and database there are. Ctrl-C stops all of it."
    )
    requires_system_checks: list[str] = []  # they look at settings that the demo leaves alone
    _stop_requests = 0

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--port", type=int, default=0, help="of the dashboard (default: any free one)"
        )
        parser.add_argument(
            "--once",
            action="store_true",
            help="end when a bounded stream is synced; exit code 0 only if all of it was",
        )

    def handle(self, *, port: int, once: bool, **_: Any) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        console = Console(highlight=False)
        try:
            went_well = self._run(console, port=port, once=once)
        except StopRequested:
            console.print("stopped; nothing is left running")
            went_well = not once
        except (PortTaken, ProcessEnded) as error:
            raise CommandError(str(error)) from error
        if not went_well:
            sys.exit(1)

    def _run(self, console: Console, *, port: int, once: bool) -> bool:
        console.print("starting a local Confluence, the web server and a worker …")
        processes = DemoProcesses(
            port=port,
            folder_of_manage=settings.BASE_DIR,
            stop_requests=lambda: self._stop_requests,
        )
        with processes:
            console.print(show.addresses(processes))
            return Demo(processes, console).run(once=once)

    def _ask_to_stop(self, _number: int, _frame: object) -> None:
        self._stop_requests += 1
