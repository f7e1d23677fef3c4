"""Where Plays stand now: counters, status, and the sum that it comes from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from plays.models import Play, QuarterCount, Team
from plays.rules.quarter import Quarter
from plays.rules.status import Counts, Goals, Status, StatusRule, Verdict, judge
from plays.sync.plays.goals import goals_at


@dataclass(frozen=True, kw_only=True)
class PlayStatus:
    """A Play in the quarter of now. `status` is the override's while one lasts, else what the
    team keeps by hand on the Play DB page, else the verdict's.
    """

    play: Play
    counts: Counts
    goals: Goals
    verdict: Verdict
    status: Status
    is_overridden: bool
    is_team: bool


def play_statuses(
    plays: Iterable[Play],
    *,
    now: datetime,
    with_overrides: bool = True,
    rule: StatusRule | None = None,
) -> dict[int, PlayStatus]:
    """Where each Play stands, by its primary key; four queries however many Plays. `rule` is the
    team's unless given.

    A moment that has long passed is judged without overrides, and without what the team says
    today: they are for the time ahead.
    """
    plays = list(plays)
    quarter = Quarter.of(now, timezone.get_default_timezone())
    rows = QuarterCount.objects.filter(play__in=[play.pk for play in plays])
    counts = {row.play_id: row.counts for row in rows.of(quarter)}
    newest = rows.up_to(quarter).order_by().values_list("play")
    last_action_at = dict(newest.annotate(newest=Max("last_action_at")))
    held = goals_at(plays, quarter)
    rule = rule or Team.current().rule
    return {
        play.pk: _play_status(
            play,
            counts.get(play.pk, Counts()),
            held[play.pk].goals,
            last_action_at.get(play.pk),
            now=now,
            rule=rule,
            override=play.override_at(now) if with_overrides else None,
            team=Status(play.team_status) if with_overrides and play.team_status else None,
        )
        for play in plays
    }


def _play_status(
    play: Play,
    counts: Counts,
    goals: Goals,
    last_action_at: datetime | None,
    *,
    now: datetime,
    rule: StatusRule,
    override: Status | None,
    team: Status | None,
) -> PlayStatus:
    verdict = judge(
        counts,
        goals,
        last_action_at=last_action_at,
        now=now,
        zone=timezone.get_default_timezone(),
        rule=rule,
    )
    return PlayStatus(
        play=play,
        counts=counts,
        goals=goals,
        verdict=verdict,
        status=override or team or verdict.status,
        is_overridden=override is not None,
        is_team=override is None and team is not None,
    )
