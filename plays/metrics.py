"""The figures for Prometheus, read from the tables whenever they are asked for: they are right
however many processes there are.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from plays.models import Event, Heartbeat, Site, SyncAttempt, SyncJob
from plays.models.attempt import Outcome
from plays.rules.waits import histogram
from plays.sync import heartbeats
from plays.sync.status.pace import waits_since

# https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def exposition(now: datetime) -> str:
    """All figures in Prometheus' text format.

    What is counted up (tries, waits) begins at zero each midnight (UTC), which Prometheus takes
    for a restart; so no scrape reads more than a day's rows.
    """
    registry = CollectorRegistry()
    registry.register(_Figures(now))
    return generate_latest(registry).decode()


class _Figures(Collector):
    def __init__(self, now: datetime) -> None:
        self._now = now
        self._midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)

    def collect(self) -> Iterator[Metric]:
        yield from _work(self._now)
        yield from _workers(self._now)
        yield from _site(self._now)
        yield from _tries(self._now, self._midnight)
        yield _waits(self._midnight)


def _work(now: datetime) -> Iterator[Metric]:
    jobs = {stage.value: count for stage, count in SyncJob.stage_counts().items()}
    yield _gauges("syncadmin_jobs", "Jobs by stage.", "stage", jobs)
    oldest = SyncJob.objects.oldest_due(now)
    age = (now - oldest).total_seconds() if oldest else 0.0
    text = "How long the oldest due job has been due."
    yield _gauge("syncadmin_oldest_due_seconds", text, age)
    events = {state.value: count for state, count in Event.state_counts().items()}
    yield _gauges("syncadmin_events", "Events by state.", "state", events)


def _workers(now: datetime) -> Iterator[Metric]:
    """Prometheus' own way of saying that there is no value is to leave the sample out."""
    last = heartbeats.newest(now=now)
    text = "How long ago the last sign of life of any worker was."
    yield _gauge("syncadmin_worker_beat_age_seconds", text, _age(last, now))
    beats = Heartbeat.objects.exclude(worker__startswith=heartbeats.TASKS)
    fresh = beats.filter(beat_at__gte=now - heartbeats.alive_for()).count()
    yield _gauge("syncadmin_workers", "Workers that are at work.", fresh)


def _site(now: datetime) -> Iterator[Metric]:
    site = Site.objects.filter(pk=1).first() or Site()
    paused = site.pause_end(now) is not None
    text = "1 while Confluence asked us to wait."
    yield _gauge("syncadmin_site_paused", text, int(paused))
    text = "1 while our credentials are not accepted."
    yield _gauge("syncadmin_site_stopped", text, int(site.stopped_at is not None))
    text = "1 while the pages know more than the database, and rows and entries wait for a person."
    yield _gauge("syncadmin_log_stopped", text, int(site.log_stopped_at is not None))


def _tries(now: datetime, since: datetime) -> Iterator[Metric]:
    today = _by(SyncAttempt.objects.filter(started_at__gte=since), "outcome", Outcome.values)
    today.pop(Outcome.RUNNING.value)
    text = "Tries at writing a page since midnight (UTC) that have ended, by outcome."
    ended = CounterMetricFamily("syncadmin_tries", text, labels=["outcome"])
    for outcome, count in today.items():
        ended.add_metric([outcome], count)
    yield ended
    # A try ends long before: its lease does.
    lately = SyncAttempt.objects.filter(started_at__gte=now - timedelta(days=1))
    running = lately.filter(outcome=Outcome.RUNNING).count()
    yield _gauge("syncadmin_tries_running", "Tries at writing a page that are under way.", running)


def _waits(since: datetime) -> Metric:
    waits: Counter[float] = Counter()
    for _hour, wait, count in waits_since(since):
        waits[wait] += count
    return HistogramMetricFamily(
        "syncadmin_event_to_page_seconds",
        "From an event's acceptance to each edit's being on its page, since midnight (UTC).",
        buckets=[(_end(end), count) for end, count in histogram(waits)],
        sum_value=sum(wait * count for wait, count in waits.items()),
    )


def _end(seconds: float) -> str:
    return "+Inf" if math.isinf(seconds) else str(seconds)


def _by(rows: QuerySet[Any], field: str, values: Iterable[str]) -> dict[str, int]:
    """How many rows have each of `values`; 0 where none has."""
    counted = rows.order_by().values_list(field).annotate(n=Count("*"))
    return {**dict.fromkeys(values, 0), **dict(counted)}


def _age(at: datetime | None, now: datetime) -> float | None:
    return max(0.0, (now - at).total_seconds()) if at else None


def _gauge(name: str, text: str, value: float | None) -> Metric:
    """`value` None: no sample."""
    family = GaugeMetricFamily(name, text)
    if value is not None:
        family.add_metric([], value)
    return family


def _gauges(name: str, text: str, label: str, values: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=[label])
    for value, count in values.items():
        family.add_metric([value], count)
    return family
