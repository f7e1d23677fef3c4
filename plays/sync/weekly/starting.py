"""Starting a run: its row, one at a time."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from plays.models import Site, WeeklySync
from plays.models.audit import Verb
from plays.models.weekly import WeeklyState, WeeklyTrigger
from plays.sync import audit


class AlreadyRunning(Exception):
    """Another run is not finished yet; `weekly` is that run."""

    def __init__(self, weekly: WeeklySync) -> None:
        super().__init__(f"the run of {weekly} is not finished yet")
        self.weekly = weekly


def start(
    *,
    trigger: WeeklyTrigger,
    by: User | None = None,
    reason: str = "",
    slot: datetime | None = None,
    is_late: bool = False,
    now: datetime | None = None,
) -> WeeklySync:
    """A new run, to be carried on by whoever takes its lease. Raises AlreadyRunning.

    `slot` is the scheduled time it stands for; without one the run stands for this moment.
    """
    now = now or timezone.now()
    with transaction.atomic():
        Site.lock()  # one starts a run at a time
        running = WeeklySync.objects.filter(state=WeeklyState.RUNNING).order_by("slot").first()
        same = WeeklySync.objects.filter(slot=slot or now).first()
        if found := running or same:
            raise AlreadyRunning(found)
        weekly = WeeklySync.objects.create(
            slot=slot or now, trigger=trigger, asked_by=by, is_late=is_late, started_at=now
        )
        if trigger != WeeklyTrigger.SCHEDULE:
            details = {"weekly": weekly.pk}
            audit.note(
                Verb.RUN_WEEKLY,
                by=by,
                target=str(weekly),
                reason=reason,
                details=details,
                now=now,
            )
    return weekly
