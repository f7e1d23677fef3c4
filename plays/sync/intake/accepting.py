"""Rejected events that a person has looked at again, once their cause is gone."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import QuerySet

from plays.models import Action, Event
from plays.models.audit import Verb
from plays.sync import audit
from plays.sync.intake.receiving import Receipt, ReceiptStatus, accept_again


def accept_events(
    events: QuerySet[Event], *, by: User | None, now: datetime | None = None
) -> list[Receipt]:
    """Look again at those that are rejected, oldest first. What came of each is returned; one that
    still cannot be accepted stays, with its reasons as they are now.

    Each is an act of its own, noted right after it: intake's locks may not be held over two events.
    """
    receipts = []
    for event in events.filter(pk__in=Event.objects.rejected().values("pk")).order_by("pk"):
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
    return receipts
