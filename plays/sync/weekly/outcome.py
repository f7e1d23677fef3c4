"""What a run came to: what it still waits for, and what asks for a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from plays.models import Acknowledgement, SyncJob, WeeklyResult, WeeklySync
from plays.models.acknowledgement import Subject
from plays.models.job import SyncJobQuerySet
from plays.models.weekly import TOLD_ONLY, WeeklyState
from plays.rules.planner import Kind
from plays.rules.status import Counts
from plays.sync.weekly.differences import full_pages, is_put_right
from plays.sync.weekly.page_reads import WaitReason


def waits_for(weekly: WeeklySync) -> list[WaitReason]:
    """Why a run is not finished, or what it left waiting."""
    known = {why.value: why for why in WaitReason}
    return [known[line] for line in weekly.message.splitlines() if line in known]


def for_people(weekly: WeeklySync) -> int:
    """How many findings wait for a person: all but those that the run puts right by itself, and
    those that are only told, where nothing is wrong on the page, and those that somebody has
    acknowledged.
    """
    return open_and_known(weekly, timezone.now())[0]


def open_and_known(weekly: WeeklySync, now: datetime) -> tuple[int, int]:
    """How many findings wait for a person, and how many would if nobody had acknowledged them."""
    full = full_pages()
    known = Acknowledgement.objects.active(now).filter(subject=Subject.FINDING)
    accepted = {each.finding for each in known}
    found = weekly.findings.exclude(kind__in=TOLD_ONLY)
    rows = found.values_list("kind", "page_id", "key", "column", "found")
    asking = [row in accepted for row in rows if not is_put_right(row[0], row[1], full)]
    return asking.count(False), asking.count(True)


def needs_person(weekly: WeeklySync) -> bool:
    """Whether the run failed, found what it must not put right, or has rows that were refused."""
    if weekly.state == WeeklyState.FAILED:
        return True
    if _refused_rows().exists():
        return True
    return for_people(weekly) > 0


def _refused_rows() -> SyncJobQuerySet:
    """Rows of the Play DB that were given up and not written since."""
    rows = SyncJob.objects.filter(kind=Kind.PLAY_ROW)
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
