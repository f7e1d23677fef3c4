"""`manage.py import_plays FILE`: Plays and their pages from CSV."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from plays.sync.importer import ImportRefused, import_plays


class Command(BaseCommand):
    help = "Loads Plays, their goals and page ids from a CSV file; nothing if a line is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a CSV file in UTF-8 with a header line")

    def handle(self, *, file: str, **_: Any) -> None:
        try:
            done = import_plays(Path(file).read_text(encoding="utf-8-sig"))
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{file} is not UTF-8: {error.reason}") from error
        except ImportRefused as refused:
            raise CommandError(f"nothing was imported\n{refused}") from refused
        self.stdout.write(
            f"{done.created} created, {done.changed} changed, {done.unchanged} unchanged"
        )
        if done.accepted_events:
            self.stdout.write(f"{done.accepted_events} events that waited were accepted")
