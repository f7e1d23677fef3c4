"""What has changed since a person's last visit: which Plays stand otherwise, what was done."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from plays.models import Play, Visit
from plays.rules.quarter import Quarter
from plays.rules.status import Counts, Status
from plays.sync.plays.play_status import PlayStatus

VISIT_ENDS_AFTER = timedelta(minutes=30)
KEEP_EVERY = timedelta(minutes=1)
_WORSE = {Status.GREEN: 0, Status.YELLOW: 1, Status.RED: 2}


@dataclass(frozen=True, kw_only=True)
class Change:
    """A Play that stood otherwise."""

    play: Play
    before: Status
    now: Status

    @property
    def is_worse(self) -> bool:
        return _WORSE[self.now] > _WORSE[self.before]


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Since the end of the visit before (None: there was none); worse ones first. `done` is how
    many more of each counter the quarter has, those above zero.
    """

    since: datetime | None = None
    plays: tuple[Change, ...] = ()
    done: dict[str, int] = field(default_factory=dict)


def note_visit(user: User, statuses: Collection[PlayStatus], *, now: datetime) -> Changes:
    """Keep how the portfolio stands before a person now; returns what is new to them.

    A visit ends half an hour after its last look.
    """
    standing = _standing(statuses, now)
    visit = Visit.objects.filter(user=user).first()
    if visit is None:
        Visit.objects.get_or_create(user=user, defaults={"now_at": now, "now": standing})
        return Changes()
    if now - visit.now_at > VISIT_ENDS_AFTER:
        visit.base_at, visit.base = visit.now_at, visit.now
    if visit.base_at == visit.now_at or now - visit.now_at > KEEP_EVERY:
        visit.now_at, visit.now = now, standing
        visit.save(update_fields=["base_at", "base", "now_at", "now"])
    return _changes(visit, statuses, standing)


def _standing(statuses: Collection[PlayStatus], now: datetime) -> dict[str, Any]:
    counts = [asdict(s.counts) for s in statuses]
    return {
        "quarter": str(Quarter.of(now, timezone.get_default_timezone())),
        "statuses": {str(s.play.pk): s.status.value for s in statuses},
        "done": {name: sum(each[name] for each in counts) for name in asdict(Counts())},
    }


def _changes(visit: Visit, statuses: Collection[PlayStatus], standing: dict[str, Any]) -> Changes:
    if visit.base_at is None:
        return Changes()
    before = visit.base.get("statuses", {})
    plays = [
        Change(play=s.play, before=Status(then), now=s.status)
        for s in statuses
        if (then := before.get(str(s.play.pk))) and then != s.status.value
    ]
    plays.sort(key=lambda change: (not change.is_worse, -_WORSE[change.now], change.play.play_id))
    done = {}
    if visit.base.get("quarter") == standing["quarter"]:
        was = visit.base.get("done", {})
        done = {
            name: more
            for name, count in standing["done"].items()
            if (more := count - was.get(name, count)) > 0
        }
    return Changes(since=visit.base_at, plays=tuple(plays), done=done)
