"""A year of actions as the digest reads them, and the Plays that were behind at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from plays.models import Action, Play, Team
from plays.rules.digest import DigestAction, Span, counts_by_play
from plays.rules.status import Counts, Status, Verdict, judge
from plays.sync.plays.goals import goals_at
from plays.sync.plays.play_status import play_statuses
from plays.views.digest.asked_week import AskedWeek

# What lies still for longer than this is no alert any more.
LOOK_BACK = timedelta(days=365)
_COLUMNS = ("pk", "action_type", "subject_id", "play", "occurred_at", "play__is_active")
_DETAILS = ("data__decision", "data__signal_id", "data__brief_id")


@dataclass(frozen=True, kw_only=True)
class RedPlay:
    """A Play that was behind; `score` is None where it has no goals or a person set its status."""

    play: Play
    score: float | None
    last_action_at: datetime | None


def actions_until(at: datetime) -> list[DigestAction]:
    """The actions of the year up to `at`; one query."""
    found = Action.objects.filter(occurred_at__gt=at - LOOK_BACK, occurred_at__lte=at)
    rows = found.order_by("occurred_at", "pk").values_list(*_COLUMNS, *_DETAILS)
    return [_digest_action(*row) for row in rows.iterator()]


def _digest_action(
    pk: int,
    action_type: str,
    subject_id: str,
    play: int,
    occurred_at: datetime,
    is_active: bool,
    decision: str | None,
    signal_id: str | None,
    brief_id: str | None,
) -> DigestAction:
    return DigestAction(
        pk=pk,
        action_type=action_type,
        subject_id=subject_id,
        play=play,
        occurred_at=occurred_at,
        is_active=is_active,
        decision=decision or "",
        signal_id=signal_id or "",
        brief_id=brief_id or "",
    )


def red_plays(actions: Sequence[DigestAction], asked: AskedWeek) -> list[RedPlay]:
    """Active Plays that were behind, the worst first; a week that is over is judged again."""
    plays = list(Play.objects.active())
    found = _judged_then(plays, actions, asked) if asked.is_over else _judged_now(plays, asked.at)
    return sorted(
        found, key=lambda red: (2.0 if red.score is None else red.score, red.play.play_id)
    )


def _judged_now(plays: Sequence[Play], now: datetime) -> list[RedPlay]:
    statuses = play_statuses(plays, now=now).values()
    return [_red(s.play, s.verdict) for s in statuses if s.status is Status.RED]


def _judged_then(
    plays: Sequence[Play], actions: Sequence[DigestAction], asked: AskedWeek
) -> list[RedPlay]:
    zone = timezone.get_default_timezone()
    start, end = asked.quarter.bounds(zone)
    counts = counts_by_play(actions, Span(start=start, end=end))
    newest = {action.play: action.occurred_at for action in actions}
    held = goals_at(plays, asked.quarter)
    rule = Team.current().rule
    verdicts = (
        (
            play,
            judge(
                counts.get(play.pk, Counts()),
                held[play.pk].goals,
                last_action_at=newest.get(play.pk),
                now=asked.at,
                zone=zone,
                rule=rule,
            ),
        )
        for play in plays
    )
    return [_red(play, verdict) for play, verdict in verdicts if verdict.status is Status.RED]


def _red(play: Play, verdict: Verdict) -> RedPlay:
    score = verdict.score if verdict.status is Status.RED else None
    return RedPlay(play=play, score=score, last_action_at=verdict.last_action_at)
