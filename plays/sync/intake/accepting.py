"""Rejected events that a person has looked at again, once their cause is gone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import QuerySet

from plays.models import Action, AuditEntry, Event
from plays.models.audit import Verb
from plays.sync import audit
from plays.sync.intake.receiving import Receipt, ReceiptStatus, accept_again
from plays.sync.jobs.taking import taken_by


def accept_events(
    events: QuerySet[Event], *, by: User | None, now: datetime | None = None
) -> tuple[list[Receipt], AuditEntry | None]:
    """Look again at those that are rejected, oldest first. What came of each is returned, and the
    act where they are several; one that still cannot be accepted stays, with its reasons as they
    are now.

    Each is noted by itself too, right after it: intake's locks may not be held over two events.
    """
    receipts = []
    picked = list(events.filter(pk__in=Event.objects.rejected().values("pk")).order_by("pk"))
    act = _note(picked, by=by, now=now) if len(picked) > 1 else None
    for event in picked:
        with taken_by(act):
            receipt = accept_again(event, now=now)
        if receipt.status is ReceiptStatus.ACCEPTED:
            action = Action.objects.select_related("play").get(log_id=receipt.log_id)
            audit.note(
                Verb.ACCEPT,
                by=by,
                target=event.event_id,
                play=action.play,
                count=1,
                details={"event": event.pk, "log_id": receipt.log_id},
                now=now,
            )
        receipts.append(receipt)
    return receipts, act


def _note(picked: Sequence[Event], *, by: User | None, now: datetime | None) -> AuditEntry:
    details = {"events": [event.pk for event in picked]}
    return audit.note(Verb.ACCEPT, by=by, count=len(picked), details=details, now=now)
