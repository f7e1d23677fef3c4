"""How many edits reached their pages and how long each took, by hour and by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from plays.models import SyncJob
from plays.models.job import JobState
from plays.rules.waits import quantile

HOURS, DAYS = 24, 14
AN_HOUR = timedelta(hours=1)

# Seconds since 1970. SQLite keeps times as text, and its `julianday` is quick.
EPOCH = {
    "sqlite": "((julianday({0}) - 2440587.5) * 86400.0)",
    "postgresql": "EXTRACT(EPOCH FROM {0})::float8",
}
# Tenths of a second, of long waits whole seconds, of very long ones whole minutes: however many
# edits there are, an hour has a few thousand groups at most. A millisecond more makes good what
# `julianday` loses.
COUNTED = """
SELECT FLOOR(at / 3600), CASE
    WHEN wait < 10 THEN FLOOR(wait * 10) / 10.0
    WHEN wait < 600 THEN FLOOR(wait)
    WHEN wait < 86400 THEN FLOOR(wait / 60) * 60
    ELSE 86400 END, COUNT(*)
FROM (SELECT {settled} AS at, {settled} - {created} + 0.001 AS wait FROM {table}
      WHERE state = %s AND settled_at >= %s) AS done
GROUP BY 1, 2
"""


@dataclass(frozen=True, kw_only=True)
class Span:
    """An hour or a day: how many edits were `written`, and the seconds from event to page that
    half of them (`p50`) and 95 % of them (`p95`) did not exceed; None where none was written.
    """

    start: datetime
    written: int
    p50: float | None
    p95: float | None


@dataclass(frozen=True, kw_only=True)
class Pace:
    """The last 24 hours and 14 days, the running hour and day being the last."""

    hours: list[Span]
    days: list[Span]


def pace(now: datetime) -> Pace:
    """One query, of what was settled in the last 14 days."""
    local = timezone.localtime(now)
    hour = local.replace(minute=0, second=0, microsecond=0)
    hours = [hour - AN_HOUR * back for back in reversed(range(HOURS))]
    day = hour.replace(hour=0)
    days = [day - timedelta(days=back) for back in reversed(range(DAYS))]
    by_hour: dict[datetime, Counter[float]] = {start: Counter() for start in hours}
    by_day: dict[datetime, Counter[float]] = {start: Counter() for start in days}
    for start, wait, count in waits_since(days[0]):
        at = timezone.localtime(start).replace(minute=0)  # some zones are half an hour off
        for groups, key in ((by_hour, at), (by_day, at.replace(hour=0))):
            if key in groups:
                groups[key][wait] += count
    return Pace(hours=_spans(by_hour.items()), days=_spans(by_day.items()))


def waits_since(since: datetime) -> Iterator[tuple[datetime, float, int]]:
    """What was settled since then, in groups: the hour in which, the seconds from the event (its
    acceptance) to the page, and how many edits.
    """
    epoch = EPOCH[connection.vendor]
    query = COUNTED.format(
        settled=epoch.format("settled_at"),
        created=epoch.format("created_at"),
        table=SyncJob._meta.db_table,
    )
    begin = connection.ops.adapt_datetimefield_value(since)
    with connection.cursor() as cursor:
        cursor.execute(query, [JobState.SYNCED.value, begin])
        rows = cursor.fetchall()
    for hour, wait, count in rows:
        start = datetime.fromtimestamp(int(hour) * 3600, tz=timezone.get_default_timezone())
        yield start, max(float(wait), 0.0), count


def _spans(groups: Iterable[tuple[datetime, Counter[float]]]) -> list[Span]:
    return [
        Span(
            start=start,
            written=waits.total(),
            p50=quantile(waits, 0.5),
            p95=quantile(waits, 0.95),
        )
        for start, waits in groups
    ]
