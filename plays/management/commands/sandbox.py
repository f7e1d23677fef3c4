"""Serves a local Confluence with sample pages until Ctrl-C."""

import threading
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from plays.sandbox import KINDS, Sandbox
from plays.sandbox.samples import Samples, add_samples

DEFAULT_PORT = 8090
USUAL_TROUBLE = ("rate_limited", "unavailable", "lost_reply", "conflict")


class Command(BaseCommand):
    """`manage.py sandbox`."""

    help = "Serve a local Confluence at http://127.0.0.1:PORT/wiki. Pages live in memory only."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="0 takes a free one")
        parser.add_argument("--latency", type=float, default=0, metavar="MS", help="for each call")
        parser.add_argument("--email", default="demo@example.com")
        parser.add_argument("--token", default="sandbox-token")
        parser.add_argument("--space", default="AX", metavar="KEY")
        parser.add_argument("--fault-rate", type=_share, default=0.0, metavar="0..1")
        parser.add_argument(
            "--fault-kind",
            action="append",
            choices=KINDS,
            dest="fault_kinds",
            help="may be given repeatedly; without it the usual trouble is taken",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        sandbox = Sandbox(
            port=options["port"],
            email=options["email"],
            token=options["token"],
            space_key=options["space"],
            latency=options["latency"] / 1000,
        )
        samples = add_samples(sandbox)
        kinds = options["fault_kinds"] or USUAL_TROUBLE
        sandbox.faults.random(options["fault_rate"], kinds)
        try:
            sandbox.start()
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"Port {options['port']} can not be used ({error}). Choose another with --port."
            ) from error
        with sandbox:
            self._tell(sandbox, samples)
            if options["fault_rate"]:
                self._say("Faults", f"{options['fault_rate']:.0%} {', '.join(kinds)}")
            self.stdout.write("Ctrl-C stops it; its pages are gone then.")
            self.stdout.flush()
            self._wait()

    def _tell(self, sandbox: Sandbox, samples: Samples) -> None:
        facts = {
            "Confluence": sandbox.url,
            "E-mail": sandbox.email,
            "API token": sandbox.token,
            "Space": sandbox.space_key,
            "Home page": sandbox.homepage_id,
            "Project TODO": samples.project_todo,
            "Play DB": samples.play_db,
            "Action Log": samples.action_log,
            "EXT_Desk_D01 ToDo": samples.play_todo,
            "Control": sandbox.control_url,
        }
        for name, value in facts.items():
            self._say(name, value)

    def _say(self, name: str, value: str) -> None:
        self.stdout.write(f"{name:<20}{value}")

    def _wait(self) -> None:
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ArgumentTypeError("a number from 0 to 1")
    return share
