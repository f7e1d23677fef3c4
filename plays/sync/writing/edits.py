"""Owed jobs -> storage edits, from the database as it is at this moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from plays.models import Action, PageMapping, SyncJob
from plays.models.action import ActionType
from plays.models.job import JobKind
from plays.models.mapping import PartChoice
from plays.rules import pages
from plays.rules.todo_page import todo_title
from plays.storage import Edit
from plays.sync.plays.play_status import play_facts

LINKS = (JobKind.PROJECT_LINK, JobKind.PLAY_DB_LINK)


def edits_for(jobs: Sequence[SyncJob], *, now: datetime) -> list[Edit]:
    """One edit a job, in the order of `jobs` (loaded with their action and Play)."""
    zone = timezone.get_default_timezone()
    above = _entries_above(jobs)
    facts = play_facts([job.play for job in jobs if job.kind == JobKind.PLAY_ROW], now=now)
    todo_pages = _todo_pages(jobs)
    edits: list[Edit] = []
    for job in jobs:
        if job.kind == JobKind.PLAY_ROW:
            edits.append(pages.play_row(facts[job.play.pk], now=now, zone=zone))
        elif job.kind == JobKind.LOG_ROW:
            edits.append(pages.log_row(_action_facts(job), zone=zone))
        elif job.kind in LINKS:
            edits.append(pages.todo_link(*todo_pages.get(job.play.pk, _no_page(job))))
        else:
            edits.append(pages.live_entry(_action_facts(job), after=above.get(job.pk), zone=zone))
    return edits


def _todo_pages(jobs: Sequence[SyncJob]) -> dict[int | None, tuple[str, str]]:
    """Title and address of the ToDo page that each Play with a link to write has now."""
    plays = [job.play for job in jobs if job.kind in LINKS]
    if not plays:
        return {}
    mapped = PageMapping.objects.filter(part=PartChoice.PLAY_TODO, play__in=plays)
    return {
        mapping.play_id: (mapping.page.title or todo_title(str(mapping.play)), mapping.page.url)
        for mapping in mapped.select_related("play", "page")
        if mapping.page
    }


def _no_page(job: SyncJob) -> tuple[str, str]:
    """Nowhere to link to: the edit is refused, and its job says so."""
    return todo_title(job.play.play_id), ""


def _action_facts(job: SyncJob) -> pages.ActionFacts:
    action = job.action
    assert action is not None  # noqa: S101 - Play rows and links alone are owed without
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
