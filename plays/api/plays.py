"""`/api/plays`: where each Play stands this quarter, and the sum that its status comes from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from plays.api.answers import PAGE_SIZE, Cursor, Limit, PageLink, Text
from plays.api.api import reads
from plays.api.cursors import cursor_of, text_value, values_of
from plays.models import PageMapping, Play, SyncJob
from plays.models.job import Stage
from plays.rules.quarter import Quarter
from plays.sync.naming import NotOnePlay, play_called
from plays.sync.plays.play_status import PlayStatus, play_statuses

router = Router(tags=["Plays"])
OWED = (Stage.PENDING, Stage.UNMAPPED, Stage.RETRYING, Stage.FAILED)


class Counters(Schema):
    """What was done this quarter; S2 and S3 are validations with GO and pilots."""

    activity: int
    signal: int
    brief: int
    s2: int
    s3: int


class QuarterGoals(Schema):
    """What the quarter should bring; 0 is no goal."""

    activity: int
    signal: int
    brief: int
    s2: int


class Owed(Schema):
    """Edits that are owed to pages for this Play, by what they wait for."""

    pending: int
    unmapped: int
    retrying: int
    failed: int


class PlayLine(Schema):
    """`status` is G, Y or R; `status_from` says who sets it."""

    play_id: str
    name: str
    owner: str
    is_active: bool
    quarter: str
    counts: Counters
    goals: QuarterGoals
    status: str
    status_from: str
    last_action_at: datetime | None
    owed: Owed


class GoalShare(Schema):
    """One goal's part of the sum: `share` = `count` ÷ `expected`, at most 1."""

    name: str
    count: int
    goal: int
    expected: float
    share: float


class PlayDetail(PlayLine):
    """`score`: the mean of the parts' shares; null without goals, where the last action decides."""

    source: str
    channel: str
    priority: str
    cycle: str
    next_action: str
    due_date: date | None
    blocker: str
    notes: str
    computed_status: str
    score: float | None
    parts: list[GoalShare]
    pages: list[PageLink]


class PlayList(Schema):
    items: list[PlayLine]
    next_cursor: str | None


@reads(router, "", PlayList, operation_id="list_plays", summary="Plays by id")
def list_plays(
    request: HttpRequest,
    active: bool | None = None,
    owner: Text | None = None,
    limit: Limit = PAGE_SIZE,
    cursor: Cursor = None,
) -> PlayList:
    plays = Play.objects.order_by("play_id")
    if active is not None:
        plays = plays.filter(is_active=active)
    if owner:
        plays = plays.filter(owner=owner)
    if cursor:
        plays = plays.filter(play_id__gt=values_of(cursor, text_value)[0])
    found = list(plays[: limit + 1])
    shown = found[:limit]
    now = timezone.now()
    stands, owed = play_statuses(shown, now=now), owed_by_play(shown)
    return PlayList(
        items=[PlayLine(**_line(stands[play.pk], owed[play.pk], now)) for play in shown],
        next_cursor=cursor_of(shown[-1].play_id) if len(found) > limit else None,
    )


@reads(router, "/{path:play_id}", PlayDetail, operation_id="get_play", summary="One Play")
def get_play(request: HttpRequest, play_id: Text) -> PlayDetail:
    """By its id, an alias, or the beginning of its id up to an underscore."""
    play, now = find_play(play_id), timezone.now()
    stands = play_statuses([play], now=now)[play.pk]
    return PlayDetail(
        **_line(stands, owed_by_play([play])[play.pk], now),
        source=play.source,
        channel=play.channel,
        priority=play.priority,
        cycle=play.cycle,
        next_action=play.next_action,
        due_date=play.due_date,
        blocker=play.blocker,
        notes=play.notes,
        computed_status=stands.verdict.status.value,
        score=stands.verdict.score,
        parts=[GoalShare(**asdict(part)) for part in stands.verdict.attainments],
        pages=_pages(play),
    )


def find_play(name: str) -> Play:
    """Raises Http404 with the reason."""
    try:
        return play_called(name)
    except NotOnePlay as unknown:
        raise Http404(str(unknown)) from unknown


def owed_by_play(plays: Collection[Play]) -> dict[int, Owed]:
    """Of each Play by its primary key; one query."""
    counted: dict[int, Counter[Stage]] = defaultdict(Counter)
    for (pk,), stage, count in SyncJob.objects.filter(play__in=plays).unsynced("play"):
        counted[pk][stage] += count
    return {play.pk: Owed(**{stage: counted[play.pk][stage] for stage in OWED}) for play in plays}


def _line(stands: PlayStatus, owed: Owed, now: datetime) -> dict[str, Any]:
    play, zone = stands.play, timezone.get_default_timezone()
    return {
        "play_id": play.play_id,
        "name": play.name,
        "owner": play.owner,
        "is_active": play.is_active,
        "quarter": str(Quarter.of(now, zone)),
        "counts": Counters(**asdict(stands.counts)),
        "goals": QuarterGoals(**asdict(stands.goals)),
        "status": stands.status.value,
        "status_from": _status_from(stands),
        "last_action_at": stands.verdict.last_action_at,
        "owed": owed,
    }


def _status_from(stands: PlayStatus) -> str:
    if stands.is_overridden:
        return "person"
    if stands.is_team:
        return "page"
    return "last_action" if stands.verdict.score is None else "goals"


def _pages(play: Play) -> list[PageLink]:
    mapped = PageMapping.objects.filter(play=play, page__isnull=False).select_related("page")
    return [
        PageLink(
            part=mapping.part,
            page_id=mapping.page.page_id,
            title=mapping.page.title,
            url=mapping.page.url,
            state=mapping.page.state,
        )
        for mapping in mapped.order_by("part")
        if mapping.page
    ]
