"""A cell of ours that people changed: written again as ours, or kept as theirs."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from plays.models import Action, Finding, KeptCell, Play
from plays.models.audit import Verb
from plays.models.job import JobKind
from plays.models.weekly import Answer, FindingKind
from plays.rules.planner import Kind
from plays.rules.quarter import Quarter
from plays.rules.status import Status
from plays.storage import status_colour
from plays.sync import audit
from plays.sync.jobs.enqueue import PendingEdit, enqueue, row_of
from plays.sync.plays.editing import set_status
from plays.sync.weekly.differences import full_pages


class NotAsked(ValueError):
    """The finding offers no choice: it is no changed cell, was answered, or its page is full."""


class NoStatus(ValueError):
    """What people wrote as a status means none of ours."""


def may_answer(finding: Finding) -> bool:
    """Whether "ours" or "theirs" can still be said."""
    is_open = finding.kind == FindingKind.CHANGED and not finding.answer and finding.column
    return bool(is_open) and finding.page_id not in full_pages()


def answer(
    finding: Finding,
    said: Answer,
    *,
    by: User,
    reason: str = "",
) -> None:
    """Ours: the row is owed again. Theirs: the cell keeps what people wrote until our value
    changes next; a status is set by hand until the quarter ends, for which a reason is needed.

    Raises `NotAsked`, `NoStatus`, and `ValueError` for a status without a reason.
    """
    now = timezone.now()
    with transaction.atomic():
        finding = Finding.objects.select_for_update(no_key=True, of=("self",)).get(pk=finding.pk)
        if not may_answer(finding) or finding.play is None:
            raise NotAsked(str(finding))
        action = Action.objects.filter(log_id=finding.key).first()
        finding.answer, finding.answered_by = said, by
        finding.save(update_fields=["answer", "answered_by"])
        kind = JobKind.LOG_ROW if action else JobKind.PLAY_ROW
        cell = KeptCell.objects.filter(kind=kind, key=finding.key, column=finding.column)
        cell.delete()
        if said == Answer.THEIRS:
            _keep(finding, finding.play, kind, by=by, reason=reason, now=now)
        audit.note(
            Verb.KEEP_THEIRS if said == Answer.THEIRS else Verb.WRITE_OURS,
            by=by,
            target=f"{finding.key} {finding.column}",
            play=finding.play,
            reason=reason,
            details={"theirs": finding.found, "ours": finding.expected},
            now=now,
        )
        enqueue([_row(finding.play, action)], now=now)


def _keep(
    finding: Finding, play: Play, kind: JobKind, *, by: User, reason: str, now: datetime
) -> None:
    if kind == JobKind.PLAY_ROW and finding.column == "status":
        zone = timezone.get_default_timezone()
        end = Quarter.of(now, zone).bounds(zone)[1]
        set_status(play, _status(finding.found), reason=reason, until=end, by=by, now=now)
        return
    KeptCell.objects.create(
        kind=kind,
        key=finding.key,
        column=finding.column,
        theirs=finding.found,
        ours=finding.expected,
        by=by,
        at=now,
        reason=reason,
    )


def _status(text: str) -> Status:
    colour = status_colour(text)
    if colour is None:
        raise NoStatus(text)
    return Status[colour.upper()]


def _row(play: Play, action: Action | None) -> PendingEdit:
    if action is None:
        return row_of(play)
    return PendingEdit(kind=Kind.LOG_ROW, key=action.log_id, play=play.pk, action=action.pk)
