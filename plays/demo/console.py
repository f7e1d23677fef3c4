"""What the demo prints: addresses, a line that moves on, and a summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from plays.demo.checks import Finding
from plays.demo.figures import Progress
from plays.demo.prepare import PEOPLE
from plays.demo.processes import DemoProcesses
from plays.demo.seed_pages import ACTION_LOG, PLAY_DB

PROBLEMS_SHOWN = 10


def addresses(processes: DemoProcesses) -> Panel:
    table = Table.grid(padding=(0, 2))
    space = f"{processes.sandbox.url}/spaces/{processes.sandbox.space_key}"
    for name, what in (
        ("Dashboard", f"{processes.url}/"),
        ("Logins", f"{', '.join(PEOPLE)}; password {processes.password}"),
        ("Confluence", f"{space}/overview"),
        ("Play DB page", f"{space}/pages/{PLAY_DB}"),
        ("Action Log page", f"{space}/pages/{ACTION_LOG}"),
        ("Send events to", f"{processes.url}/api/events"),
        ("with the token", processes.token),
    ):
        table.add_row(Text(name, style="bold"), Text(what, overflow="fold"))
    return Panel(table, title="syncadmin demo", subtitle="Ctrl-C stops everything", expand=False)


def line(answers: Counter[str], progress: Progress, written: int) -> str:
    return (
        f"{answers.total()} events sent · {answers['rejected']} rejected · "
        f"{progress.synced} edits synced · {written} page writes · "
        f"{progress.waiting} waiting · {progress.failed} failed"
    )


def tell(console: Console, what: str) -> None:
    clock = datetime.now().astimezone().strftime("%H:%M:%S")
    console.print(Text(f"{clock} {what}"))


def summary(rows: Iterable[tuple[str, str]], findings: Sequence[Finding]) -> Table:
    table = Table(title="syncadmin demo", show_header=False)
    table.add_column(overflow="fold")
    table.add_column(justify="right")
    for name, value in rows:
        table.add_row(name, value)
    table.add_section()
    for finding in findings:
        verdict = Text("yes", style="green") if finding.holds else Text("NO", style="bold red")
        table.add_row(finding.promise, verdict)
    return table


def problems(findings: Sequence[Finding]) -> list[str]:
    found = [problem for finding in findings for problem in finding.problems]
    more = [f"… and {len(found) - PROBLEMS_SHOWN} more"] if len(found) > PROBLEMS_SHOWN else []
    return found[:PROBLEMS_SHOWN] + more
