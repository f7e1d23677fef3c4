"""`manage.py weekly_sync`: the weekly batch now, or what it would change."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console, RenderableType

from plays.checks import OUR_CHECKS
from plays.management import weekly_tables
from plays.management.progress import progress_bar
from plays.models import WeeklySync
from plays.models.weekly import WeeklyState, WeeklyTrigger
from plays.sync import weekly
from plays.sync.weekly.outcome import needs_person, waits_for

FINE, NEEDS_A_PERSON, STILL_WAITING = 0, 1, 2
WIDTH_OF_A_FILE = 140


class Command(BaseCommand):
    help = (
        "Recounts every active Play, writes the Play DB, and compares the pages with the database."
        " Exit code 0: all well, 1: something needs a person, 2: something still waits."
    )
    requires_system_checks = OUR_CHECKS

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="show what would change and write nothing"
        )

    def handle(self, *, dry_run: bool, **_: Any) -> None:
        try:
            code = self._show_plan() if dry_run else self._run()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        if code != FINE:
            sys.exit(code)

    def _show_plan(self) -> int:
        try:
            with progress_bar("pages") as show:
                plan = weekly.plan(on_progress=show)
        except weekly.RunMustWait as waits:
            self.stdout.write(weekly_tables.no_plan(waits.reason))
            return STILL_WAITING
        self._print(*weekly_tables.of_plan(plan))
        return FINE

    def _run(self) -> int:
        run = self._started()
        with progress_bar("pages") as show:
            run = weekly.carry_on(run, on_progress=lambda r: show(r.done, r.total))
        self._print(*weekly_tables.of_run(run))
        if run.state == WeeklyState.FAILED or needs_person(run):
            return NEEDS_A_PERSON
        is_done = run.state == WeeklyState.DONE and not waits_for(run)
        return FINE if is_done else STILL_WAITING

    def _started(self) -> WeeklySync:
        try:
            return weekly.start(trigger=WeeklyTrigger.COMMAND)
        except weekly.AlreadyRunning as other:
            self.stdout.write(f"carrying on the run of {other.weekly}, which is not finished")
            return other.weekly

    def _print(self, *parts: RenderableType) -> None:
        console = Console(width=None if sys.stdout.isatty() else WIDTH_OF_A_FILE)
        with console.capture() as text:
            for part in parts:
                console.print(part)
        self.stdout.write(text.get(), ending="")
