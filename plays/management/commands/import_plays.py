"""`manage.py import_plays FILE`: Plays from a file or the Play DB page; shown, then applied."""

from __future__ import annotations

import shlex
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone

from plays.checks import OUR_CHECKS
from plays.confluence import ConfluenceError
from plays.storage.text import header_name
from plays.sync.layouts.looking import NotMapped
from plays.sync.plays.importer.applying import DiffersFromPreview, Imported, import_plays
from plays.sync.plays.importer.choices import Choices
from plays.sync.plays.importer.columns import COLUMNS, column_called
from plays.sync.plays.importer.preview import Preview, compare
from plays.sync.plays.importer.rows import PlayFile, look_at, read_file
from plays.sync.plays.people_columns.pull import PullReport, fetch_play_db, pull_asked, pull_columns
from plays.sync.sheets.problems import ImportRefused
from plays.sync.sheets.reading import MAX_BYTES

_COLUMN_NAMES = ", ".join(column.name for column in COLUMNS)


class Command(BaseCommand):
    help = (
        "Loads Plays, their goals and page ids from a CSV or JSON file (UTF-8, UTF-16 or CP949; "
        "comma, semicolon or tab; headings in English or Korean; Excel where openpyxl is "
        "installed), or people's columns from the Play DB page. Shows what would change, then "
        "applies all of it or, where a line is wrong, nothing. On a terminal it asks in between; "
        "without one (a script, a pipe) it does not ask, so look with --dry-run first."
    )
    requires_system_checks = OUR_CHECKS

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
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="THEIRS=OURS",
            help="what a column of the file is here, e.g. --map 주제=name; --map 주제= leaves it "
            "out. Remembered for files with the same headings",
        )
        parser.add_argument("--yes", action="store_true", help="apply without asking")
        parser.add_argument("--dry-run", action="store_true", help="only show what would change")

    @no_translations
    def handle(self, *, file: str | None, from_confluence: bool, **options: Any) -> None:
        if (file is None) != from_confluence:
            raise CommandError("give either a file or --from-confluence")
        if options["create"] and not from_confluence:
            said = "--create goes with --from-confluence; a file makes its Plays itself"
            raise CommandError(said)
        if options["map"] and from_confluence:
            raise CommandError("--map goes with a file")
        if file is None:
            self._from_confluence(**options)
        else:
            self._from_file(file, **options)

    def _from_file(
        self, file: str, *, yes: bool, dry_run: bool, verbosity: int, **options: Any
    ) -> None:
        content = _content(file)
        try:
            choices = Choices(columns=_chosen(options["map"], look_at(content)))
            self._refuse_open(look_at(content, choices))
            preview = compare(read_file(content, choices))
            if verbosity:
                self._show_preview(preview)
            if dry_run or not self._agreed(bool(preview.differing), yes=yes, file=file):
                return
            done = import_plays(content, choices=choices, digest=preview.digest)
        except ImportRefused as refused:
            raise CommandError("\n".join(["nothing was imported", str(refused)])) from refused
        except DiffersFromPreview as error:
            said = "nothing was imported: the Plays have changed meanwhile; run it again"
            raise CommandError(said) from error
        self.stdout.write(_counts(done))
        if done.accepted_events:
            self.stdout.write(f"{done.accepted_events} events that waited were accepted")

    def _refuse_open(self, file: PlayFile) -> None:
        """Say of each column that is not known what it may be, and how to say what it is."""
        if not any(one.is_open for one in file.columns):
            return
        lines = [str(problem) for problem in file.problems]
        lines += ["", "Say what these columns are, or leave them out:"]
        for one in file.columns:
            if one.is_open:
                samples = ", ".join(map(repr, one.samples))
                ours = one.likely.name if one.likely else "…"
                lines.append(f"  --map {shlex.quote(f'{one.key}={ours}')}   {samples}".rstrip())
                lines.append(f"  --map {shlex.quote(f'{one.key}=')}")
        lines.append(f"Columns here: {_COLUMN_NAMES}")
        raise CommandError("\n".join(["nothing was imported", *lines]))

    def _from_confluence(
        self, *, yes: bool, dry_run: bool, create: bool, verbosity: int, **_options: Any
    ) -> None:
        try:
            body = fetch_play_db().body
            report = pull_columns(body, now=timezone.now(), create=create, dry_run=True)
            self._show_report(report, verbosity)
            if dry_run or not self._agreed(report.is_change, yes=yes):
                return
            report = pull_asked(body, by=None, create=create)
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
                self.stdout.write(f"    {change.name}: {_arrow(change.old, change.new)}")
        for note in preview.notes:
            self.stdout.write(self.style.WARNING(note))
        self.stdout.write(f"would be: {_counts(preview)}")

    def _show_report(self, report: PullReport, verbosity: int) -> None:
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
            words = f"? {play_id} is no Play; --create makes it one"
            self.stdout.write(self.style.WARNING(words))
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


def _chosen(maps: Iterable[str], file: PlayFile) -> dict[str, str]:
    """What `--map` says, by the column's key in the file."""
    keys = {header_name(one.key): one.key for one in file.columns}
    chosen = {}
    for said in maps:
        theirs, equals, ours = said.rpartition("=")
        if not equals:
            raise CommandError(f"--map wants THEIRS=OURS, not {said}")
        key = keys.get(header_name(theirs))
        column = column_called(ours) if ours.strip() else None
        if key is None:
            headings = ", ".join(keys.values())
            raise CommandError(f"the file has no column {theirs}; it has {headings}")
        if ours.strip() and column is None:
            raise CommandError(f"{ours} is no column here; there are {_COLUMN_NAMES}")
        chosen[key] = column.name if column else ""
    return chosen


def _counts(done: Imported | Preview) -> str:
    return f"{done.created} created, {done.changed} changed, {done.unchanged} unchanged"


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
