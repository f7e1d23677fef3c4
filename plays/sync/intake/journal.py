"""Entering an accepted event: its action, the quarter's counters, and what pages are owed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from plays.models import Action, Event, LogNumber, PageMapping, Play, QuarterCount, SyncJob
from plays.models.job import JobState
from plays.models.mapping import SHARED_PARTS
from plays.rules.events import PlayEvent
from plays.rules.planner import Kind, OwedEdit, Part, counter_of, plan_edits
from plays.rules.quarter import Quarter
from plays.sync.jobs.wakeups import ring


def enter(event: Event, parsed: PlayEvent, play: Play, *, now: datetime) -> Action:
    """Enter an event whose row and Play are locked by the caller's transaction."""
    action = Action.objects.create(
        log_id=_next_log_id(parsed.occurred_at),
        event=event,
        play=play,
        action_type=parsed.action_type,
        subject_id=parsed.subject_id,
        title=parsed.title or _title_of_subject(parsed),
        url=parsed.url,
        actor=parsed.actor,
        occurred_at=parsed.occurred_at,
        data=dict(parsed.details),
    )
    _count(action)
    owe(
        plan_edits(action.action_type, log_id=action.log_id, play_id=play.play_id),
        play=play,
        action=action,
        now=now,
    )
    return action


def owe(
    edits: Iterable[OwedEdit], *, play: Play, action: Action | None = None, now: datetime
) -> None:
    """Owe `edits` to the pages of their parts, each once, and ring for the pages on commit.

    The caller holds the Play's lock, so nobody else owes the same edit at the same time.
    """
    for edit in edits:
        mapping = _mapping(edit.part, play)
        _owe_once(
            SyncJob(
                mapping=mapping,
                kind=edit.kind.value,
                key=edit.key,
                play=play,
                action=action if edit.key == getattr(action, "log_id", None) else None,
                state=JobState.PENDING,
                run_after=now,
                created_at=now,
            )
        )
        if mapping.page_id is not None:
            transaction.on_commit(partial(ring, mapping.page_id), robust=True)


def _owe_once(job: SyncJob) -> None:
    """Save `job`, or note on the one that is pending for the same edit that it is owed again."""
    pending = SyncJob.objects.pending().filter(mapping=job.mapping, kind=job.kind, key=job.key)
    if pending.update(revision=F("revision") + 1):
        return
    try:
        with transaction.atomic():
            job.save()
    except IntegrityError:  # a person made a job that had failed pending at this moment
        pending.update(revision=F("revision") + 1)


def owe_rows(plays: Iterable[Play], *, now: datetime) -> None:
    """Owe the Play DB its row of each Play, each once, and ring for the page on commit.

    Takes the Plays' locks itself; a handful of queries however many Plays.
    """
    with transaction.atomic():
        wanted = Play.objects.filter(pk__in=[play.pk for play in plays]).order_by("pk")
        locked = list(wanted.select_for_update(no_key=True))
        mapping = PageMapping.objects.shared(Part.PLAY_DB.value)
        pending = SyncJob.objects.pending().filter(
            mapping=mapping, kind=Kind.PLAY_ROW.value, play__in=locked
        )
        again = SyncJob.objects.filter(pk__in=pending.lock())
        owed = set(again.values_list("key", flat=True))
        again.update(revision=F("revision") + 1)
        rows = [
            SyncJob(
                mapping=mapping,
                kind=Kind.PLAY_ROW.value,
                key=play.play_id,
                play=play,
                run_after=now,
                created_at=now,
            )
            for play in locked
            if play.play_id not in owed
        ]
        SyncJob.objects.bulk_create(rows, ignore_conflicts=True)  # a person retries meanwhile
        if mapping.page_id is not None:
            transaction.on_commit(partial(ring, mapping.page_id), robust=True)


def _mapping(part: Part, play: Play) -> PageMapping:
    if part.value in SHARED_PARTS:
        return PageMapping.objects.shared(part.value)
    return PageMapping.objects.of_play(play, part.value)


def _next_log_id(occurred_at: datetime) -> str:
    """`LOG-<year>-<number>`. The update locks the year's row until the caller commits."""
    year = timezone.localtime(occurred_at, timezone.get_default_timezone()).year
    LogNumber.objects.get_or_create(year=year)
    LogNumber.objects.filter(year=year).update(last=F("last") + 1)
    return f"LOG-{year}-{LogNumber.objects.get(year=year).last:05d}"


def _count(action: Action) -> None:
    quarter = Quarter.of(action.occurred_at, timezone.get_default_timezone())
    count, _ = QuarterCount.objects.get_or_create(
        play=action.play, year=quarter.year, quarter=quarter.number
    )
    counter = counter_of(action.action_type, str(action.data.get("decision", "")))
    if counter:
        setattr(count, counter, getattr(count, counter) + 1)
    count.last_action_at = max(filter(None, (count.last_action_at, action.occurred_at)))
    count.save(update_fields=[*([counter] if counter else []), "last_action_at"])


def _title_of_subject(parsed: PlayEvent) -> str:
    """What a scorecard or validation without a title is about, by its signal or brief."""
    for kind, reference in parsed.references:
        found = Action.objects.subject(kind.title(), reference).first()
        if found:
            return found.title
    return parsed.subject_id
