"""What people change about Plays: the fields that are theirs, and a status set by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from plays.models import Play
from plays.models.audit import Verb
from plays.rules.status import Status
from plays.sync import audit
from plays.sync.jobs.enqueue import enqueue, row_of

PEOPLES_FIELDS = (
    *("name", "owner", "source", "channel", "priority", "cycle"),
    *("activity_goal", "signal_goal", "brief_goal", "s2_goal"),
    *("next_action", "due_date", "blocker", "notes", "is_active"),
)
# What the status, and with it the Play DB's row, depends on.
JUDGED_FIELDS = {"activity_goal", "signal_goal", "brief_goal", "s2_goal", "is_active"}
OVERRIDE_FIELDS = ["override_status", "override_reason", "override_by", "override_until"]
Values = Mapping[str, Any]


class ChangedMeanwhile(RuntimeError):
    """Somebody else has changed the same fields since they were shown; nothing was saved."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__(f"changed meanwhile: {', '.join(fields)}")
        self.fields = fields


def edit_play(play: Play, *, seen: Values, wanted: Values, by: User, reason: str = "") -> list[str]:
    """Change what differs between `seen`, as it was shown, and `wanted`; returns those fields.

    What somebody else changed meanwhile stays, unless both changed the same field: then nothing
    is saved and `ChangedMeanwhile` is raised.
    """
    with transaction.atomic():
        locked = Play.objects.select_for_update(no_key=True).get(pk=play.pk)
        changed = {name: value for name, value in wanted.items() if value != seen[name]}
        disputed = [
            name
            for name, value in changed.items()
            if plain(getattr(locked, name)) not in (seen[name], value)
        ]
        if disputed:
            raise ChangedMeanwhile(tuple(disputed))
        before = {name: getattr(locked, name) for name in changed}
        for name, value in changed.items():
            setattr(locked, name, value)
        locked.save(update_fields=list(changed))
        return note_edit(locked, before, by=by, reason=reason)


def note_edit(play: Play, before: Values, *, by: User, reason: str = "") -> list[str]:
    """Note a saved edit in the audit trail, and enqueue the row where the status may differ.

    `before` has the old values of what may have changed; returns the fields that did.
    """
    after = {name: getattr(play, name) for name in before}
    changed = [name for name, old in before.items() if old != after[name]]
    if not changed:
        return []
    details = {name: [_json(before[name]), _json(after[name])] for name in changed}
    audit.note(
        Verb.EDIT_PLAY, by=by, target=play.play_id, play=play, reason=reason, details=details
    )
    if JUDGED_FIELDS & set(changed) and play.is_active:
        enqueue([row_of(play)], now=timezone.now())
    return changed


def set_status(
    play: Play,
    status: Status,
    *,
    reason: str,
    until: datetime,
    by: User,
    now: datetime | None = None,
) -> None:
    """Let `status` win over the judged one until `until`.

    Raises `ValueError` without a reason, and where `until` has passed.
    """
    now = now or timezone.now()
    if not reason.strip():
        raise ValueError("a status set by hand needs a reason")
    if until <= now:
        raise ValueError("a status set by hand must lie ahead")
    with transaction.atomic():
        locked = Play.objects.select_for_update(no_key=True).get(pk=play.pk)
        locked.override_status, locked.override_reason = status.value, reason.strip()
        locked.override_by, locked.override_until = by, until
        locked.save(update_fields=OVERRIDE_FIELDS)
        details = {"status": status.value, "until": until.isoformat()}
        _note_override(locked, by=by, reason=reason.strip(), details=details, now=now)


def end_status(play: Play, *, by: User, reason: str = "", now: datetime | None = None) -> bool:
    """Let the judged status count again. False where no status set by hand was left."""
    now = now or timezone.now()
    with transaction.atomic():
        locked = Play.objects.select_for_update(no_key=True).get(pk=play.pk)
        ended = locked.override_at(now)
        if ended is None:
            return False
        locked.override_status = locked.override_reason = ""
        locked.override_by = locked.override_until = None
        locked.save(update_fields=OVERRIDE_FIELDS)
        details = {"status": "", "ended": ended.value}
        _note_override(locked, by=by, reason=reason.strip(), details=details, now=now)
    return True


def end_expired_statuses(*, now: datetime | None = None) -> int:
    """Forget statuses set by hand whose time has come, and enqueue the rows with the judged ones.

    Returns how many; the audit trail keeps who had set them and why.
    """
    now = now or timezone.now()
    with transaction.atomic():
        over = Play.objects.exclude(override_status="").filter(override_until__lte=now)
        plays = list(over.select_for_update().order_by("pk"))
        Play.objects.filter(pk__in=[play.pk for play in plays]).update(
            override_status="", override_reason="", override_by=None, override_until=None
        )
        enqueue((row_of(play) for play in plays if play.is_active), now=now)
    return len(plays)


def plain(value: Any) -> Any:
    """A value as a form shows it: text without spaces around it and with one kind of line end."""
    return "\n".join(value.strip().splitlines()) if isinstance(value, str) else value


def _note_override(
    play: Play, *, by: User, reason: str, details: dict[str, Any], now: datetime
) -> None:
    audit.note(
        Verb.OVERRIDE,
        by=by,
        target=play.play_id,
        play=play,
        reason=reason,
        details=details,
        now=now,
    )
    if play.is_active:
        enqueue([row_of(play)], now=now)


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
