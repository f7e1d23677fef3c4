"""`manage.py drain`: write every due page in this process."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from plays.checks import OUR_CHECKS
from plays.management.progress import progress_bar
from plays.models import Site
from plays.sync.writing.drain import Backlog, backlog, drain

NOTHING_LEFT, NEEDS_A_PERSON, STILL_WAITING = 0, 1, 2


class Command(BaseCommand):
    help = "Writes every due page until nothing is due, without a cluster."
    requires_system_checks = OUR_CHECKS

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--wait", action="store_true", help="also wait for retries that lie ahead"
        )
        parser.add_argument(
            "--now", action="store_true", help="try at once what waits for a later time"
        )

    def handle(self, *, wait: bool, now: bool, **_: Any) -> None:
        try:
            left = self._drain(wait=wait, at_once=now)
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_sentence(left))
        if code := _exit_code(left):
            sys.exit(code)

    def _drain(self, *, wait: bool, at_once: bool) -> Backlog:
        before = backlog()
        with progress_bar("writing pages") as show_bar:

            def show(left: Backlog) -> None:
                total = max(before.pending, left.pending)
                show_bar(total - left.pending, total)

            return drain(wait=wait, at_once=at_once, on_progress=show)


def _exit_code(left: Backlog) -> int:
    if left.failed:
        return NEEDS_A_PERSON
    waiting = left.pending or left.paused or left.unmapped
    return STILL_WAITING if waiting else NOTHING_LEFT


def _sentence(left: Backlog) -> str:
    parts = [
        (left.failed, "need a person"),
        (left.pending, "wait for a later time"),
        (left.paused, "are paused"),
        (left.unmapped, "wait for a page mapping"),
    ]
    said = ", ".join(f"{count} {words}" for count, words in parts if count)
    reason = Site.current().message
    return (f"left: {said}" if said else "nothing is left to write") + (
        f"\nConfluence: {reason}" if reason else ""
    )
