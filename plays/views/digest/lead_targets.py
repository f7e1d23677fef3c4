"""Each Play's own lead-time targets beside how long its steps took."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from plays.models import Play
from plays.rules.digest import Lead
from plays.rules.lead_time import Limit, limits
from plays.sync.plays.goals import goals_at
from plays.views.digest.asked_week import AskedWeek
from plays.views.digest.opportunities import StepsTaken


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


def lead_targets(taken: Mapping[str, StepsTaken], asked: AskedWeek) -> LeadTargets:
    """The targets of the quarter that the week lies in, by the steps `taken`; two queries."""
    plays = list(Play.objects.active())
    held = goals_at(plays, asked.quarter)
    rows: list[PlayLead] = []
    others: list[tuple[Play, str]] = []
    for play in plays:
        text = held[play.pk].lead_time
        found = limits(text)
        rows += _measured(play, found, taken, asked)
        if text and not any(limit.step for limit in found):
            others.append((play, text))
    rows.sort(key=lambda row: (not row.is_missed, not row.lead.count, row.play.play_id))
    return LeadTargets(rows=rows, others=others)


def _measured(
    play: Play, found: Iterable[Limit], taken: Mapping[str, StepsTaken], asked: AskedWeek
) -> Iterator[PlayLead]:
    for limit in found:
        if limit.step:
            lead = taken[limit.step].lead(asked.quarter_back, target=limit.within, play=play.pk)
            yield PlayLead(play=play, limit=limit, lead=lead)
