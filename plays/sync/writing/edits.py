"""Owed jobs -> storage edits, from the database as it is at this moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, prefetch_related_objects
from django.utils import timezone

from plays.models import (
    Action,
    AttemptSpan,
    OwnerWord,
    Page,
    PageMapping,
    Play,
    SyncAttempt,
    SyncJob,
)
from plays.models.action import ActionType
from plays.models.attempt import Outcome
from plays.models.job import JobKind, JobState
from plays.models.mapping import PartChoice
from plays.rules import pages
from plays.rules.planner import LINKS
from plays.rules.todo_page import todo_title
from plays.storage import Edit, InsertLink
from plays.sync.chunks import in_chunks
from plays.sync.plays.owner_words import words_of
from plays.sync.plays.play_status import play_statuses
from plays.sync.writing.kept import keep_theirs


def edits_for(jobs: Sequence[SyncJob], *, now: datetime, were_tried: bool = True) -> list[Edit]:
    """One edit a job, in the order of `jobs` (loaded with their action). `were_tried`: one of them
    may have been on its way to a page before.
    """
    prefetch_related_objects(jobs, "play")
    zone = timezone.get_default_timezone()
    above = _entries_above(jobs)
    facts = _play_facts([job.play for job in jobs if job.kind == JobKind.PLAY_ROW], now=now)
    todo_pages = _todo_pages(jobs)
    written = _written(jobs) | (_unclear(jobs) if were_tried else set())
    log_rows = [job for job in jobs if job.kind == JobKind.LOG_ROW]
    prefetch_related_objects(log_rows, "play__aliases")
    edits: list[Edit] = []
    for job in jobs:
        if job.kind == JobKind.PLAY_ROW:
            edits.append(pages.play_row(facts[job.play.pk], now=now, zone=zone))
        elif job.kind == JobKind.LOG_ROW:
            edits.append(pages.log_row(_action_facts(job, written), zone=zone))
        elif job.kind in LINKS:
            edits.append(todo_pages.get(job.play.pk, _no_page(job)))
        else:
            above_it = above.get(job.pk)
            facts_of = _action_facts(job, written)
            edits.append(pages.live_entry(facts_of, above=above_it, zone=zone))
    return keep_theirs(edits)


def _play_facts(plays: Sequence[Play], *, now: datetime) -> dict[int, pages.PlayFacts]:
    """What the Play DB should say of each Play now, by its primary key."""
    if not plays:
        return {}
    words = words_of(plays, now=now)
    return {
        pk: pages.PlayFacts(
            play_id=s.play.play_id,
            status=s.status,
            counts=s.counts,
            goals=s.goals,
            channel=s.play.channel,
            word=_written_word(word) if (word := words[pk].current) else "",
        )
        for pk, s in play_statuses(plays, now=now).items()
    }


def _written_word(word: OwnerWord) -> str:
    return pages.said_word(
        word.text,
        seen_as=word.seen_as,
        by="" if word.is_owner else word.by_name,
        on=timezone.localdate(word.at, timezone.get_default_timezone()),
    )


def _todo_pages(jobs: Sequence[SyncJob]) -> dict[int | None, InsertLink]:
    """The link to the ToDo page that each Play with a link to write has now."""
    plays = [job.play for job in jobs if job.kind in LINKS]
    if not plays:
        return {}
    mapped = PageMapping.objects.filter(part=PartChoice.PLAY_TODO, play__in=plays)
    return {
        mapping.play_id: _link_to(mapping.page, todo_title(str(mapping.play)))
        for mapping in mapped.select_related("play", "page")
        if mapping.page
    }


def _link_to(page: Page, first_title: str) -> InsertLink:
    title = page.title or first_title
    return pages.todo_link(title, page.url, page.page_id, (first_title,))


def _no_page(job: SyncJob) -> InsertLink:
    """Nowhere to link to: the edit is refused, and its job says so."""
    return pages.todo_link(todo_title(job.play.play_id), "")


def _aliases(job: SyncJob) -> tuple[str, ...]:
    """Other names by which a row may name the Play; an entry does not name it."""
    if job.kind != JobKind.LOG_ROW:
        return ()
    return tuple(alias.name for alias in job.play.aliases.all())


def _written(jobs: Sequence[SyncJob]) -> set[tuple[str, int]]:
    """The rows and entries of these jobs that were on their page once."""
    found: set[tuple[str, int]] = set()
    for actions in in_chunks({job.action_id for job in jobs if job.action_id and job.pk}):
        synced = SyncJob.objects.filter(action__in=actions, state=JobState.SYNCED).order_by()
        found.update((kind, pk) for kind, pk in synced.values_list("kind", "action__pk"))
    return found


def _unclear(jobs: Sequence[SyncJob]) -> set[tuple[str, int]]:
    """The rows and entries of these jobs that may have come to their page by a try whose end is
    not known.
    """
    by_pk = {job.pk: job for job in jobs if job.action_id is not None and job.pk}
    found: set[tuple[str, int]] = set()
    unclear = SyncAttempt.objects.filter(
        Q(outcome=Outcome.ERROR, version_before__isnull=False) | Q(outcome=Outcome.INTERRUPTED),
        page=OuterRef("page"),
        pk__gte=OuterRef("first"),
        pk__lte=OuterRef("last"),
    )
    for chunk in in_chunks(by_pk):
        spans = AttemptSpan.objects.filter(Exists(unclear), job__in=chunk)
        for pk in spans.values_list("job__pk", flat=True):
            job = by_pk[pk]
            found.add((job.kind, job.action_id or 0))
    return found


def _action_facts(job: SyncJob, written: set[tuple[str, int]]) -> pages.ActionFacts:
    action = job.action
    assert action is not None  # noqa: S101 - only Play rows and links have none
    return action_facts(
        action,
        play_id=job.play.play_id,
        # A job that is not stored is for comparing a page with what should be there.
        was_written=job.pk is None or (job.kind, action.pk) in written,
        play_names=_aliases(job),
    )


def action_facts(
    action: Action, *, play_id: str, was_written: bool = False, play_names: tuple[str, ...] = ()
) -> pages.ActionFacts:
    return pages.ActionFacts(
        log_id=action.log_id,
        play_id=play_id,
        action_type=action.action_type,
        title=action.title,
        url=action.url,
        actor=action.actor,
        occurred_at=action.occurred_at,
        details=action.data,
        was_written=was_written,
        play_names=play_names,
    )


def _entries_above(jobs: Sequence[SyncJob]) -> dict[int, pages.ActionFacts]:
    """For each scorecard's job its signal, below whose entry it stands."""
    scored = {
        job.pk: (job.play.pk, job.action.subject_id)
        for job in jobs
        if job.action and job.action.action_type == ActionType.SCORECARD
    }
    if not scored:
        return {}
    signals: dict[tuple[int, str], pages.ActionFacts] = {}
    play_ids = {job.play.pk: job.play.play_id for job in jobs}
    rows = Action.objects.filter(
        action_type=ActionType.SIGNAL,
        play__in={play for play, _ in scored.values()},
        subject_id__in={subject for _, subject in scored.values()},
    )
    for signal in rows.order_by("pk"):
        facts = action_facts(signal, play_id=play_ids[signal.play_id])
        signals.setdefault((signal.play_id, signal.subject_id), facts)
    return {job: signals[subject] for job, subject in scored.items() if subject in signals}
