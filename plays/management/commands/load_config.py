"""`manage.py load_config FILE`: the pages of the seed system's JSON configuration."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations

from plays.checks import OUR_CHECKS
from plays.sync.mappings.config import ConfigRefused, load


class Command(BaseCommand):
    help = (
        "Maps the pages that the seed system's JSON configuration names (pages, play_todo_pages; "
        "${NAME} is read from our own settings, TBD is not mapped yet) and says which environment "
        "variables its schedule and retry numbers belong in. All of it, or nothing."
    )
    requires_system_checks = OUR_CHECKS

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a JSON file in UTF-8, or - for standard input")
        parser.add_argument("--dry-run", action="store_true", help="only show what would change")

    @no_translations
    def handle(self, *, file: str, dry_run: bool, **_: Any) -> None:
        try:
            done = load(_content(file), dry_run=dry_run)
        except ConfigRefused as refused:
            raise CommandError(f"nothing was loaded\n{refused}") from refused
        for change in done.changes:
            self.stdout.write(str(change))
        for line in done.advice:
            self.stdout.write(self.style.WARNING(line))
        would = "would be " if dry_run else ""
        self.stdout.write(f"{would}{len(done.changes)} mapped, {done.unchanged} unchanged")


def _content(file: str) -> str:
    try:
        with sys.stdin.buffer if file == "-" else Path(file).open("rb") as stream:
            return stream.read().decode("utf-8-sig")
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{file} is not UTF-8: {error.reason}") from error
