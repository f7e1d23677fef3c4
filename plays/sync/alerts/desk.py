"""Keeps the rows of troubles, and decides what is told now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from plays.models import Alert, AlertDelivery, AlertMessage
from plays.models.alert import AlertLevel
from plays.sync.acknowledging import end_what_doubled
from plays.sync.alerts.channels import Channel, channels
from plays.sync.alerts.conditions import (
    EACH_STEP,
    INDEPENDENT,
    SITE_WIDE,
    Condition,
    conditions,
)
from plays.sync.alerts.turns import Turn, is_our_turn

AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
SEVERITY = {"": 0, AlertLevel.OK: 0, AlertLevel.WARNING: 1, AlertLevel.CRITICAL: 2}


def look(*, now: datetime | None = None) -> AlertMessage | None:
    """Look at what is wrong, if nobody else has just done so; the message that is to be sent.

    However many processes call it, one looks, and at most every `ALERT_LOOK_SECONDS`.
    """
    now = now or timezone.now()
    if not is_our_turn(Turn.CONDITIONS, timedelta(seconds=settings.ALERT_LOOK_SECONDS), now):
        return None
    with transaction.atomic():
        end_what_doubled(now)
        rows = _rows_now(conditions(now), now)
        return _tell(rows, channels(), now)


def _rows_now(found: Iterable[Condition], now: datetime) -> list[Alert]:
    """The rows as the conditions are now, saved; those that hold no longer are well."""
    known = {(row.rule, row.subject): row for row in Alert.objects.all()}
    for one in found:
        row = known.pop((one.rule, one.subject), None)
        if row is None:
            row = Alert(rule=one.rule, subject=one.subject, began_at=now, since=now)
        elif row.level == AlertLevel.OK:  # back before its end was told: it never ended
            row.since = now
        elif one.known < row.known and one.count > row.count:  # what was known counts again
            row.told_level, row.told_count, row.told_at = "", 0, None
        row.level, row.count, row.known, row.facts = one.level, one.count, one.known, one.facts
        row.save()
    for row in known.values():
        if row.level != AlertLevel.OK:
            row.level, row.since = AlertLevel.OK, now
            row.save()
    return list(Alert.objects.all())


def _tell(rows: list[Alert], to: list[Channel], now: datetime) -> AlertMessage | None:
    """Make the message of all there is to tell, once the first of it is ripe."""
    Alert.objects.filter(level=AlertLevel.OK, told_level="").delete()
    rows = [row for row in rows if row.level != AlertLevel.OK or row.told_level]
    if any(row.rule in SITE_WIDE for row in rows):
        _start_waiting_again(rows, now)
        rows = [row for row in rows if row.rule in INDEPENDENT]
    news = [(row, why) for row in rows if (why := _why(row, now))]
    if not to or not any(_is_ripe(row, now) for row, _ in news):
        return None
    message = AlertMessage.objects.create(at=now, items=[_item(row, why, now) for row, why in news])
    AlertDelivery.objects.bulk_create(
        AlertDelivery(message=message, channel=one.key, label=one.label, run_after=now)
        for one in to
    )
    _note_told([row for row, _ in news], now)
    return message


def _start_waiting_again(rows: Iterable[Alert], now: datetime) -> None:
    """What somebody else's trouble explains gets its minute once that is over."""
    explained = [
        row.pk for row in rows if row.rule not in INDEPENDENT and row.level != AlertLevel.OK
    ]
    Alert.objects.filter(pk__in=explained).update(since=now)


def _why(row: Alert, now: datetime) -> str:
    """Why a row is news: `new`, `grown`, `reminder`, `healed`; "" where it is none, as for what is
    all acknowledged.
    """
    if row.level == AlertLevel.OK:
        return "healed" if row.told_level else ""
    if not row.count:
        return ""
    if not row.told_level or row.told_at is None:
        return "new"
    if SEVERITY[row.level] > SEVERITY[row.told_level] or _has_grown(row, now - row.told_at):
        return "grown"
    is_due = row.level == AlertLevel.CRITICAL and now - row.told_at >= A_DAY
    return "reminder" if is_due else ""


def _has_grown(row: Alert, told_ago: timedelta) -> bool:
    if row.count <= row.told_count:
        return False
    return row.rule in EACH_STEP or row.count >= 2 * row.told_count or told_ago >= AN_HOUR


def _is_ripe(row: Alert, now: datetime) -> bool:
    """Others may have the same cause, or it may be over at once: a while is waited for that.

    Not for what stops everything, nor where what is told already has become worse.
    """
    is_bad = row.level != AlertLevel.OK
    if is_bad and (row.rule in SITE_WIDE or row.told_level):
        return True
    return now - row.since >= timedelta(seconds=settings.ALERT_GATHER_SECONDS)


def _item(row: Alert, why: str, now: datetime) -> dict[str, Any]:
    lasted = (row.since if why == "healed" else now) - row.began_at
    return {
        "why": why,
        "rule": row.rule,
        "level": row.level,
        "count": row.count or row.told_count,
        "facts": row.facts,
        "seconds": max(0, round(lasted.total_seconds())),
    }


def _note_told(rows: Iterable[Alert], now: datetime) -> None:
    for row in rows:
        if row.level == AlertLevel.OK:
            row.delete()
        else:
            row.told_level, row.told_count, row.told_at = row.level, row.count, now
            row.save()
