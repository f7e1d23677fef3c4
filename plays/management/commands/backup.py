"""`manage.py backup [PATH]`: a copy of the database while everything goes on working."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.template.defaultfilters import filesizeformat

from plays.checks import OUR_CHECKS
from plays.sync.backup import NotBackedUp, back_up


class Command(BaseCommand):
    help = (
        "Copies the database to PATH, a new file (default: named by the time, in this folder). "
        "docs/operations.md says how to return to it."
    )
    requires_system_checks = OUR_CHECKS

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", nargs="?", type=Path)

    @no_translations
    def handle(self, *, path: Path | None, **_: Any) -> None:
        try:
            made = back_up(path)
        except NotBackedUp as why:
            raise CommandError(str(why)) from why
        self.stdout.write(f"{made}: {filesizeformat(made.stat().st_size)}")
