"""Active Plays that were behind at a moment, the worst first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, OuterRef, Subquery
from django.utils import timezone

from plays.models import Action, Play, Team, WeekStatus
from plays.models.action import COUNTED
from plays.rules.status import Counts, Status, Verdict, judge
from plays.sync.plays.goals import goals_at
from plays.sync.plays.play_status import play_statuses
from plays.views.digest.asked_week import AskedWeek
from plays.views.digest.opportunities import LOOK_BACK

_AN_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class RedPlay:
    """A Play that was behind; `score` is None where it has no goals or a person set its status."""

    play: Play
    score: float | None
    last_action_at: datetime | None


def red_plays(asked: AskedWeek) -> list[RedPlay]:
    """Active Plays that were behind, the worst first; a week that is over is judged again, of the
    Plays that had begun by then.
    """
    plays = Play.objects.active()
    if asked.is_over:
        found = _judged_then(list(plays.begun_by(asked.at)), asked)
    else:
        found = _judged_now(list(plays), asked.at)
    return sorted(
        found, key=lambda red: (2.0 if red.score is None else red.score, red.play.play_id)
    )


def _judged_now(plays: Sequence[Play], now: datetime) -> list[RedPlay]:
    statuses = play_statuses(plays, now=now).values()
    return [_red(s.play, s.verdict) for s in statuses if s.status is Status.RED]


def _judged_then(plays: Sequence[Play], asked: AskedWeek) -> list[RedPlay]:
    zone = timezone.get_default_timezone()
    counts, newest = _counts_then(plays, asked), _newest_then(asked.at)
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


def _counts_then(plays: Sequence[Play], asked: AskedWeek) -> dict[int, Counts]:
    """The quarter's counters at the end of the week, by Play: as they were told, else counted."""
    told = {
        row.play_id: Counts(
            activity=row.activity, signal=row.signal, brief=row.brief, s2=row.s2, s3=row.s3
        )
        for row in WeekStatus.objects.filter(monday=asked.week.monday)
    }
    if all(play.pk in told for play in plays):
        return told
    start, _ = asked.quarter.bounds(timezone.get_default_timezone())
    done = Action.objects.within(start, asked.at + _AN_INSTANT).filter(counter__in=COUNTED)
    counted: dict[int, dict[str, int]] = {}
    for play, name, count in done.order_by().values_list("play", "counter").annotate(n=Count("*")):
        counted.setdefault(play, {})[name] = count
    return {play: Counts(**counts) for play, counts in counted.items()}


def _newest_then(at: datetime) -> dict[int, datetime]:
    own = Action.objects.filter(play=OuterRef("pk")).within(at - LOOK_BACK, at + _AN_INSTANT)
    newest = Subquery(own.order_by("-occurred_at").values("occurred_at")[:1])
    rows = Play.objects.active().order_by().annotate(newest=newest).values_list("pk", "newest")
    return {play: moment for play, moment in rows if moment}


def _red(play: Play, verdict: Verdict) -> RedPlay:
    score = verdict.score if verdict.status is Status.RED else None
    return RedPlay(play=play, score=score, last_action_at=verdict.last_action_at)
