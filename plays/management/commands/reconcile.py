"""`manage.py reconcile [--dry-run] [--adopt]`: the pages compared with the database, both ways."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from plays.checks import OUR_CHECKS
from plays.sync.log_ids import log_id
from plays.sync.reconcile.reconciling import reconcile
from plays.sync.reconcile.report import Report
from plays.sync.site.availability import open_now
from plays.sync.weekly import RunMustWait


class Command(BaseCommand):
    help = (
        "After a restore, or at any time: raises the log numbers past those on the pages, names "
        "what stands on pages and is not in the database, and owes what is missing."
    )
    requires_system_checks = OUR_CHECKS

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say it, and change nothing")
        parser.add_argument(
            "--adopt", action="store_true", help="take what can be read back into the database"
        )
        parser.add_argument(
            "--go-on",
            action="store_true",
            help="what the database does not know was here before us: leave it, go on after it",
        )

    def handle(self, *, dry_run: bool, adopt: bool, go_on: bool, **_: Any) -> None:
        if adopt and go_on:
            raise CommandError("--adopt takes over what --go-on leaves alone: give one of them.")
        open_now()  # the database's own word on the site may be as old as the copy
        try:
            report = reconcile(by=None, dry_run=dry_run, adopt=adopt, go_on=go_on)
        except RunMustWait as waits:
            raise CommandError(f"Pages cannot be compared now: {waits.reason.value}.") from waits
        for line in _lines(report):
            self.stdout.write(line)
        if not report.agrees:
            raise SystemExit(1)


def _lines(report: Report) -> list[str]:
    would = "would be " if report.is_dry_run else ""
    lines = [
        *(
            f"Log numbers of {year}: {log_id(year, before)} -> {log_id(year, after)}."
            for year, (before, after) in report.raised.items()
        ),
        *(f"Further page of the log: {page}." for page in report.new_pages),
        *(f"{one} {would}known as an event that came in again." for one in report.matched),
        *(f"{before} {would}given another number: {after}." for before, after in report.renumbered),
        *(f"{one} {would}taken over from its page." for one in report.adopted),
        *([f"Here before us, left as they are: {len(report.theirs)}."] if report.theirs else []),
        *(f"Not in the database: {told.text} ({told.page})" for told in report.unknown),
        *(f"Tells of another event: {told.text} ({told.page})" for told in report.conflicts),
        *(f"Not read: {page}: {why}" for page, why in report.unreadable),
        f"Edits owed: {report.owed}." if not report.is_dry_run else "Nothing was changed.",
    ]
    if report.agrees:
        return [*lines, "Pages and database agree."]
    return [*lines, "A person is asked: see docs/operations.md, “After a restore”."]
