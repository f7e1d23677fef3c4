"""Enqueueing: what pages must say becomes pending jobs, at most one for each edit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from plays.models import Action, AuditEntry, PageMapping, Play, SyncJob
from plays.models.job import JobState
from plays.models.mapping import PLAY_PARTS, PartChoice
from plays.rules.planner import EDITS_OF, PART_OF, Kind
from plays.sync.chunks import in_chunks
from plays.sync.jobs.locking import again_on_conflict, lock_plays, locked
from plays.sync.jobs.taking import current_act
from plays.sync.jobs.transitions import JobVerb, can, change, create, mark
from plays.sync.jobs.wakeups import wake_all_on_commit

Slot = tuple[str, int | None]
Edit = tuple[int, str, str]


@dataclass(frozen=True, kw_only=True)
class PendingEdit:
    """An edit that a page shall get. `play` and `action` are primary keys; `action` is None where
    the edit is about the Play as a whole.
    """

    kind: Kind
    key: str
    play: int
    action: int | None = None

    @property
    def slot(self) -> Slot:
        """The part that the edit goes to, and the Play where the part is a Play's own."""
        part = PART_OF[self.kind]
        return part, self.play if PartChoice(part) in PLAY_PARTS else None


def edits_of(action: Action, play: Play) -> list[PendingEdit]:
    """The edits that an action asks for. A Play's row is keyed by the Play, all else by log id."""
    return [
        row_of(play)
        if kind is Kind.PLAY_ROW
        else PendingEdit(kind=kind, key=action.log_id, play=play.pk, action=action.pk)
        for kind in EDITS_OF[action.action_type]
    ]


def row_of(play: Play) -> PendingEdit:
    return PendingEdit(kind=Kind.PLAY_ROW, key=play.play_id, play=play.pk)


def enqueue(edits: Iterable[PendingEdit], *, now: datetime) -> None:
    """Make a pending job for each edit, and wake workers for the pages on commit.

    Where one is pending already its revision grows, so that a write under way does not complete
    it. They are the act's inside which it is called (`taken_by`). A handful of queries for each
    500 edits. Takes the locks of the Plays.
    """
    wanted = list(edits)
    with transaction.atomic():
        lock_plays(edit.play for edit in wanted)
        enqueue_locked(wanted, now=now)


def enqueue_locked(edits: Iterable[PendingEdit], *, now: datetime) -> None:
    """As `enqueue`, in a transaction of the caller's that has the locks of the Plays."""
    wanted = list(dict.fromkeys(edits))  # a Play's row is wanted by each of its actions
    act = current_act()
    mappings = _mappings(wanted)
    jobs = [_job(edit, mappings[edit.slot], now, act) for edit in wanted]
    again_on_conflict(lambda: _enqueue({edit_of(job): job for job in jobs}, act))
    pages = {m.page_id for m in mappings.values() if m.page_id is not None}
    wake_all_on_commit(sorted(pages))


def edit_of(job: SyncJob) -> Edit:
    """What at most one pending job has: mapping, kind and key."""
    return job.mapping_id, job.kind, job.key


def pending_edits(edits: Iterable[Edit]) -> dict[Edit, int]:
    """The job, by its primary key, that is pending for each of `edits` that has one."""
    found: dict[Edit, int] = {}
    for chunk in in_chunks(edits):
        rows = SyncJob.objects.pending().filter(
            mapping__in={mapping for mapping, _, _ in chunk}, key__in={key for _, _, key in chunk}
        )
        there = {edit_of(job): job.pk for job in rows.only("mapping", "kind", "key")}
        found |= {edit: there[edit] for edit in chunk if edit in there}
    return found


def alone(jobs: Iterable[int]) -> list[int]:
    """Of jobs with the same edit one: what is pending already, else the newest."""
    newest: dict[Edit, int] = {}
    pending: dict[Edit, int] = {}
    for chunk in in_chunks(sorted(jobs)):
        rows = SyncJob.objects.filter(pk__in=chunk).order_by("pk")
        for job in rows.only("state", "mapping", "kind", "key"):
            (pending if job.state == JobState.PENDING else newest)[edit_of(job)] = job.pk
    taken = pending_edits(newest)
    return sorted([*pending.values(), *(pk for e, pk in newest.items() if e not in taken)])


def _enqueue(jobs: dict[Edit, SyncJob], act: AuditEntry | None) -> None:
    there = pending_edits(jobs)
    with locked((), there.values()) as states:
        again = {edit: pk for edit, pk in there.items() if can(JobVerb.ENQUEUE, states.get(pk, ""))}
        change(JobVerb.ENQUEUE, again.values(), revision=F("revision") + 1)
        if act:
            mark(again.values(), act=act)
        create([job for edit, job in jobs.items() if edit not in again])


def _mappings(edits: list[PendingEdit]) -> dict[Slot, PageMapping]:
    """The mapping of each edit's part; made empty where there is none yet."""
    slots = {edit.slot for edit in edits}
    found: dict[Slot, PageMapping] = {}
    for chunk in in_chunks({edit.play for edit in edits}):
        rows = PageMapping.objects.filter(
            Q(play__isnull=True) | Q(play__in=chunk), part__in={part for part, _ in slots}
        )
        found |= {(mapping.part, mapping.play_id): mapping for mapping in rows}
    for part, play in slots - found.keys():
        owner = Play.objects.get(pk=play) if play is not None else None
        found[part, play] = PageMapping.objects.get_or_create(part=part, play=owner)[0]
    return {slot: found[slot] for slot in slots}


def _job(edit: PendingEdit, mapping: PageMapping, now: datetime, act: AuditEntry | None) -> SyncJob:
    return SyncJob(
        mapping_id=mapping.pk,
        kind=edit.kind,
        key=edit.key,
        play_id=edit.play,
        action_id=edit.action,
        run_after=now,
        created_at=now,
        act_id=act.pk if act else None,
    )
