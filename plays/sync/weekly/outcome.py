"""What a run came to: what it still waits for, and what asks for a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields

from django.db.models import Exists, OuterRef

from plays.models import Finding, SyncJob, WeeklyResult, WeeklySync
from plays.models.job import SyncJobQuerySet
from plays.models.weekly import FindingKind, WeeklyState
from plays.rules.planner import Kind
from plays.rules.status import Counts
from plays.sync.weekly.looking import Why


def waits_for(weekly: WeeklySync) -> list[Why]:
    """Why a run is not finished, or what it left waiting."""
    known = {why.value: why for why in Why}
    return [known[line] for line in weekly.message.splitlines() if line in known]


def asks_for_person(finding: Finding) -> bool:
    """False for what the run puts right by itself: what is missing, and cells of the Play DB."""
    if finding.kind == FindingKind.MISSING:
        return False
    is_play_row = finding.play is not None and finding.key == finding.play.play_id
    return finding.kind != FindingKind.CHANGED or not is_play_row


def needs_person(weekly: WeeklySync) -> bool:
    """Whether the run failed, found what it must not put right, or has rows that were refused."""
    if weekly.state == WeeklyState.FAILED:
        return True
    if _refused_rows().exists():
        return True
    return any(asks_for_person(f) for f in weekly.findings.select_related("play"))


def _refused_rows() -> SyncJobQuerySet:
    """Rows of the Play DB that were given up and not written since."""
    rows = SyncJob.objects.filter(kind=Kind.PLAY_ROW.value)
    later = rows.filter(key=OuterRef("key"), pk__gt=OuterRef("pk"))
    return rows.failed().exclude(Exists(later))


def repairs(
    repaired_from: Mapping[str, Mapping[str, int]],
) -> list[tuple[str, list[tuple[str, int]]]]:
    """What the counters said before a repair, by quarter (PostgreSQL sorts JSON its own way)."""
    return [
        (
            quarter,
            [(field.name, counts[field.name]) for field in fields(Counts) if field.name in counts],
        )
        for quarter, counts in sorted(repaired_from.items())
    ]


def status_before(weekly: WeeklySync) -> dict[int, str]:
    """Each Play's status in the finished run before this one, by the Play's primary key."""
    before = WeeklySync.objects.filter(state=WeeklyState.DONE, slot__lt=weekly.slot)
    previous = before.order_by("-slot").first()
    rows: Iterable[WeeklyResult] = previous.results.all() if previous else ()
    return {row.play_id: row.status for row in rows}
