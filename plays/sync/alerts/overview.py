"""What `/status/` shows of the telling: what holds, who is told, what could not be sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from plays.models import Alert, AlertDelivery
from plays.models.alert import AlertLevel, DeliveryState
from plays.sync.alerts.channels import Channel, channels
from plays.sync.alerts.words import Words, words

MOST = 10


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """`told_at` None: nobody was told yet; `is_known`: all of it is acknowledged."""

    level: str
    began_at: datetime
    told_at: datetime | None
    is_known: bool
    words: Words


@dataclass(frozen=True, kw_only=True)
class Telling:
    """`unsent`: deliveries that failed at least once and are tried again, or were given up;
    `last`: the newest that were sent.
    """

    troubles: list[Trouble]
    channels: list[Channel]
    unsent: list[AlertDelivery]
    last: list[AlertDelivery]


def telling() -> Telling:
    """Three queries."""
    rows = Alert.objects.exclude(level=AlertLevel.OK)[: MOST * 2]
    deliveries = AlertDelivery.objects.select_related("message")
    unsent = deliveries.exclude(state=DeliveryState.SENT).filter(error__gt="")
    return Telling(
        troubles=[
            Trouble(
                level=row.level,
                began_at=row.began_at,
                told_at=row.told_at,
                is_known=not row.count,
                words=words(row.rule, row.count or row.known, row.facts),
            )
            for row in rows
        ],
        channels=channels(),
        unsent=list(unsent[:MOST]),
        last=list(deliveries.filter(state=DeliveryState.SENT)[:MOST]),
    )
