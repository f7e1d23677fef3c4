"""Sends messages, each to each channel, until it is taken: a channel that is away loses nothing.

A process that dies between sending and noting it sends again: at least once, with the same id.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from plays.models import AlertDelivery, AlertMessage
from plays.models.alert import DeliveryState
from plays.models.audit import Verb
from plays.sync import audit
from plays.sync.alerts.channels import NotSent, channel_named, channels
from plays.sync.alerts.letter import TEST, letter

AT_ONCE = 20
CLAIM = timedelta(seconds=60)  # longer than sending one takes
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=3)

log = logging.getLogger(__name__)


def send_due(*, now: datetime | None = None) -> int:
    """Send what is due; returns how much was taken. Raises nothing for a channel that is away."""
    now = now or timezone.now()
    due = AlertDelivery.objects.filter(state=DeliveryState.PENDING, run_after__lte=now)
    return sum(_send(one, now) for one in due.select_related("message").order_by("pk")[:AT_ONCE])


def is_anything_due() -> bool:
    """Whether a message waits to be sent."""
    now = timezone.now()
    due = AlertDelivery.objects.filter(state=DeliveryState.PENDING, run_after__lte=now)
    return due.exists()


def send_test(*, by: User) -> list[AlertDelivery]:
    """Send a message that says that it is a test to every channel, now; what became of it."""
    now = timezone.now()
    to = channels()
    audit.note(Verb.TEST_ALERT, by=by, target=", ".join(one.label for one in to), now=now)
    if not to:
        return []
    message = AlertMessage.objects.create(at=now, items=[TEST])
    made = [
        AlertDelivery.objects.create(
            message=message, channel=one.key, label=one.label, run_after=now
        )
        for one in to
    ]
    for one in made:
        if not _send(one, now):
            # Nobody waits for a test that comes an hour later.
            pending = AlertDelivery.objects.filter(pk=one.pk, state=DeliveryState.PENDING)
            pending.update(state=DeliveryState.FAILED)
        one.refresh_from_db()
    return made


def _send(delivery: AlertDelivery, now: datetime) -> bool:
    """One message to one channel, if no other process is at it."""
    mine = AlertDelivery.objects.filter(
        pk=delivery.pk, state=DeliveryState.PENDING, run_after=delivery.run_after
    )
    if not mine.update(run_after=now + CLAIM):
        return False
    channel = channel_named(delivery.channel)
    if channel is None:
        _note(delivery, state=DeliveryState.FAILED, error="the settings no longer name it")
        return False
    try:
        channel.send(letter(delivery.message))
    except NotSent as error:
        _postpone(delivery, str(error), now)
        return False
    _note(delivery, state=DeliveryState.SENT, sent_at=timezone.now(), error="")
    log.info("message %d sent to %s", delivery.message_id, delivery.label)
    return True


def _postpone(delivery: AlertDelivery, error: str, now: datetime) -> None:
    tries = delivery.tries + 1
    wait = min(FIRST_WAIT * 2 ** min(tries - 1, 10), LONGEST_WAIT)
    is_over = now - delivery.message.at > GIVE_UP_AFTER
    state = DeliveryState.FAILED if is_over else DeliveryState.PENDING
    _note(delivery, tries=tries, run_after=now + wait, error=error[:300], state=state)
    log.warning("message %d not sent to %s: %s", delivery.message_id, delivery.label, error)


def _note(delivery: AlertDelivery, **values: object) -> None:
    AlertDelivery.objects.filter(pk=delivery.pk).update(**values)
