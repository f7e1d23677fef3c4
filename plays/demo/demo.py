"""Plays the demo's stream of events, without end or once, and says how it went."""

from __future__ import annotations

import math
import random
import time
from datetime import datetime
from zoneinfo import ZoneInfo

import requests
from rich.console import Console
from rich.status import Status

from plays.demo import console as show
from plays.demo.checks import Finding, look_at_pages
from plays.demo.figures import Progress, read_progress
from plays.demo.processes import SEED, ZONE, DemoProcesses, ProcessEnded
from plays.demo.scenario import Scenario
from plays.demo.trouble import Trouble

EVENTS_ONCE, PACE_ONCE = 36, 0.2
# Lively at first, then slow, and not for ever: the local Confluence keeps all versions in memory.
EVENTS_AT_MOST, LIVELY_EVENTS = 1_000, 100
LIVELY_PACE, CALM_PACE = (0.8, 2.4), (8.0, 20.0)
LINE_SECONDS = 1.0
EVENTS_PER_CALL = 25
SETTLE_SECONDS = 150.0
EVERY_FAULT, EVERY_COLLEAGUE, EVERY_DUPLICATE, EVERY_STRAY = 6, 4, 9, 16


class Demo:
    """One run with started processes. Raises `StopRequested` and `ProcessEnded`, as they do."""

    def __init__(self, processes: DemoProcesses, console: Console) -> None:
        self._processes, self._console = processes, console
        self._portal = processes.portal
        self._scenario = Scenario(processes.plays, seed=SEED)
        self._trouble = Trouble(processes.sandbox, processes.pages.all, seed=SEED)
        self._random = random.Random(SEED)  # noqa: S311 - a scenario, no secret
        self._began = time.monotonic()

    def run(self, *, once: bool) -> bool:
        """Returns whether everything was synced and every promise holds; without `once`, never."""
        try:
            with self._console.status("sending what happened in the last weeks…") as status:
                self._send_history()
                return self._to_the_end(status) if once else self._endlessly(status)
        except requests.RequestException as error:
            self._processes.pause(0.5)  # raises where the reason is that a process has ended
            raise ProcessEnded(f"the web server gave no usable answer: {error}") from error

    def _send_history(self) -> None:
        steps = self._scenario.history(_now())
        for start in range(0, len(steps), EVENTS_PER_CALL):
            self._portal.send_all(steps[start : start + EVENTS_PER_CALL])
            self._processes.pause(0)

    def _endlessly(self, status: Status) -> bool:
        for number in range(1, EVENTS_AT_MOST + 1):
            for said in self._events(number):
                show.tell(self._console, said)
            pace = LIVELY_PACE if number <= LIVELY_EVENTS else CALM_PACE
            self._linger(self._random.uniform(*pace), status)
        show.tell(self._console, "the stream of events has ended; everything stays up")
        self._linger(math.inf, status)
        return True

    def _linger(self, seconds: float, status: Status) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self._console.is_terminal:
                self._show_line(status)
            self._processes.pause(min(left, LINE_SECONDS))

    def _to_the_end(self, status: Status) -> bool:
        for number in range(1, EVENTS_ONCE + 1):
            self._events(number)
            self._processes.pause(PACE_ONCE)
        progress = self._settle(status)
        status.stop()
        findings = [self._was_synced(progress), self._was_answered(), *self._look_at_pages()]
        self._console.print(show.summary(self._rows(progress), findings))
        for problem in show.problems(findings):
            self._console.print(problem, markup=False)
        return all(finding.holds for finding in findings)

    def _events(self, number: int) -> list[str]:
        """The next event, and what else happens then; returns that, for people."""
        said = []
        if number % EVERY_FAULT == 0:
            said.append(self._trouble.next_fault())
        if number % EVERY_COLLEAGUE == 0:
            note = self._trouble.colleague_edits()
            said.append(f"{note.by} edits “{self._trouble.title_of(note.page_id)}” in the browser")
        if number % EVERY_STRAY == 0:
            self._portal.send(self._scenario.stray(_now()), expect="rejected")
            said.append("the portal names a Play that nobody knows: rejected")
        if number % EVERY_DUPLICATE == 0:
            self._portal.send_again(self._random.choice(self._portal.entered))
            said.append("the portal sends an event again: a duplicate")
        self._portal.send(self._scenario.next(_now()))
        return said

    def _settle(self, status: Status) -> Progress:
        """Until nothing changes any more by itself, or for as long as anyone would wait."""
        until = time.monotonic() + SETTLE_SECONDS
        while True:
            progress = self._show_line(status)
            if progress.is_settled or time.monotonic() > until:
                return progress
            self._processes.pause(0.25)

    def _show_line(self, status: Status) -> Progress:
        progress = read_progress(self._portal.figures())
        status.update(show.line(self._portal.answers, progress, self._page_writes()))
        return progress

    def _look_at_pages(self) -> list[Finding]:
        shown = self._processes
        return look_at_pages(
            shown.sandbox, shown.pages, self._portal.entered, self._trouble.notes, zone=ZONE
        )

    def _was_synced(self, progress: Progress) -> Finding:
        left = {
            "wait": progress.waiting,
            "failed": progress.failed,
            "are written": progress.running,
        }
        return Finding(
            promise="every owed edit was synced",
            problems=(
                *(f"{count} jobs {what}" for what, count in left.items() if count),
                *filter(None, [self._portal.why_the_log_waits()]),
            ),
        )

    def _was_answered(self) -> Finding:
        return Finding(
            promise="each event was answered as it should be",
            problems=tuple(self._portal.surprises),
        )

    def _rows(self, progress: Progress) -> list[tuple[str, str]]:
        answers, writes = self._portal.answers, self._page_writes()
        calls = len(self._processes.sandbox.calls)
        return [
            ("events accepted", f"{answers['accepted']}"),
            ("events that were duplicates", f"{answers['duplicate']}"),
            ("events rejected, on purpose", f"{answers['rejected']}"),
            ("edits synced", f"{progress.synced}"),
            ("page writes", f"{writes}"),
            ("calls to Confluence", f"{calls}"),
            ("calls per page write", f"{calls / max(writes, 1):.2f}"),
            ("faults of Confluence", f"{self._trouble.faults}"),
            ("colleagues' edits meanwhile", f"{len(self._trouble.notes)}"),
            ("seconds", f"{time.monotonic() - self._began:.0f}"),
        ]

    def _page_writes(self) -> int:
        """Versions that are ours; a page has at least the one that a person began it with."""
        sandbox = self._processes.sandbox
        return sum(
            version.author == sandbox.email
            for page_id in self._processes.pages.all
            for version in sandbox.history(page_id)
        )


def _now() -> datetime:
    return datetime.now(ZoneInfo(ZONE))
