"""The figures for Prometheus, reckoned from the tables whenever they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, QuerySet

from plays.models import Event, Site, SyncAttempt, SyncJob
from plays.models.attempt import Outcome
from plays.models.event import EventState
from plays.models.job import STAGES
from plays.sync import heartbeats

# https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def exposition(now: datetime) -> str:
    """All figures in Prometheus' text format."""
    return (
        "\n".join([*_jobs(), *_age(now), *_worker(now), *_events(), *_site(now), *_tries()]) + "\n"
    )


def _jobs() -> Iterator[str]:
    counts = SyncJob.objects.order_by().aggregate(
        **{stage.value: Count("pk", filter=fits) for stage, fits in STAGES.items()}
    )
    return _family("syncadmin_jobs", "gauge", "Jobs by stage.", "stage", counts)


def _age(now: datetime) -> Iterator[str]:
    oldest = SyncJob.objects.due(now).aggregate(oldest=Min("run_after"))["oldest"]
    seconds = (now - oldest).total_seconds() if oldest else 0.0
    text = "How long the oldest due job has been due."
    return _family("syncadmin_oldest_due_seconds", "gauge", text, "", {"": f"{seconds:.3f}"})


def _worker(now: datetime) -> Iterator[str]:
    """Prometheus' own way of saying that there is no value is to leave the sample out."""
    last = heartbeats.newest(now=now)
    samples = {"": f"{max(0.0, (now - last).total_seconds()):.3f}"} if last else {}
    text = "How long ago the last sign of life of any worker was."
    return _family("syncadmin_worker_beat_age_seconds", "gauge", text, "", samples)


def _events() -> Iterator[str]:
    counts = _by(Event.objects.all(), "state", EventState.values)
    return _family("syncadmin_events", "gauge", "Events by state.", "state", counts)


def _site(now: datetime) -> Iterator[str]:
    site = Site.objects.filter(pk=1).first() or Site()
    paused = site.pause_end(now) is not None
    text = "1 while Confluence asked us to wait."
    yield from _family("syncadmin_site_paused", "gauge", text, "", {"": int(paused)})
    text = "1 while our credentials are not accepted."
    stopped = int(site.stopped_at is not None)
    yield from _family("syncadmin_site_stopped", "gauge", text, "", {"": stopped})


def _tries() -> Iterator[str]:
    counts = _by(SyncAttempt.objects.all(), "outcome", Outcome.values)
    running = counts.pop(Outcome.RUNNING.value)
    text = "Tries at writing a page that have ended, by outcome."
    yield from _family("syncadmin_tries_total", "counter", text, "outcome", counts)
    text = "Tries at writing a page that are under way."
    yield from _family("syncadmin_tries_running", "gauge", text, "", {"": running})


def _by(rows: QuerySet[Any], field: str, values: list[str]) -> dict[str, int]:
    """How many rows have each of `values`; 0 where none has."""
    counted = rows.order_by().values_list(field).annotate(Count("pk"))
    return {**dict.fromkeys(values, 0), **dict(counted)}


def _family(
    name: str, kind: str, text: str, label: str, samples: Mapping[str, object]
) -> Iterator[str]:
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} {kind}"
    for value, sample in samples.items():
        labels = f'{{{label}="{value}"}}' if label else ""
        yield f"{name}{labels} {sample}"
