"""How long a step may take: a Play's own lead-time target, else the team's. In hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from plays.models import Play, Team
from plays.rules.lead_time import BRIEF_TO_S2, SIGNAL_TO_BRIEF, limits
from plays.rules.quarter import Quarter
from plays.sync.plays.goals import goals_at

# The step of the funnel that ends what a target is of.
_ENDS = {SIGNAL_TO_BRIEF: "brief", BRIEF_TO_S2: "s2"}
Targets = Mapping[str, float]


def team_targets() -> dict[str, float]:
    to_brief, to_s2 = Team.current().lead_days
    return {"brief": to_brief * 24.0, "s2": to_s2 * 24.0}


def targets_of(plays: Iterable[Play], quarter: Quarter) -> dict[int, Targets]:
    """Of each Play, by its primary key; one query."""
    team = team_targets()
    return {
        pk: {**team, **_own(held.lead_time)} if held.lead_time else team
        for pk, held in goals_at(plays, quarter).items()
    }


def _own(text: str) -> dict[str, float]:
    return {
        _ENDS[limit.step]: limit.within / timedelta(hours=1)
        for limit in limits(text)
        if limit.step in _ENDS
    }
