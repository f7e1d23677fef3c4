"""`manage.py import_plays FILE`: Plays from a file or the Play DB page; shown, then applied."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from plays.confluence import ConfluenceError
from plays.sync.plays.importer import (
    MAX_BYTES,
    DiffersFromPreview,
    ImportRefused,
    Preview,
    compare,
    import_plays,
    read_file,
)
from plays.sync.plays.people_columns import (
    MirrorReport,
    NotMapped,
    fetch_play_db,
    take_over,
    take_over_asked,
)


class Command(BaseCommand):
    help = (
        "Loads Plays, their goals and page ids from a CSV or JSON file (UTF-8, UTF-16 or CP949; "
        "comma, semicolon or tab; headings in English or Korean), or people's columns from the "
        "Play DB page. Shows what would change, then applies all of it or, where a line is wrong, "
        "nothing. On a terminal it asks in between; without one (a script, a pipe) it does not "
        "ask, so look with --dry-run first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", help="a CSV or JSON file, or - for standard input")
        parser.add_argument(
            "--from-confluence", action="store_true", help="read the Play DB page instead of a file"
        )
        parser.add_argument(
            "--create",
            action="store_true",
            help="with --from-confluence: make Plays of rows that are none yet",
        )
        parser.add_argument("--yes", action="store_true", help="apply without asking")
        parser.add_argument("--dry-run", action="store_true", help="only show what would change")

    def handle(self, *, file: str | None, from_confluence: bool, **options: Any) -> None:
        if (file is None) != from_confluence:
            raise CommandError("give either a file or --from-confluence")
        if options["create"] and not from_confluence:
            raise CommandError(
                "--create goes with --from-confluence; a file makes its Plays itself"
            )
        with translation.override("en"):
            if file is None:
                self._from_confluence(**options)
            else:
                self._from_file(file, **options)

    def _from_file(self, file: str, *, yes: bool, dry_run: bool, verbosity: int, **_: Any) -> None:
        content = _content(file)
        try:
            preview = compare(read_file(content))
            if verbosity:
                self._show_preview(preview)
            if dry_run or not self._agreed(bool(preview.differing), yes=yes, file=file):
                return
            done = import_plays(content, digest=preview.digest)
        except ImportRefused as refused:
            raise CommandError(f"nothing was imported\n{refused}") from refused
        except DiffersFromPreview as error:
            raise CommandError(f"nothing was imported: {error}; run it again") from error
        self.stdout.write(
            f"{done.created} created, {done.changed} changed, {done.unchanged} unchanged"
        )
        if done.accepted_events:
            self.stdout.write(f"{done.accepted_events} events that waited were accepted")

    def _from_confluence(
        self, *, yes: bool, dry_run: bool, create: bool, verbosity: int, **_: Any
    ) -> None:
        try:
            body = fetch_play_db().body
            report = take_over(body, now=timezone.now(), create=create, dry_run=True)
            self._show_report(report, verbosity)
            if dry_run or not self._agreed(report.is_change, yes=yes):
                return
            report = take_over_asked(body, by=None, create=create)
        except (NotMapped, ImproperlyConfigured, ConfluenceError) as error:
            raise CommandError(f"the Play DB was not read: {error}") from error
        self.stdout.write(
            f"{len(report.taken)} values taken from the Play DB, {len(report.conflicts)} of them "
            f"changed on both sides; {len(report.created)} Plays created"
        )

    def _show_preview(self, preview: Preview) -> None:
        for play in preview.differing:
            sign, style = ("+", self.style.SUCCESS) if play.play is None else ("~", str)
            self.stdout.write(style(f"{sign} {play.play_id} {play.name}".rstrip()))
            for change in play.changes:
                self.stdout.write(f"    {change.field}: {_arrow(change.old, change.new)}")
        for note in preview.notes:
            self.stdout.write(self.style.WARNING(note))
        self.stdout.write(
            f"would be: {preview.created} created, {preview.changed} changed, "
            f"{preview.unchanged} unchanged"
        )

    def _show_report(self, report: MirrorReport, verbosity: int) -> None:
        if report.trouble:
            raise CommandError(f"the Play DB cannot be read: {report.trouble}")
        if not verbosity:
            return
        for play_id in report.created:
            self.stdout.write(self.style.SUCCESS(f"+ {play_id}"))
        for taken in report.taken:
            both = "  (changed on both sides: the page wins)" if taken.is_conflict else ""
            change = _arrow(taken.ours, taken.page_value)
            self.stdout.write(f"~ {taken.play_id} {taken.field}: {change}{both}")
        for ours in report.differing:
            words = f"“{ours.ours}” here, “{ours.page_value}” on the page: stays as it is here"
            self.stdout.write(f"= {ours.play_id} {ours.field}: {words}")
        for play_id in report.unknown:
            self.stdout.write(self.style.WARNING(f"? {play_id} is no Play; --create makes it one"))
        for problem in report.problems:
            self.stdout.write(self.style.WARNING(f"! {problem}; not taken"))
        self.stdout.write(f"{report.rows} rows read, {len(report.taken)} values to be taken")

    def _agreed(self, is_change: bool, *, yes: bool, file: str = "") -> bool:
        """Whether to go on: asked only on a terminal, and only where there is something to do."""
        if yes or not is_change or file == "-" or not sys.stdin.isatty():
            return True
        answer = input("Apply? [y/N] ")
        if answer.strip().lower() in ("y", "yes"):
            return True
        self.stdout.write("nothing was changed")
        return False


def _content(file: str) -> bytes:
    try:
        with sys.stdin.buffer if file == "-" else Path(file).open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from error


def _arrow(old: str, new: str) -> str:
    return f"{_shown(old)} → {_shown(new)}"


def _shown(text: str) -> str:
    return text.replace("\n", " ⏎ ") if text else "(empty)"
