"""What admins do to the weekly schedule: pause it, change its line, run a slot that was missed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from plays.models import Site, WeeklySync
from plays.models.audit import Verb
from plays.models.weekly import WeeklySchedule, WeeklyTrigger
from plays.rules.cron import latest_slot, schedule_problem
from plays.sync.audit import note
from plays.sync.schedules import begin_again, ensure_schedules, weekly_line
from plays.sync.weekly.slots import due_slot
from plays.sync.weekly.starting import start


class BadLine(ValueError):
    """No cron line that can be followed; the message says why, in English."""


def change_line(line: str, *, by: User, reason: str = "") -> bool:
    """Follow `line` ("": that of the settings) from now on. False where that changes nothing."""
    line = " ".join(line.split())
    if line and (problem := schedule_problem(line)):
        raise BadLine(problem)

    def change(row: WeeklySchedule) -> bool:
        before = row.line or settings.SYNC_SCHEDULE
        row.line = "" if line == settings.SYNC_SCHEDULE else line
        after = row.line or settings.SYNC_SCHEDULE
        if before != after:
            details = {"old": before, "new": after}
            note(Verb.CHANGE_WEEKLY, by=by, target=after, reason=reason, details=details)
        return before != after

    is_changed = _with_row(change)
    if is_changed:
        ensure_schedules()
    return is_changed


def pause_schedule(*, by: User, reason: str = "") -> bool:
    """No slot is run by itself until it is resumed. False where it was paused already."""

    def pause(row: WeeklySchedule) -> bool:
        if row.paused_at:
            return False
        row.paused_at = timezone.now()
        note(Verb.PAUSE_WEEKLY, by=by, reason=reason)
        return True

    return _with_row(pause)


def resume_schedule(*, by: User, reason: str = "") -> bool:
    """Slots that passed meanwhile are not made up for by themselves."""

    def resume(row: WeeklySchedule) -> bool:
        if row.paused_at is None:
            return False
        row.paused_at = None
        begin_again()
        note(Verb.RESUME_WEEKLY, by=by, reason=reason)
        return True

    return _with_row(resume)


def missed_slot(now: datetime) -> datetime | None:
    """The last slot that nothing ran for, nor will; None where there is none.

    Slots before the first run, and before the first pause, were nobody's.
    """
    slot = latest_slot(weekly_line(), now=now, zone=timezone.get_default_timezone())
    if slot is None or slot == due_slot(now=now) or WeeklySync.objects.filter(slot=slot).exists():
        return None
    paused_at = WeeklySchedule.current().paused_at
    is_ours = WeeklySync.objects.filter(slot__lt=slot).exists() or (
        paused_at is not None and paused_at < slot
    )
    return slot if is_ours else None


def run_missed(*, by: User, reason: str = "") -> WeeklySync | None:
    """The run of the slot that was missed; None where there is none. Raises AlreadyRunning."""
    slot = missed_slot(timezone.now())
    if slot is None:
        return None
    return start(trigger=WeeklyTrigger.PERSON, by=by, reason=reason, slot=slot, is_late=True)


def _with_row(act: Callable[[WeeklySchedule], bool]) -> bool:
    """One at a time; what `act` changed is kept where it says so."""
    with transaction.atomic():
        Site.lock()
        row = WeeklySchedule.objects.get_or_create(pk=1)[0]
        is_changed = act(row)
        if is_changed:
            row.save(update_fields=["line", "paused_at"])
    return is_changed
