"""Owed jobs -> storage edits, from the database as it is at this moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from plays.models import Action, SyncJob
from plays.models.action import ActionType
from plays.models.job import JobKind
from plays.rules import pages
from plays.storage import Edit
from plays.sync.standing import play_facts


def edits_for(jobs: Sequence[SyncJob], *, now: datetime) -> list[Edit]:
    """One edit a job, in the order of `jobs` (loaded with their action and Play)."""
    zone = timezone.get_default_timezone()
    above = _entries_above(jobs)
    facts = play_facts([job.play for job in jobs if job.kind == JobKind.PLAY_ROW], now=now)
    edits: list[Edit] = []
    for job in jobs:
        if job.kind == JobKind.PLAY_ROW:
            edits.append(pages.play_row(facts[job.play.pk], now=now, zone=zone))
        elif job.kind == JobKind.LOG_ROW:
            edits.append(pages.log_row(_action_facts(job), zone=zone))
        else:
            edits.append(pages.live_entry(_action_facts(job), after=above.get(job.pk), zone=zone))
    return edits


def _action_facts(job: SyncJob) -> pages.ActionFacts:
    action = job.action
    assert action is not None  # noqa: S101 - only Play rows are owed without an action
    return pages.ActionFacts(
        log_id=action.log_id,
        play_id=job.play.play_id,
        action_type=action.action_type,
        title=action.title,
        url=action.url,
        actor=action.actor,
        occurred_at=action.occurred_at,
        details=action.data,
    )


def _entries_above(jobs: Sequence[SyncJob]) -> dict[int, str]:
    """For each scorecard's job the log id of its signal, below whose entry it stands."""
    scored = {
        (job.play.pk, job.action.subject_id): job.pk
        for job in jobs
        if job.action and job.action.action_type == ActionType.SCORECARD
    }
    if not scored:
        return {}
    signals: dict[tuple[int, str], str] = {}
    rows = Action.objects.filter(
        action_type=ActionType.SIGNAL,
        play__in={play for play, _ in scored},
        subject_id__in={subject for _, subject in scored},
    )
    for play, subject, log_id in rows.order_by("pk").values_list("play_id", "subject_id", "log_id"):
        signals.setdefault((play, subject), log_id)
    return {
        job.pk: signals[(job.play.pk, job.action.subject_id)]
        for job in jobs
        if job.action
        and (job.play.pk, job.action.subject_id) in signals
        and job.action.action_type == ActionType.SCORECARD
    }
