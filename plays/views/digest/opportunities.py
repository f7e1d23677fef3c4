"""What the digest tells of opportunities as of a moment: how long their steps took, and which wait.

All of it is read from `Opportunity`, as the funnel is, so that both tell of the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import OuterRef, Q, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Substr

from plays.models import Action, Opportunity, Play
from plays.models.action import ActionType
from plays.models.counting import Count, count_of, total_of
from plays.models.funnel import OpportunityQuerySet
from plays.rules.digest import SCORED_GO, Lead, Span
from plays.sync.funnel import actions_of

# What lies still for longer than this is no alert any more.
LOOK_BACK = timedelta(days=365)
# A step's beginning and end, by the name of what it begins with.
STEPS = {"signal": ("signal_at", "brief_at"), "brief": ("brief_at", "validated_at")}
_SIGNAL_KEY = "signal:"


@dataclass(frozen=True, kw_only=True)
class StepsTaken:
    """When steps of one kind were completed and how long they took, by Play."""

    of_play: Mapping[int, Sequence[tuple[datetime, timedelta]]]

    def lead(self, span: Span, *, target: timedelta, play: int | None = None) -> Lead:
        """Of the steps that were completed in `span`, by one Play or all."""
        asked = self.of_play.values() if play is None else [self.of_play.get(play, ())]
        # In the zone that the database tells times in: they are then compared as they are.
        start, end = span.start.astimezone(UTC), span.end.astimezone(UTC)
        took = [took for steps in asked for ended, took in steps if start <= ended < end]
        return Lead.of(took, target)


def steps_taken(step: str, span: Span, *, until: datetime) -> StepsTaken:
    """The steps of `STEPS` that were completed in `span`, as of `until`; one query.

    A step told before the one it follows took no time.
    """
    begun, ended = STEPS[step]
    lies = {f"{ended}__gte": span.start, f"{ended}__lt": span.end, f"{ended}__lte": until}
    found = Opportunity.objects.filter(**lies, **{f"{begun}__lte": until}).order_by()
    of_play: dict[int, list[tuple[datetime, timedelta]]] = {}
    for play, begin, end in found.values_list("play", begun, ended).iterator():
        of_play.setdefault(play, []).append((end, max(end - begin, timedelta(0))))
    return StepsTaken(of_play=of_play)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An action that waits for its next step, `late` beyond its time."""

    action: Action
    late: timedelta

    @property
    def days(self) -> int:
        return self.late.days


@dataclass(frozen=True, kw_only=True)
class Alert:
    """All that waits for one step: the longest overdue `rows`, and how many there are in all."""

    rows: list[Waiting]
    count: Count

    @property
    def more(self) -> Count:
        return Count(self.count - len(self.rows), is_least=self.count.is_least)


def overdue_briefs(at: datetime, *, within: timedelta, shown: int) -> Alert:
    """Briefs that no validation followed `within` the time, as of `at`."""
    not_yet = Q(validated_at__isnull=True) | Q(validated_at__gt=at)
    waiting = _overdue("brief_at", at, within).filter(not_yet)
    oldest = list(waiting.order_by("brief_at", "pk")[:shown])
    return _alert("brief", oldest, count_of(waiting), at - within)


def unbriefed_signals(at: datetime, *, within: timedelta, shown: int) -> Alert:
    """Signals whose newest score says GO and that no brief followed `within` the time, as of `at`.

    What was scored again since was scored otherwise then, perhaps.
    """
    never, later = Q(brief_at__isnull=True), Q(brief_at__gt=at)
    overdue = _overdue("signal_at", at, within)
    scores = Action.objects.filter(
        action_type=ActionType.SCORECARD,
        subject_id=Substr(OuterRef("key"), len(_SIGNAL_KEY) + 1),
        occurred_at__lte=at,
    )
    newest = scores.order_by("-occurred_at", "-pk").values(said=KT("data__decision"))[:1]
    go = overdue.filter(scored_at__gt=at - LOOK_BACK, scored_at__lte=at, decision=SCORED_GO)
    then = overdue.filter(never | later, scored_at__gt=at).annotate(then=Subquery(newest))
    then = then.filter(then=SCORED_GO)
    # What no brief followed at all an index has in this order: apart, it is read as far as shown.
    parts = [go.filter(never), go.filter(later), then]
    found = [one for part in parts for one in part.order_by("signal_at", "pk")[:shown]]
    oldest = sorted(found, key=lambda one: (one.signal_at, one.pk))[:shown]
    count = total_of([count_of(go.filter(never | later)), count_of(then)])
    return _alert("signal", oldest, count, at - within)


def _overdue(begun: str, at: datetime, within: timedelta) -> OpportunityQuerySet:
    ended_plays = Play.objects.filter(is_active=False).order_by().values("pk")
    began = {f"{begun}__gt": at - LOOK_BACK, f"{begun}__lt": at - within}
    return Opportunity.objects.filter(**began).exclude(play__in=ended_plays)


def _alert(step: str, oldest: Sequence[Opportunity], count: Count, due: datetime) -> Alert:
    """Of what began before `due` and still waits: the `oldest`, and how much there is."""
    begun, _ = STEPS[step]
    actions = actions_of(step, oldest)
    rows = [
        Waiting(action=actions[one.pk], late=due - getattr(one, begun))
        for one in oldest
        if one.pk in actions
    ]
    return Alert(rows=rows, count=count)
