"""`manage.py ingest FILE`: events from a JSON Lines file."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from plays.api.payload import NotReadable, read_json
from plays.checks import OUR_CHECKS
from plays.sync.intake.receiving import ReceiptStatus, record


class Command(BaseCommand):
    help = "Records events from a JSON Lines file (or - for standard input), one event a line."
    requires_system_checks = OUR_CHECKS

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a JSON Lines file, or - for standard input")

    def handle(self, *, file: str, verbosity: int, **_: Any) -> None:
        counts: Counter[str] = Counter()
        for number, line in _lines(file):
            status, words = _record(line)
            counts[status] += 1
            if verbosity > 1 or status == "rejected":
                self.stdout.write(f"line {number}: {status}{words}")
        self.stdout.write(
            f"{counts['accepted']} accepted, {counts['duplicate']} duplicates, "
            f"{counts['rejected']} rejected"
        )
        if counts["rejected"]:
            sys.exit(1)


def _record(line: bytes) -> tuple[str, str]:
    try:
        receipt = record(read_json(line))
    except NotReadable as error:
        return ReceiptStatus.REJECTED.value, f" · {error}"
    reasons = "".join(f" · {p.field}: {p.message}" for p in receipt.problems)
    named = f" · {receipt.event_id}" if receipt.event_id else ""
    logged = f" · {receipt.log_id}" if receipt.log_id else ""
    return receipt.status.value, named + logged + reasons


def _lines(file: str) -> Iterator[tuple[int, bytes]]:
    """Lines that are not blank, with their numbers."""
    try:
        with sys.stdin.buffer if file == "-" else Path(file).open("rb") as stream:
            for number, line in enumerate(stream, 1):
                if line.strip():
                    yield number, line
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from error
