"""`manage.py doctor`: what is wrong, and what to do about it."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from itertools import groupby
from typing import Any

from django.core.management.base import BaseCommand, no_translations
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from plays.sync.doctor.examination import examine
from plays.sync.doctor.findings import AREA_NAMES, Finding, Level

SIGNS = {Level.OK: "✓", Level.NOTE: "·", Level.PROBLEM: "✗"}


class Command(BaseCommand):
    help = (
        "Checks configuration, credentials, permissions, every page mapping, the schedules and "
        "the workers, and says what to do about each problem. Exit code 0: all well; 1: not."
    )
    # What these checks find is told here, with everything else.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="findings as JSON, for programs")

    @no_translations
    def handle(self, *, json: bool, **_: Any) -> None:
        findings = _examined()
        if json:
            self.stdout.write(_as_json(findings))
        else:
            self._tell(findings)
        if any(finding.is_problem for finding in findings):
            sys.exit(1)

    def _tell(self, findings: list[Finding]) -> None:
        styles: dict[Level, Callable[[str], str]] = {
            Level.OK: self.style.SUCCESS,
            Level.NOTE: str,
            Level.PROBLEM: self.style.ERROR,
        }
        for area, same in groupby(findings, key=lambda finding: finding.area):
            self.stdout.write(self.style.MIGRATE_HEADING(str(AREA_NAMES[area])))
            for finding in same:
                is_said = not finding.subject or finding.subject in finding.what
                subject = "" if is_said else f"{finding.subject}: "
                words = f"  {SIGNS[finding.level]} {subject}{finding.what}"
                self.stdout.write(styles[finding.level](words))
                if finding.do:
                    self.stdout.write(f"      → {finding.do}")
        count = sum(finding.is_problem for finding in findings)
        self.stdout.write(f"\n{count} problem{'s' * (count != 1)}" if count else "\nall well")


def _examined() -> list[Finding]:
    console = Console(stderr=True)
    columns = (TextColumn("looking at pages"), BarColumn(), MofNCompleteColumn())
    shown = console.is_terminal
    with Progress(*columns, console=console, disable=not shown, transient=True) as progress:
        bar = progress.add_task("pages", total=None)
        return examine(
            on_page=lambda done, total: progress.update(bar, completed=done, total=total)
        )


def _as_json(findings: list[Finding]) -> str:
    return json.dumps(
        {
            "ok": not any(finding.is_problem for finding in findings),
            "findings": [
                {
                    "area": finding.area.value,
                    "level": finding.level.value,
                    "subject": finding.subject,
                    "what": finding.what,
                    "do": finding.do,
                }
                for finding in findings
            ],
        },
        ensure_ascii=False,
        indent=2,
    )
