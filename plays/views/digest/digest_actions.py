"""What the digest reads of a year of actions: only what it tells of, each type by its index."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, OuterRef, Subquery, Value
from django.utils import timezone

from plays.models import Action, Play, Team
from plays.models.action import ActionQuerySet, ActionType
from plays.rules.digest import SCORED_GO, DigestAction, Span
from plays.rules.planner import counter_of
from plays.rules.recount import ActionGroup, tally
from plays.rules.status import Counts, Status, Verdict, judge
from plays.sync.chunks import in_chunks
from plays.sync.plays.goals import goals_at
from plays.sync.plays.play_status import play_statuses
from plays.views.digest.asked_week import AskedWeek

# What lies still for longer than this is no alert any more.
LOOK_BACK = timedelta(days=365)
# By far the most actions are of these types, and only their number is told.
_ONLY_COUNTED = (ActionType.ACTIVITY, ActionType.SIGNAL)
_COLUMNS = ("pk", "action_type", "subject_id", "play", "occurred_at", "play__is_active")
_DETAILS = ("data__decision", "data__signal_id", "data__brief_id")
_AN_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class RedPlay:
    """A Play that was behind; `score` is None where it has no goals or a person set its status."""

    play: Play
    score: float | None
    last_action_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Year:
    """The year up to a moment. `actions`: briefs and what came of them, scores, and the signals
    that became a brief in the asked weeks or wait for one; in the order they happened.
    """

    actions: Sequence[DigestAction]
    _counted: dict[tuple[str, Span], int] = field(repr=False)
    _moments: dict[str, list[datetime]] = field(repr=False)

    def count(self, counter: str, span: Span) -> int:
        """How many actions a counter of the quarter counts in one of the spans that were read."""
        counted = self._counted.get((counter, span))
        if counted is not None:
            return counted
        moments = self._moments.get(counter, ())
        return bisect_left(moments, span.end) - bisect_left(moments, span.start)


def year_until(at: datetime, *, spans: Iterable[Span], steps: Span) -> Year:
    """`spans`: those in which activities and signals are counted; `steps`: the one in which signals
    became briefs. A fixed number of queries, and one more for each 500 signals that are read.
    """
    of_year = Action.objects.within(at - LOOK_BACK + _AN_INSTANT, at + _AN_INSTANT)
    named = _digest_actions(
        of_year.filter(action_type__in=[ActionType.BRIEF, ActionType.S2, ActionType.S3])
    )
    briefs = [action for action in named if action.action_type == ActionType.BRIEF]
    scores = _newest_scores(of_year)
    good = {signal for signal, score in scores.items() if score.decision == SCORED_GO}
    wanted = good - {brief.signal_id for brief in briefs}
    shown = [scores[signal] for signal in wanted]
    wanted |= {brief.signal_id for brief in briefs if brief.occurred_at in steps} - {""}
    signals: list[DigestAction] = []
    for chunk in in_chunks(sorted(wanted)):
        rows = of_year.filter(action_type=ActionType.SIGNAL, subject_id__in=chunk)
        signals += _digest_actions(rows)
    found = sorted([*named, *shown, *signals], key=lambda d: (d.occurred_at, d.pk))
    moments: dict[str, list[datetime]] = {}
    for action in found:
        if counter := action.counter:
            moments.setdefault(counter, []).append(action.occurred_at)
    return Year(actions=found, _counted=_counted(spans, until=at), _moments=moments)


def _digest_actions(actions: ActionQuerySet) -> list[DigestAction]:
    rows = actions.order_by().values_list(*_COLUMNS, *_DETAILS)
    return [_digest_action(*row) for row in rows.iterator()]


def _digest_action(
    pk: int,
    action_type: str,
    subject_id: str,
    play: int,
    occurred_at: datetime,
    is_active: bool,
    decision: str | None = None,
    signal_id: str | None = None,
    brief_id: str | None = None,
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


def _newest_scores(of_year: ActionQuerySet) -> dict[str, DigestAction]:
    """By signal."""
    scored = of_year.filter(action_type=ActionType.SCORECARD).order_by("occurred_at", "pk")
    rows = scored.values_list(*_COLUMNS, "data__decision")
    newest = {row[2]: row for row in rows.iterator()}
    return {subject: _digest_action(*row) for subject, row in newest.items()}


def _counted(spans: Iterable[Span], *, until: datetime) -> dict[tuple[str, Span], int]:
    """How many actions of each type that is only counted lie in each span; one query."""
    asked = [(action_type, span) for action_type in _ONLY_COUNTED for span in dict.fromkeys(spans)]
    counts = [
        Action.objects.filter(action_type=action_type)
        .within(span.start, min(span.end, until + _AN_INSTANT))
        .order_by()
        .annotate(which=Value(number))
        .values_list("which")
        .annotate(count=Count("pk"))
        for number, (action_type, span) in enumerate(asked)
    ]
    found = dict(counts[0].union(*counts[1:], all=True)) if counts else {}
    return {
        (str(counter_of(action_type, "")), span): found.get(number, 0)
        for number, (action_type, span) in enumerate(asked)
    }


def red_plays(asked: AskedWeek) -> list[RedPlay]:
    """Active Plays that were behind, the worst first; a week that is over is judged again."""
    plays = list(Play.objects.active())
    found = _judged_then(plays, asked) if asked.is_over else _judged_now(plays, asked.at)
    return sorted(
        found, key=lambda red: (2.0 if red.score is None else red.score, red.play.play_id)
    )


def _judged_now(plays: Sequence[Play], now: datetime) -> list[RedPlay]:
    statuses = play_statuses(plays, now=now).values()
    return [_red(s.play, s.verdict) for s in statuses if s.status is Status.RED]


def _judged_then(plays: Sequence[Play], asked: AskedWeek) -> list[RedPlay]:
    zone = timezone.get_default_timezone()
    counts, newest = _counts_then(asked), _newest_then(asked.at)
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


def _counts_then(asked: AskedWeek) -> dict[int, Counts]:
    """The quarter's counters up to the moment, by Play."""
    start, _ = asked.quarter.bounds(timezone.get_default_timezone())
    done = Action.objects.within(start, asked.at + _AN_INSTANT).order_by()
    rows = done.values_list("play", "action_type", "data__decision").annotate(n=Count("pk"))
    groups: dict[int, list[ActionGroup]] = {}
    for play, action_type, decision, count in rows:
        group = ActionGroup(
            action_type=action_type, decision=str(decision or ""), count=count, newest=asked.at
        )
        groups.setdefault(play, []).append(group)
    return {play: tally(of_play).counts for play, of_play in groups.items()}


def _newest_then(at: datetime) -> dict[int, datetime]:
    own = Action.objects.filter(play=OuterRef("pk")).within(at - LOOK_BACK, at + _AN_INSTANT)
    newest = Subquery(own.order_by("-occurred_at").values("occurred_at")[:1])
    rows = Play.objects.active().order_by().annotate(newest=newest).values_list("pk", "newest")
    return {play: moment for play, moment in rows if moment}


def _red(play: Play, verdict: Verdict) -> RedPlay:
    score = verdict.score if verdict.status is Status.RED else None
    return RedPlay(play=play, score=score, last_action_at=verdict.last_action_at)
