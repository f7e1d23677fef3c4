"""Enqueueing again what pages should say: what is missing, or every edit of a Play or of all.

Nothing here writes to Confluence. An edit enqueued again is compared with the page as always, and
the writer writes only differences.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from plays.models import Action, LogVolume, PageMapping, Play, SyncJob
from plays.models.audit import Verb
from plays.models.job import JobState
from plays.models.mapping import PartChoice
from plays.rules.planner import EDITS_OF, LINKS, PART_OF, Kind
from plays.sync import audit
from plays.sync.jobs.enqueue import PendingEdit, enqueue
from plays.sync.jobs.taking import Taken, taken_by

OF_ACTIONS = (Kind.LOG_ROW, Kind.LIVE_ENTRY)
ROWS_OF = {PartChoice.ACTION_LOG: Kind.LOG_ROW, PartChoice.PLAY_DB: Kind.PLAY_ROW}
Rows = QuerySet[Any]  # actions or Plays


def missing_edits() -> list[PendingEdit]:
    """What was never enqueued although it should be, or was canceled since."""
    return _edits(missing_rows())


def all_edits(play: Play | None = None) -> list[PendingEdit]:
    """Every edit of a Play, or of all; rows on a page of the Action Log that is full are left out:
    the page that the log is on now must not get them as well.
    """
    return _edits(all_rows(play))


def missing_rows(*, since: int = 0) -> dict[Kind, Rows]:
    """The actions and Plays that lack an edit, by its kind. Of the actions up to the primary key
    `since` only those whose edit was canceled are looked at.
    """
    return {
        **{kind: _actions_without(kind, since) for kind in OF_ACTIONS},
        **{kind: _asking(_plays_without(kind), kind) for kind in (Kind.PLAY_ROW, *LINKS)},
    }


def all_rows(play: Play | None = None) -> dict[Kind, Rows]:
    """The actions and Plays of which `all_edits` makes edits, by their kind."""
    actions, plays = Action.objects.all(), Play.objects.all()
    if play is not None:
        actions, plays = actions.filter(play=play), plays.filter(pk=play.pk)
    logged = actions.exclude(Exists(_on_full_pages(OuterRef("pk"))))
    return {
        Kind.LOG_ROW: _wanting(logged, Kind.LOG_ROW),
        Kind.LIVE_ENTRY: _wanting(actions, Kind.LIVE_ENTRY),
        **{kind: _asking(plays, kind) for kind in (Kind.PLAY_ROW, *LINKS)},
    }


def written_since(mapping: PageMapping, since: datetime) -> list[PendingEdit]:
    """The rows of a shared part's table that were written to its page at `since` or later."""
    kind = ROWS_OF[PartChoice(mapping.part)]
    written = SyncJob.objects.filter(
        kind=kind,
        state=JobState.SYNCED,
        settled_at__gte=since,
        mapping=mapping,
        written_to=mapping.page,
    ).order_by()
    if kind in OF_ACTIONS:
        return list(_of_rows(Action.objects.filter(pk__in=written.values("action")), kind))
    return list(_of_rows(Play.objects.filter(pk__in=written.values("play")), kind))


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


def _actions_without(kind: Kind, since: int) -> QuerySet[Action]:
    """Those that ask for such an edit and lack it."""
    enqueued = _known(kind).filter(action=OuterRef("pk"))
    without = _wanting(Action.objects.filter(~Exists(enqueued)), kind)
    if not since:
        return without
    canceled = SyncJob.objects.filter(kind=kind, state=JobState.CANCELED).values("action")
    old = without.filter(pk__lte=since, pk__in=canceled)
    # Not in one filter: PostgreSQL would look at every action.
    return without.filter(pk__gt=since).order_by().union(old.order_by(), all=True)


def _plays_without(kind: Kind) -> QuerySet[Play]:
    return Play.objects.filter(~Exists(_known(kind).filter(play=OuterRef("pk"))))


def _known(kind: Kind) -> QuerySet[SyncJob]:
    return _ever(kind).exclude(state=JobState.CANCELED)


def _ever(kind: Kind) -> QuerySet[SyncJob]:
    jobs = SyncJob.objects.filter(kind=kind)
    if kind in OF_ACTIONS:
        return jobs
    # The part is said for the index: a Play has few jobs for a page that all share, of thousands.
    return jobs.filter(mapping__in=PageMapping.objects.filter(part=PART_OF[kind]).values("pk"))


def _wanting(actions: QuerySet[Action], kind: Kind) -> QuerySet[Action]:
    """Of `actions` those that ask for such an edit."""
    types = [action_type for action_type, kinds in EDITS_OF.items() if kind in kinds]
    return actions.filter(action_type__in=types).order_by("pk")


def _asking(plays: QuerySet[Play], kind: Kind) -> QuerySet[Play]:
    """Of `plays` those that ask for such an edit: links once the Play has a ToDo page; rows once
    something was enqueued or done that shows.
    """
    if kind in LINKS:
        todo = PageMapping.objects.filter(part=PartChoice.PLAY_TODO, page__isnull=False)
        wanted = Q(Exists(todo.filter(play=OuterRef("pk"))))
    else:
        types = [action_type for action_type, kinds in EDITS_OF.items() if kind in kinds]
        done = Action.objects.filter(play=OuterRef("pk"), action_type__in=types)
        # The newest of them: with `Exists`, PostgreSQL would read those of all Plays.
        plays = plays.alias(newest=Subquery(done.order_by("-occurred_at").values("pk")[:1]))
        enqueued = Exists(_ever(kind).filter(play=OuterRef("pk")))
        wanted = Q(newest__isnull=False) | Q(enqueued)
    return plays.filter(wanted).order_by("pk")


def _edits(rows: Mapping[Kind, Rows]) -> list[PendingEdit]:
    return [edit for kind, asking in rows.items() for edit in _of_rows(asking, kind)]


def _of_rows(rows: Rows, kind: Kind) -> Iterator[PendingEdit]:
    if kind in OF_ACTIONS:
        for pk, key, play in rows.values_list("pk", "log_id", "play_id"):
            yield PendingEdit(kind=kind, key=key, play=play, action=pk)
    else:
        for pk, key in rows.values_list("pk", "play_id"):
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
