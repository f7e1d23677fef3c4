"""A weekly run and its dry run as tables on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.utils import timezone
from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from plays.models import Finding, WeeklySync
from plays.models.weekly import FindingKind
from plays.sync.weekly import Difference, Plan, PlannedRow, WaitReason
from plays.sync.weekly.outcome import repairs, status_before, waits_for

COLOURS = {"G": "green", "Y": "yellow", "R": "red"}
COUNTERS = ("activity", "signal", "brief", "s2", "s3")
SENTENCES = {
    WaitReason.SITE_CLOSED: (
        "Confluence is paused or stopped: the run goes on by itself once it is not."
    ),
    WaitReason.EVERYTHING_PAUSED: "A person has paused everything: the run goes on when that ends.",
    WaitReason.PAGE_BUSY: (
        "The Play DB is being written by somebody else: the run goes on by itself."
    ),
    WaitReason.NOT_MAPPED: "The Play DB is not mapped to a page: its rows wait for that.",
    WaitReason.ROWS_PAUSED: (
        "Rows of the Play DB are paused by a person: they are written afterwards."
    ),
    WaitReason.ROWS_WAIT: "Rows of the Play DB wait for another try: `drain --wait` writes them.",
}
KINDS = {
    FindingKind.MISSING: "missing",
    FindingKind.CHANGED: "changed",
    FindingKind.DUPLICATE: "doubled",
    FindingKind.FOREIGN: "another event",
    FindingKind.UNKNOWN: "not in the database",
    FindingKind.UNREADABLE: "unreadable",
    FindingKind.NOT_TAKEN: "not taken over",
    FindingKind.NO_PLAY: "no Play",
    FindingKind.NO_COLUMN: "no column",
}


def sentence(why: WaitReason) -> str:
    return SENTENCES[why]


def no_plan(why: WaitReason) -> str:
    """A dry run does not go on by itself, as a run does."""
    return f"{SENTENCES[why].partition(':')[0]}: nothing was compared. Try again once that is over."


def of_run(weekly: WeeklySync) -> Iterator[RenderableType]:
    """A line per Play, then what was found, then what is left to say."""
    yield _results(weekly)
    findings = list(weekly.findings.select_related("page"))
    if findings:
        yield _findings(findings)
    yield f"{weekly.state}: {weekly.done} of {weekly.total} steps"
    yield from (sentence(why) for why in waits_for(weekly))
    if weekly.error:
        yield escape(f"{weekly.error}: {weekly.message}")


def of_plan(plan: Plan) -> Iterator[RenderableType]:
    """A line per Play that would change, the Play DB before and after, and what would be found."""
    if not plan.is_mapped:
        yield sentence(WaitReason.NOT_MAPPED)
    shown = [row for row in plan.rows if row.changes or row.repaired_from]
    if shown:
        yield _planned(shown)
    yield from (_coloured(line) for line in plan.diff)
    if plan.differences:
        yield _findings(plan.differences)
    for taken in plan.taken:
        yield escape(f"from the page: {taken.play_id} {taken.field} = {taken.page_value}")
    rows = len(plan.changed)
    yield (
        f"{rows} of {len(plan.rows)} rows would be written, in one write; nothing was"
        if rows
        else (f"all {len(plan.rows)} rows are true already: nothing would be written")
    )


def _results(weekly: WeeklySync) -> Table:
    before = status_before(weekly)
    table = _table("Play", "Status", *COUNTERS, "Repaired from")
    for result in weekly.results.select_related("play"):
        was = before.get(result.play_id, result.status)
        table.add_row(
            escape(result.play.play_id),
            _change(_status(was), _status(result.status)),
            *(str(getattr(result, name)) for name in COUNTERS),
            escape(_repairs(result.repaired_from)),
        )
    return table


def _planned(rows: Sequence[PlannedRow]) -> Table:
    names = [cell.column for cell in rows[0].cells]
    table = _table("Play", *names, "Counters repaired from")
    for row in rows:
        cells = [
            f"[bold]{_change(escape(c.now) or '–', escape(c.to_be))}[/]" if c.changes else c.to_be
            for c in row.cells
        ]
        name = f"{escape(row.play.play_id)}{' (new)' if row.is_new else ''}"
        table.add_row(name, *cells, escape(_repairs(row.repaired_from)))
    return table


def _findings(found: Iterable[Finding | Difference]) -> Table:
    table = _table(
        "Found", "Page", "Row or entry", "Column", "On the page", "Should be", "By", "At"
    )
    for one in found:
        when = f"{timezone.localtime(one.at):%Y-%m-%d %H:%M}" if one.at else ""
        told = one.message or one.found
        cells = (str(one.page), one.key, one.column, told, one.expected, one.by, when)
        table.add_row(KINDS[FindingKind(one.kind)], *map(escape, cells))
    return table


def _table(*columns: str) -> Table:
    table = Table(header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _status(status: str) -> str:
    return f"[{COLOURS[status]}]{status}[/]" if status in COLOURS else status


def _change(before: str, after: str) -> str:
    return after if before == after else f"{before} → {after}"


def _repairs(repaired_from: Mapping[str, Mapping[str, int]]) -> str:
    """`2026Q4 activity 9, signal 0 …`."""
    return "; ".join(
        f"{quarter} {', '.join(f'{name} {count}' for name, count in counts)}"
        for quarter, counts in repairs(repaired_from)
    )


def _coloured(line: str) -> str:
    colour = "green" if line.startswith("+") else "red"
    return f"[{colour}]{escape(line)}[/]"
