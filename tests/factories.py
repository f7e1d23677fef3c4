"""Rows for tests: plain functions with sensible values; every one may be changed by name."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractUser, Group, User

from plays.models import (
    Action,
    Event,
    Page,
    PageMapping,
    Play,
    QuarterGoal,
    SyncAttempt,
    SyncJob,
)
from plays.rules.planner import PART_OF, Kind, Part
from plays.rules.quarter import Quarter
from plays.rules.status import Goals
from plays.sync.funnel import count_funnel
from plays.sync.plays.goals import goals_at, quarter_of
from plays.sync.week_counts import count_weeks
from plays.sync.writing.attempt import carry

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 11, 23, 5, 5, tzinfo=UTC)  # Monday 14:05 in Seoul
SHARED = (Part.PROJECT_TODO, Part.PLAY_DB, Part.ACTION_LOG)
GOALS = {"activity": 20, "signal": 10, "brief": 4, "s2": 2}
_numbers = itertools.count(1)


def restart_numbers() -> None:
    global _numbers
    _numbers = itertools.count(1)


def make_user(*groups: str, **changes: Any) -> AbstractUser:
    """A person who may log in (password `secret`), in `groups` (PM, Staff, Admin)."""
    name = changes.pop("username", f"user{next(_numbers)}")
    user = User.objects.create_user(name, password=changes.pop("password", "secret"), **changes)
    user.groups.set([Group.objects.get_or_create(name=group)[0] for group in groups])
    return user


def make_play(**changes: Any) -> Play:
    """A Play whose goals (`activity_goal` …) hold from `goals_from` on, else always."""
    number = next(_numbers)
    since = changes.pop("goals_from", Quarter(2020, 1))
    goals = {name: changes.pop(f"{name}_goal", goal) for name, goal in GOALS.items()}
    values = {
        "play_id": f"EXT_Desk_D{number:03d}",
        "name": f"데스크 리서치 {number}",
        "owner": "김철수",
    }
    play = Play.objects.create(**{**values, **changes})
    QuarterGoal.objects.create(play=play, year=since.year, quarter=since.number, **goals)
    return play


def goals_now(play: Play) -> Goals:
    """The goals that hold in the quarter of `NOW`."""
    return goals_at([play], quarter_of(NOW))[play.pk].goals


def make_page(**changes: Any) -> Page:
    number = next(_numbers)
    values = {
        "page_id": str(100_000 + number),
        "title": f"Page {number}",
        "url": f"https://wiki.example/spaces/AX/pages/{100_000 + number}",
        "state": "ok",
        "version": 3,
    }
    return Page.objects.create(**{**values, **changes})


def make_mapping(
    part: Part | str = Part.LIVE_DOC, *, play: Play | None = None, page: Page | None = None
) -> PageMapping:
    """The mapping of `part`, made if need be; no `page` leaves it "not mapped yet".

    A Play's part without a `play` gets a new one.
    """
    part = Part(part)
    if part in SHARED:
        mapping = PageMapping.objects.get_or_create(part=part, play=None)[0]
    else:
        play = play or make_play()
        mapping = PageMapping.objects.get_or_create(part=part, play=play)[0]
    if page is not None:
        mapping.page = page
        mapping.save(update_fields=["page"])
    return mapping


def make_event(**changes: Any) -> Event:
    number = next(_numbers)
    event_id = changes.pop("event_id", f"evt-{number:04d}")
    source = changes.pop("source", "/ax/portal")
    payload = {"specversion": "1.0", "id": event_id, "source": source, "type": "activity.created"}
    values = {
        "source": source,
        "event_id": event_id,
        "type": "activity.created",
        "time": NOW,
        "payload": json.dumps(payload),
        "state": "accepted",
        "received_at": NOW,
        "accepted_at": NOW,
    }
    return Event.objects.create(**{**values, **changes})


def make_action(**changes: Any) -> Action:
    number = next(_numbers)
    values: dict[str, Any] = {
        "log_id": f"LOG-2026-{number:05d}",
        "action_type": "Activity",
        "subject_id": f"ACT-2026-{number:03d}",
        "title": f"고객사 세미나 {number}",
        "url": f"https://portal.example/activities/{number}",
        "actor": "김철수",
        "occurred_at": NOW,
    }
    values.update(changes)
    values["play"] = values.get("play") or make_play()
    values["event"] = values.get("event") or make_event()
    action = Action.objects.create(**values)
    count_weeks([action])
    count_funnel([action])
    return action


def make_job(**changes: Any) -> SyncJob:
    """A pending job of a new action on a mapped page, unless `changes` say otherwise."""
    kind = Kind(changes.pop("kind", Kind.LIVE_ENTRY))
    action = changes.pop("action", None)
    mapping = changes.pop("mapping", None)
    play = changes.pop("play", None) or (action and action.play) or (mapping and mapping.play)
    play = play or make_play()
    if kind is not Kind.PLAY_ROW:  # a row stands for the Play, whatever was done for it
        action = action or make_action(play=play)
    mapping = mapping or make_mapping(PART_OF[kind], play=play, page=make_page())
    values = {
        "kind": kind,
        "key": play.play_id if kind is Kind.PLAY_ROW else action.log_id,
        "play": play,
        "action": action,
        "mapping": mapping,
        "run_after": NOW,
        "created_at": NOW,
    }
    return SyncJob.objects.create(**{**values, **changes})


def make_attempt(*jobs: SyncJob, **changes: Any) -> SyncAttempt:
    """One try at the page of `jobs` (of a new job, if none is given)."""
    jobs = jobs or (make_job(),)
    values = {
        "page": jobs[0].mapping.page,
        "started_at": NOW,
        "duration_ms": 180,
        "calls": 2,
        "outcome": "written",
        "version_before": 3,
        "version_after": 4,
    }
    values["job_count"] = len(jobs)
    attempt = SyncAttempt.objects.create(**{**values, **changes})
    carry(attempt, jobs)
    return attempt
