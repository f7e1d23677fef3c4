"""Each Play's own lead-time targets beside how long its steps took."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from plays.models import Play
from plays.rules.digest import DigestAction, Lead, brief_to_s2, signal_to_brief
from plays.rules.lead_time import BRIEF_TO_S2, SIGNAL_TO_BRIEF, Limit, limits
from plays.sync.plays.goals import goals_at
from plays.views.digest.asked_week import AskedWeek

MEASURES = {SIGNAL_TO_BRIEF: signal_to_brief, BRIEF_TO_S2: brief_to_s2}


@dataclass(frozen=True, kw_only=True)
class PlayLead:
    """A target of a Play, and the step's length over the thirteen weeks."""

    play: Play
    limit: Limit
    lead: Lead

    @property
    def days(self) -> float:
        return self.limit.within.total_seconds() / 86_400

    @property
    def is_missed(self) -> bool:
        """Whether half of the steps or more took longer."""
        return self.lead.median is not None and self.lead.median > self.limit.within


@dataclass(frozen=True, kw_only=True)
class LeadTargets:
    """Targets that can be measured, missed ones first; `others` are as the teams wrote them."""

    rows: list[PlayLead]
    others: list[tuple[Play, str]]


def lead_targets(actions: Sequence[DigestAction], asked: AskedWeek) -> LeadTargets:
    """The targets of the quarter that the week lies in; two queries."""
    plays = list(Play.objects.active())
    held = goals_at(plays, asked.quarter)
    by_play: dict[int, list[DigestAction]] = {}
    for action in actions:
        by_play.setdefault(action.play, []).append(action)
    rows: list[PlayLead] = []
    others: list[tuple[Play, str]] = []
    for play in plays:
        text = held[play.pk].lead_time
        found = limits(text)
        rows += _measured(play, found, by_play.get(play.pk, ()), asked)
        if text and not any(limit.step for limit in found):
            others.append((play, text))
    rows.sort(key=lambda row: (not row.is_missed, not row.lead.count, row.play.play_id))
    return LeadTargets(rows=rows, others=others)


def _measured(
    play: Play, found: Iterable[Limit], actions: Iterable[DigestAction], asked: AskedWeek
) -> Iterator[PlayLead]:
    actions = tuple(actions)
    for limit in found:
        if limit.step:
            lead = MEASURES[limit.step](actions, asked.quarter_back, target=limit.within)
            yield PlayLead(play=play, limit=limit, lead=lead)
