"""What people change about Plays: the fields that are theirs, and a status set by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from plays.models import PageMapping, Play, PlayAlias
from plays.models.audit import Verb
from plays.models.play import OVERRIDE_FIELDS
from plays.rules.play_names import alias_list, as_text
from plays.rules.quarter import Quarter
from plays.rules.status import Status
from plays.sync import audit
from plays.sync.intake.receiving import accept_everything_now_known
from plays.sync.jobs.enqueue import enqueue, row_of
from plays.sync.naming import free_play_id, write_aliases
from plays.sync.plays.goals import GOAL_FIELDS, goals_at, quarter_of, write_goals

PEOPLES_FIELDS = (
    *("name", "owner", "source", "channel", "priority", "cycle"),
    *("next_action", "due_date", "blocker", "notes", "is_active"),
)
Values = Mapping[str, Any]


class PlayChanged(RuntimeError):
    """Somebody else has changed the same fields since they were shown; nothing was saved."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__(f"changed meanwhile: {', '.join(fields)}")
        self.fields = fields


def goal_name(quarter: Quarter, field: str) -> str:
    """What a goal is called among a Play's values, e.g. `2026Q4_activity`."""
    return f"{quarter}_{field}"


def alias_text(play: Play) -> str:
    return as_text(PlayAlias.objects.filter(play_id=play.pk).values_list("name", flat=True))


def values_of(play: Play, *, now: datetime) -> dict[str, Any]:
    """All that people may change about a Play, by name: its own fields, its aliases as text, and
    the goals of this quarter and the next (what is over stays as it was).
    """
    this = quarter_of(now)
    values = {name: getattr(play, name) for name in PEOPLES_FIELDS}
    values["aliases"] = alias_text(play)
    for quarter in (this, this.next):
        held = goals_at([play], quarter)[play.pk]
        values |= {goal_name(quarter, name): getattr(held, name) for name in GOAL_FIELDS}
    return values


def add_play(play_id: str, wanted: Values, *, by: User, reason: str = "") -> Play:
    """Make a Play with `wanted`, by the names of `values_of`. Events that waited for it are
    accepted. Raises `FieldProblem` where the id cannot be, or an alias names another Play.
    """
    now = timezone.now()
    with transaction.atomic():
        play = Play.objects.create(play_id=free_play_id(play_id))
        before = values_of(play, now=now)
        PageMapping.objects.make_parts_of(play)
        _save(play, {name: v for name, v in wanted.items() if v != before[name]}, now=now)
        after = values_of(play, now=now)
        differing = {"play_id": ("", play.play_id)}
        differing |= {name: (before[name], after[name]) for name in wanted}
        _note_edit(play, differing, by=by, reason=reason, is_judged=False)
    accept_everything_now_known(now=now)
    return play


def edit_play(
    play: Play,
    *,
    seen: Values,
    wanted: Values,
    by: User,
    reason: str = "",
    now: datetime | None = None,
) -> list[str]:
    """Change what differs between `seen`, as it was shown, and `wanted`, both by the names of
    `values_of`; returns those names. Events that waited for a new alias are accepted.

    What somebody else changed meanwhile stays, unless both changed the same value: then nothing
    is saved and `PlayChanged` is raised. Raises `AliasTaken`, too.
    """
    now = now or timezone.now()
    with transaction.atomic():
        locked = Play.objects.select_for_update(no_key=True).get(pk=play.pk)
        changed = {name: value for name, value in wanted.items() if value != seen[name]}
        before = values_of(locked, now=now)
        disputed = [
            name
            for name, value in changed.items()
            if plain(before[name]) not in (seen[name], value)
        ]
        if disputed:
            raise PlayChanged(tuple(disputed))
        is_judged = _save(locked, changed, now=now)
        after = values_of(locked, now=now)
        differing = {name: (before[name], after[name]) for name in changed}
        edited = _note_edit(locked, differing, by=by, reason=reason, is_judged=is_judged)
    if "aliases" in edited:
        accept_everything_now_known(now=now)
    return edited


def note_edit(play: Play, before: Values, *, by: User) -> list[str]:
    """Note a saved edit in the audit trail, and enqueue the row where the status may differ.

    `before` has the old values of the Play's own fields, and of its aliases as text; returns the
    names of those that changed.
    """
    after = {"aliases": alias_text(play)}
    differing = {
        name: (old, after[name] if name in after else getattr(play, name))
        for name, old in before.items()
    }
    return _note_edit(play, differing, by=by, reason="", is_judged="is_active" in before)


def _save(play: Play, changed: Values, *, now: datetime) -> bool:
    """Whether the status may differ by it."""
    own = [name for name in changed if name in PEOPLES_FIELDS]
    for name in own:
        setattr(play, name, changed[name])
    play.save(update_fields=own)
    if "aliases" in changed:
        write_aliases({play: alias_list(changed["aliases"])})
    goals: dict[tuple[int, Quarter], dict[str, Any]] = {}
    this = quarter_of(now)
    for quarter in (this, this.next):
        named = {name: goal_name(quarter, name) for name in GOAL_FIELDS}
        found = {name: changed[key] for name, key in named.items() if key in changed}
        if found:
            goals[play.pk, quarter] = found
    return bool(write_goals(goals, now=now)) or "is_active" in own


def _note_edit(
    play: Play,
    differing: Mapping[str, tuple[Any, Any]],
    *,
    by: User,
    reason: str,
    is_judged: bool,
) -> list[str]:
    details = {
        name: [_json(old), _json(new)] for name, (old, new) in differing.items() if old != new
    }
    if not details:
        return []
    audit.note(
        Verb.EDIT_PLAY, by=by, target=play.play_id, play=play, reason=reason, details=details
    )
    if is_judged and play.is_active:
        enqueue([row_of(play)], now=timezone.now())
    return list(details)


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
        plays = list(over.select_for_update(no_key=True).order_by("pk"))
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
