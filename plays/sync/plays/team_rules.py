"""Changing what the team has agreed on: looked at before it is saved, in the audit trail after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from plays.models import AuditEntry, Play, Team
from plays.models.audit import Verb
from plays.rules.status import Status, StatusRule
from plays.sync import audit
from plays.sync.jobs.enqueue import enqueue, row_of
from plays.sync.jobs.taking import taken_by
from plays.sync.plays.play_status import play_statuses

RULE_FIELDS = ("counters", "basis", "green_from", "yellow_from")


@dataclass(frozen=True, kw_only=True)
class StatusChange:
    """A Play whose status another rule would change, or has changed."""

    play: Play
    before: Status
    after: Status


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What another rule does to the active Plays: whose status changes, and how many have each."""

    changes: list[StatusChange]
    before: dict[Status, int]
    after: dict[Status, int]


def preview(rule: StatusRule, *, now: datetime) -> Preview:
    """What `rule` would do now; a status set by a person, or kept by the team, stays. Seven
    queries however many Plays.
    """
    plays = list(Play.objects.active())
    was = {pk: s.status for pk, s in play_statuses(plays, now=now).items()}
    will = {pk: s.status for pk, s in play_statuses(plays, now=now, rule=rule).items()}
    return Preview(
        changes=[
            StatusChange(play=play, before=was[play.pk], after=will[play.pk])
            for play in plays
            if was[play.pk] is not will[play.pk]
        ],
        before=_tally(was.values()),
        after=_tally(will.values()),
    )


def set_rule(rule: StatusRule, *, by: User, reason: str = "") -> list[StatusChange]:
    """Make statuses by `rule` from now on; the rows of Plays with another status follow. Returns
    those.
    """
    now = timezone.now()
    with transaction.atomic():
        team = Team.lock()
        changes = preview(rule, now=now).changes
        before = _values(team, RULE_FIELDS)
        team.rule = rule
        team.full_clean()
        team.save(update_fields=RULE_FIELDS)
        act = _note(before, _values(team, RULE_FIELDS), by=by, reason=reason, count=len(changes))
        with taken_by(act):
            enqueue((row_of(change.play) for change in changes), now=now)
    return changes


def set_team(values: Mapping[str, Any], *, by: User, reason: str = "") -> list[str]:
    """Change other things the team has agreed on, by the names of `Team`'s fields. Returns those
    that are different now. Raises `ValidationError`.
    """
    with transaction.atomic():
        team = Team.lock()
        before = _values(team, values)
        for name, value in values.items():
            setattr(team, name, value)
        team.full_clean()
        team.save(update_fields=list(values))
        after = _values(team, values)
        _note(before, after, by=by, reason=reason)
    return [name for name in values if before[name] != after[name]]


def _values(team: Team, names: Any) -> dict[str, Any]:
    return {name: _json(getattr(team, name)) for name in names}


def _json(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _note(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    by: User,
    reason: str,
    count: int | None = None,
) -> AuditEntry | None:
    details = {name: [old, after[name]] for name, old in before.items() if old != after[name]}
    if not details:
        return None
    return audit.note(Verb.TEAM_RULES, by=by, count=count, reason=reason, details=details)


def _tally(statuses: Any) -> dict[Status, int]:
    found = list(statuses)
    return {status: found.count(status) for status in Status}
