"""What lies too long: signals without a brief, briefs without a validation, the oldest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from plays.models import Opportunity, Play
from plays.models.funnel import OpportunityQuerySet
from plays.views.funnel.targets import Targets, team_targets

# What lies still for longer than this is no list to work off any more.
LOOK_BACK = timedelta(days=365)
# By the step that is missing: the moment that the wait begins at.
BEGINS = {"brief": "signal_at", "s2": "brief_at"}


def too_long(
    step: str, targets: dict[int, Targets], plays: Sequence[Play], *, now: datetime, narrowed: bool
) -> OpportunityQuerySet:
    """What waits for `step` ("brief", "s2") for longer than its Play's target."""
    found = (
        Opportunity.objects.unbriefed() if step == "brief" else Opportunity.objects.unvalidated()
    )
    began, team = BEGINS[step], team_targets()[step]
    own: dict[float, list[int]] = {}
    for play in plays:
        if targets[play.pk][step] != team:
            own.setdefault(targets[play.pk][step], []).append(play.pk)
    late = Q(**{f"{began}__lt": now - timedelta(hours=team)})
    for pks in own.values():
        late &= ~Q(play__in=pks)
    for hours, pks in own.items():
        late |= Q(play__in=pks, **{f"{began}__lt": now - timedelta(hours=hours)})
    found = found.filter(late, play__is_active=True, **{f"{began}__gt": now - LOOK_BACK})
    if narrowed:
        found = found.filter(play__in=[play.pk for play in plays])
    return found.select_related("play").order_by(began, "pk")
