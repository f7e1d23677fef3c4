"""What changed in a person's Plays: what was done, and what statuses became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from plays.models import Action, Play, WeeklyResult
from plays.rules.status import Status

LOOK_BACK, MOST = timedelta(days=14), 10


@dataclass(frozen=True, kw_only=True)
class StatusTurn:
    """A Play that a weekly sync gave another status than the one before it."""

    play: Play
    at: datetime
    before: Status
    after: Status


@dataclass(frozen=True, kw_only=True)
class Changes:
    actions: list[Action]
    turns: list[StatusTurn]


def recent_changes(plays: Sequence[Play], *, now: datetime) -> Changes:
    """Of the last two weeks, the newest first; two queries."""
    since = now - LOOK_BACK
    done = Action.objects.filter(play__in=plays, occurred_at__gte=since, occurred_at__lte=now)
    return Changes(
        actions=list(done.select_related("play").order_by("-occurred_at", "-pk")[:MOST]),
        turns=_turns(plays, since),
    )


def _turns(plays: Sequence[Play], since: datetime) -> list[StatusTurn]:
    by_pk = {play.pk: play for play in plays}
    results = WeeklyResult.objects.filter(
        play__in=by_pk, weekly__slot__gte=since - timedelta(weeks=1)
    )
    last: dict[int, Status] = {}
    turns: list[StatusTurn] = []
    rows = results.order_by("weekly__slot").values_list("play_id", "weekly__slot", "status")
    for pk, slot, letter in rows:
        status = Status(letter)
        before = last.get(pk, status)
        if status is not before and slot >= since:
            turns.append(StatusTurn(play=by_pk[pk], at=slot, before=before, after=status))
        last[pk] = status
    return turns[::-1]
