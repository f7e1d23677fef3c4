"""Owing again what pages should say: what is missing, or every edit of a Play or of all.

Nothing here writes to Confluence. An edit owed again is compared with the page as always, and the
writer writes only differences.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from plays.models import Action, LogVolume, PageMapping, Play, SyncJob
from plays.models.audit import Verb
from plays.models.job import JobState
from plays.models.mapping import PLAY_PARTS, PartChoice
from plays.rules.planner import OWED, PART_OF, Kind
from plays.sync import audit
from plays.sync.jobs.retrying import chunks
from plays.sync.jobs.wakeups import ring

OF_ACTIONS = (Kind.LOG_ROW, Kind.LIVE_ENTRY)
LINKS = (Kind.PROJECT_LINK, Kind.PLAY_DB_LINK)


@dataclass(frozen=True, kw_only=True)
class Due:
    """An edit that shall be owed: its Play, and its action where it is about one."""

    kind: Kind
    key: str
    play: int
    action: int | None = None


def missing_edits() -> list[Due]:
    """What was never owed although it should be, or was canceled since it last was on its way."""
    owed = SyncJob.objects.exclude(state=JobState.CANCELED)
    found: list[Due] = []
    for kind in OF_ACTIONS:
        absent = ~Exists(owed.filter(action=OuterRef("pk"), kind=kind.value))
        found += _of_actions(Action.objects.filter(absent), kind)
    for kind in (Kind.PLAY_ROW, *LINKS):
        absent = ~Exists(owed.filter(play=OuterRef("pk"), kind=kind.value))
        found += _of_plays(Play.objects.filter(absent), kind)
    return found


def all_edits(play: Play | None = None) -> list[Due]:
    """Every edit of a Play, or of all; rows on a page of the Action Log that is full are left out:
    the page that the log is on now must not get them as well.
    """
    actions, plays = Action.objects.all(), Play.objects.all()
    if play is not None:
        actions, plays = actions.filter(play=play), plays.filter(pk=play.pk)
    logged = actions.exclude(Exists(_on_full_pages(OuterRef("pk"))))
    return [
        *_of_actions(logged, Kind.LOG_ROW),
        *_of_actions(actions, Kind.LIVE_ENTRY),
        *(edit for kind in (Kind.PLAY_ROW, *LINKS) for edit in _of_plays(plays, kind)),
    ]


def count_by_kind(edits: Iterable[Due]) -> dict[Kind, int]:
    """How many edits of each kind, in the order of `Kind`; kinds without any are left out."""
    counts = Counter(edit.kind for edit in edits)
    return {kind: counts[kind] for kind in Kind if counts[kind]}


def send_missing(*, by: User | None, reason: str = "", now: datetime | None = None) -> int:
    """Owe what is missing. Returns how many edits that are."""
    return _send(missing_edits(), Verb.SEND_MISSING, by=by, reason=reason, now=now)


def resend_all(
    play: Play | None = None, *, by: User | None, reason: str, now: datetime | None = None
) -> int:
    """Owe every edit of a Play, or of all, again. Returns how many; raises `ValueError` without a
    reason.
    """
    if not reason.strip():
        raise ValueError("to send everything again needs a reason")
    return _send(all_edits(play), Verb.RESEND_ALL, by=by, reason=reason.strip(), play=play, now=now)


def _of_actions(actions: QuerySet[Action], kind: Kind) -> Iterator[Due]:
    types = [action_type for action_type, kinds in OWED.items() if kind in kinds]
    rows = actions.filter(action_type__in=types).order_by("pk")
    for pk, key, play in rows.values_list("pk", "log_id", "play_id"):
        yield Due(kind=kind, key=key, play=play, action=pk)


def _of_plays(plays: QuerySet[Play], kind: Kind) -> Iterator[Due]:
    """Links once the Play has a ToDo page; rows once something was owed or done that shows."""
    if kind in LINKS:
        todo = PageMapping.objects.filter(part=PartChoice.PLAY_TODO, page__isnull=False)
        wanted = Q(Exists(todo.filter(play=OuterRef("pk"))))
    else:
        types = [action_type for action_type, kinds in OWED.items() if kind in kinds]
        done = Action.objects.filter(play=OuterRef("pk"), action_type__in=types)
        wanted = Exists(done) | Exists(SyncJob.objects.filter(play=OuterRef("pk"), kind=kind.value))
    for pk, key in plays.filter(wanted).order_by("pk").values_list("pk", "play_id"):
        yield Due(kind=kind, key=key, play=pk)


def _on_full_pages(action: OuterRef) -> QuerySet[SyncJob]:
    full = LogVolume.objects.closed().values("page")
    return SyncJob.objects.filter(
        action=action, kind=Kind.LOG_ROW.value, state=JobState.SYNCED, written_to__in=full
    )


def _send(
    edits: list[Due],
    verb: Verb,
    *,
    by: User | None,
    reason: str,
    play: Play | None = None,
    now: datetime | None,
) -> int:
    now = now or timezone.now()
    if not edits:
        return 0
    with transaction.atomic():
        plays = _locked_plays({edit.play for edit in edits})
        for chunk in chunks(edits):
            _owe(chunk, plays, now)
        audit.note(
            verb,
            by=by,
            target=play.play_id if play else "",
            play=play,
            count=len(edits),
            reason=reason,
            details={kind.value: count for kind, count in count_by_kind(edits).items()},
            now=now,
        )
    return len(edits)


def _locked_plays(pks: set[int]) -> dict[int, Play]:
    """Their locks keep others from owing the same; taken in the order that everybody takes."""
    locked: dict[int, Play] = {}
    for chunk in chunks(sorted(pks)):
        plays = Play.objects.filter(pk__in=chunk).order_by("pk")
        locked |= {play.pk: play for play in plays.select_for_update(no_key=True)}
    return locked


def _owe(edits: list[Due], plays: dict[int, Play], now: datetime) -> None:
    """As `ledger.owe`, for many edits at once; the caller holds the locks of their Plays."""
    mappings = _mappings(edits, plays)
    pending = SyncJob.objects.pending().filter(
        mapping__in={mapping.pk for mapping in mappings.values()},
        key__in={edit.key for edit in edits},
    )
    rows = SyncJob.objects.filter(pk__in=pending.lock())
    there = {(job.mapping_id, job.kind, job.key): job.pk for job in rows}
    again, fresh = [], []
    for edit in edits:
        mapping = mappings[_slot(edit)]
        job = there.get((mapping.pk, edit.kind.value, edit.key))
        if job is None:
            fresh.append(_job(edit, mapping, now))
        else:
            again.append(job)
    SyncJob.objects.filter(pk__in=again).update(revision=F("revision") + 1)
    SyncJob.objects.bulk_create(fresh)
    for page in sorted({m.page_id for m in mappings.values() if m.page_id is not None}):
        transaction.on_commit(partial(ring, page), robust=True)


def _slot(edit: Due) -> tuple[str, int | None]:
    part = PART_OF[edit.kind].value
    return part, edit.play if part in PLAY_PARTS else None


def _mappings(
    edits: list[Due], plays: dict[int, Play]
) -> dict[tuple[str, int | None], PageMapping]:
    """The mapping of each edit's part; made empty where there is none yet."""
    slots = {_slot(edit) for edit in edits}
    parts = {part for part, _ in slots}
    known = PageMapping.objects.filter(part__in=parts)
    found = {(mapping.part, mapping.play_id): mapping for mapping in known}
    for part, play in slots - found.keys():
        mappings = PageMapping.objects
        found[part, play] = mappings.of_play(plays[play], part) if play else mappings.shared(part)
    return found


def _job(edit: Due, mapping: PageMapping, now: datetime) -> SyncJob:
    return SyncJob(
        mapping=mapping,
        kind=edit.kind.value,
        key=edit.key,
        play_id=edit.play,
        action_id=edit.action,
        run_after=now,
        created_at=now,
    )
