"""The funnel: what became of the opportunities of a quarter, how long it took, what lies still."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from plays.models import Action, Opportunity, Play
from plays.models.counting import Count, count_of
from plays.models.funnel import OpportunityQuerySet
from plays.models.play import PlayQuerySet
from plays.rules.funnel import STEPS
from plays.views.common.access import sees
from plays.views.common.forms import FilterForm
from plays.views.common.render import paginate, render_page
from plays.views.funnel.groups import by_quarter, cohort_of, grouped
from plays.views.funnel.targets import Targets, team_targets
from plays.views.plays.filters import known_values
from plays.views.plays.quarter import AskedQuarter, asked_quarter

SHOWN = 10
BY = {
    "channel": _("Channel"),
    "source": _("Source"),
    "owner": _("Owner"),
    "play": _("Play"),
    "quarter": _("Quarter"),
}
KINDS = {"passed": _("really passed"), "skipped": _("skipped steps counted")}
NARROWED_BY = ("channel", "source", "owner")
WAITS = {"brief": _("Signals without a brief"), "s2": _("Briefs without a validation")}


class FunnelFilter(FilterForm):
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    source = forms.ChoiceField(label=_("Source"), required=False)
    owner = forms.ChoiceField(label=_("Owner"), required=False)

    def full_clean(self) -> None:
        known = known_values()
        for name in NARROWED_BY:
            self.fields[name].choices = [("", _("All")), *((v, v) for v in known[name])]  # type: ignore[attr-defined]
        super().full_clean()

    def narrow(self, plays: PlayQuerySet) -> PlayQuerySet:
        chosen = {name: value for name in NARROWED_BY if (value := self.chosen(name))}
        return plays.filter(**chosen)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What waits for a step for too long: the oldest of it, and how much there is."""

    step: str
    label: Any
    days: float
    rows: list[tuple[Opportunity, int]]
    count: Count


@sees
@require_safe
def funnel(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    asked, form = asked_quarter(request, now), FunnelFilter(request.GET)
    plays = list(form.narrow(Play.objects.all()))
    kind = _one_of(request.GET.get("kind"), KINDS)
    by = _one_of(request.GET.get("by"), BY)
    with_skipped = kind == "skipped"
    cohort = cohort_of(plays, asked.quarter)
    if by == "quarter":
        rows = by_quarter(
            plays, asked.quarter, with_skipped=with_skipped, is_narrowed=not form.is_empty
        )
    else:
        rows = grouped(cohort, plays, by, with_skipped=with_skipped)
    context = {
        "asked": asked,
        "form": form,
        "kept": [(k, v) for k in ("quarter", "kind", "by") if (v := request.GET.get(k))],
        "kind": kind,
        "kinds": KINDS,
        "by": by,
        "by_choices": BY,
        "whole": cohort.row("", cohort.cells, with_skipped=with_skipped),
        "page_obj": paginate(rows, request),
        "targets": {step: hours / 24 for step, hours in team_targets().items()},
        "waiting": [
            _waiting(step, cohort.targets, plays, now, not form.is_empty) for step in WAITS
        ],
        **_listed(request, asked, plays, cohort.targets, not form.is_empty),
    }
    return render_page(request, "funnel/funnel.html", context)


def _one_of(asked: str | None, known: dict[str, Any]) -> str:
    """What the address asks for, if that is known; else the first."""
    return asked if asked in known else next(iter(known))


def _waiting(step: str, targets: Any, plays: list[Play], now: datetime, narrowed: bool) -> Waiting:
    found = too_long(step, targets, plays, now=now, narrowed=narrowed)
    rows = [(one, (now - getattr(one, BEGINS[step])).days) for one in found[:SHOWN]]
    return Waiting(
        step=step,
        label=WAITS[step],
        days=team_targets()[step] / 24,
        rows=rows,
        count=count_of(found),
    )


def _listed(
    request: HttpRequest, asked: AskedQuarter, plays: list[Play], targets: Any, narrowed: bool
) -> dict[str, Any]:
    """The opportunities behind a step, or all that wait too long, as the address asks."""
    step, wait = request.GET.get("step", ""), request.GET.get("wait", "")
    if wait in WAITS:
        now = timezone.now()
        found = too_long(wait, targets, plays, now=now, narrowed=narrowed)
    elif step in STEPS:
        quarter = asked.quarter
        found = Opportunity.objects.filter(
            year=quarter.year, quarter=quarter.number, **{f"{step}_at__isnull": False}
        ).select_related("play")
        if narrowed:
            found = found.filter(play__in=[play.pk for play in plays])
    else:
        return {"listed": None}
    listed = paginate(found, request)
    return {
        "step": step if step in STEPS else "",
        "wait": WAITS.get(wait),
        "listed": listed,
        "told": _told(list(listed)),
    }


def _told(shown: list[Opportunity]) -> list[tuple[Opportunity, Action | None]]:
    """Each with the action that it began with, where that is a signal."""
    ids = {one.pk: one.key.removeprefix("signal:") for one in shown if one.signal_at}
    actions = Action.objects.filter(action_type="Signal", subject_id__in=ids.values())
    found = {action.subject_id: action for action in actions.order_by("-occurred_at")}
    return [(one, found.get(ids.get(one.pk, ""))) for one in shown]


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
