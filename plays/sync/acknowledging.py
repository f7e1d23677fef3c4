"""Knowing of a trouble and letting it be for a time: who, why, until when; ended by a person, by
its time, or because it has doubled."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from plays.models import Acknowledgement, Event, Finding, SyncJob
from plays.models.acknowledgement import Subject, failures_by_cause
from plays.models.audit import Verb
from plays.sync import audit


def acknowledge(
    subject: Event | SyncJob | Finding,
    *,
    reason: str,
    until: datetime,
    by: User,
    now: datetime | None = None,
) -> Acknowledgement:
    """Acknowledge an event, the cause for which a job failed, or a finding.

    Raises `ValueError` without a reason, and where `until` has passed.
    """
    now, reason = now or timezone.now(), reason.strip()
    if not reason or until <= now:
        raise ValueError("an acknowledgement needs a reason and an end that lies ahead")
    values = _values(subject)
    with transaction.atomic():
        Acknowledgement.objects.active(now).filter(**values).update(ended_at=now)
        made = Acknowledgement.objects.create(
            **values,
            reason=reason,
            by=by,
            by_name=by.get_full_name() or by.get_username(),
            at=now,
            until=until,
        )
        details = {"until": until.isoformat(), "subject": made.subject}
        audit.note(
            Verb.ACKNOWLEDGE, by=by, target=_name(subject), reason=reason, details=details, now=now
        )
    return made


def end(acknowledgement: Acknowledgement, *, by: User, now: datetime | None = None) -> bool:
    """Let it raise its alarm again. False where it had ended already."""
    now = now or timezone.now()
    with transaction.atomic():
        mine = Acknowledgement.objects.active(now).filter(pk=acknowledgement.pk)
        if not mine.update(ended_at=now):
            return False
        audit.note(Verb.ACKNOWLEDGE_END, by=by, target=str(acknowledgement), now=now)
    return True


def end_what_doubled(now: datetime) -> int:
    """End what was acknowledged of causes that have failed twice as many jobs since; how many."""
    known = list(Acknowledgement.objects.active(now).filter(subject=Subject.CAUSE))
    counts = failures_by_cause() if known else {}
    grown = [each for each in known if counts.get(each.cause, 0) >= 2 * each.count]
    with transaction.atomic(), audit.acting_as(audit.PROGRAM):
        for each in grown:
            Acknowledgement.objects.filter(pk=each.pk).update(ended_at=now)
            audit.note(
                Verb.ACKNOWLEDGE_END,
                by=None,
                target=str(each),
                count=counts[each.cause],
                details={"before": each.count},
                now=now,
            )
    return len(grown)


def _values(subject: Event | SyncJob | Finding) -> dict[str, Any]:
    if isinstance(subject, Event):
        return {"subject": Subject.EVENT, "event": subject}
    if isinstance(subject, SyncJob):
        page = subject.mapping.page
        return {
            "subject": Subject.CAUSE,
            "error": subject.last_error,
            "kind": subject.kind,
            "page": page,
            "count": _failures_like(subject),
        }
    return {
        "subject": Subject.FINDING,
        "kind": subject.kind,
        "page": subject.page,
        "key": subject.key,
        "column": subject.column,
        "found": subject.found,
    }


def _failures_like(job: SyncJob) -> int:
    same = SyncJob.objects.failed().filter(last_error=job.last_error, kind=job.kind)
    return max(1, same.filter(mapping__page=job.mapping.page).count())


def _name(subject: Event | SyncJob | Finding) -> str:
    if isinstance(subject, Event):
        return subject.event_id
    if isinstance(subject, SyncJob):
        return f"{subject.last_error} · {subject.mapping.page or subject.mapping}"
    return str(subject)
