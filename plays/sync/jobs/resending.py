"""Enqueueing again what pages should say: what is missing, or every edit of a Play or of all.

Nothing here writes to Confluence. An edit enqueued again is compared with the page as always, and
the writer writes only differences.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from plays.models import Action, LogVolume, PageMapping, Play, SyncJob
from plays.models.audit import Verb
from plays.models.job import JobState
from plays.models.mapping import PartChoice
from plays.rules.planner import EDITS_OF, LINKS, Kind
from plays.sync import audit
from plays.sync.jobs.enqueue import PendingEdit, enqueue
from plays.sync.jobs.taking import Taken, taken_by

OF_ACTIONS = (Kind.LOG_ROW, Kind.LIVE_ENTRY)


def missing_edits() -> list[PendingEdit]:
    """What was never enqueued although it should be, or was canceled since."""
    found: list[PendingEdit] = []
    for kind in OF_ACTIONS:
        found += _of_actions(_actions_without(kind), kind)
    for kind in (Kind.PLAY_ROW, *LINKS):
        found += _of_plays(_plays_without(kind), kind)
    return found


def missing_by_kind() -> dict[Kind, int]:
    """How many edits of each kind are missing; counted by the database, which looks at each action
    once. Kinds without any are left out.
    """
    counts = {kind: _wanting(_actions_without(kind), kind).count() for kind in OF_ACTIONS}
    counts |= count_by_kind(
        edit for kind in (Kind.PLAY_ROW, *LINKS) for edit in _of_plays(_plays_without(kind), kind)
    )
    return {kind: count for kind, count in counts.items() if count}


def all_edits(play: Play | None = None) -> list[PendingEdit]:
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


def count_by_kind(edits: Iterable[PendingEdit]) -> dict[Kind, int]:
    """How many edits of each kind, in the order of `Kind`; kinds without any are left out."""
    counts = Counter(edit.kind for edit in edits)
    return {kind: counts[kind] for kind in Kind if counts[kind]}


def send_missing(*, by: User | None, reason: str = "") -> Taken:
    """Enqueue what is missing. Returns how many edits that are."""
    return _send(missing_edits(), Verb.SEND_MISSING, by=by, reason=reason)


def resend_all(play: Play | None = None, *, by: User | None, reason: str) -> Taken:
    """Enqueue every edit of a Play, or of all, again. Returns how many; raises `ValueError` without
    a reason.
    """
    if not reason.strip():
        raise ValueError("to send everything again needs a reason")
    return _send(all_edits(play), Verb.RESEND_ALL, by=by, reason=reason.strip(), play=play)


def _actions_without(kind: Kind) -> QuerySet[Action]:
    return Action.objects.filter(~Exists(_known(kind).filter(action=OuterRef("pk"))))


def _plays_without(kind: Kind) -> QuerySet[Play]:
    return Play.objects.filter(~Exists(_known(kind).filter(play=OuterRef("pk"))))


def _known(kind: Kind) -> QuerySet[SyncJob]:
    return SyncJob.objects.filter(kind=kind).exclude(state=JobState.CANCELED)


def _wanting(actions: QuerySet[Action], kind: Kind) -> QuerySet[Action]:
    """Of `actions` those that ask for such an edit."""
    types = [action_type for action_type, kinds in EDITS_OF.items() if kind in kinds]
    return actions.filter(action_type__in=types).order_by("pk")


def _of_actions(actions: QuerySet[Action], kind: Kind) -> Iterator[PendingEdit]:
    rows = _wanting(actions, kind)
    for pk, key, play in rows.values_list("pk", "log_id", "play_id"):
        yield PendingEdit(kind=kind, key=key, play=play, action=pk)


def _of_plays(plays: QuerySet[Play], kind: Kind) -> Iterator[PendingEdit]:
    """Links once the Play has a ToDo page; rows once something was enqueued or done that shows."""
    if kind in LINKS:
        todo = PageMapping.objects.filter(part=PartChoice.PLAY_TODO, page__isnull=False)
        wanted = Q(Exists(todo.filter(play=OuterRef("pk"))))
    else:
        types = [action_type for action_type, kinds in EDITS_OF.items() if kind in kinds]
        done = Action.objects.filter(play=OuterRef("pk"), action_type__in=types)
        wanted = Exists(done) | Exists(SyncJob.objects.filter(play=OuterRef("pk"), kind=kind))
    for pk, key in plays.filter(wanted).order_by("pk").values_list("pk", "play_id"):
        yield PendingEdit(kind=kind, key=key, play=pk)


def _on_full_pages(action: OuterRef) -> QuerySet[SyncJob]:
    full = LogVolume.objects.closed().values("page")
    return SyncJob.objects.filter(
        action=action, kind=Kind.LOG_ROW, state=JobState.SYNCED, written_to__in=full
    )


def _send(
    edits: list[PendingEdit],
    verb: Verb,
    *,
    by: User | None,
    reason: str,
    play: Play | None = None,
) -> Taken:
    now = timezone.now()
    if not edits:
        return Taken(0)
    with transaction.atomic():
        entry = audit.note(
            verb,
            by=by,
            target=play.play_id if play else "",
            play=play,
            count=len(edits),
            reason=reason,
            details={str(kind): count for kind, count in count_by_kind(edits).items()},
            now=now,
        )
        with taken_by(entry):
            enqueue(edits, now=now)
    return Taken(len(edits), entry)
