"""The weekly report: a week and its month against the team's targets, lead times, what waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from plays.models import Team, WeeklyReport
from plays.rules.digest import Lead, Span, Target
from plays.rules.weeks import weeks_up_to
from plays.sync.report.page import write_report
from plays.sync.report.quarters import counts_in, quarter_on_quarter
from plays.views.common.access import RoleRequest, may_retry, sees
from plays.views.common.render import render_page
from plays.views.digest.asked_week import AskedWeek, asked_week
from plays.views.digest.lead_targets import lead_targets
from plays.views.digest.opportunities import (
    STEPS,
    StepsTaken,
    overdue_briefs,
    steps_taken,
    unbriefed_signals,
)
from plays.views.digest.red_plays import red_plays
from plays.views.plays.progress import Bar

MOST_SHOWN, MOST_REDS = 15, 50
COUNTERS = ("activity", "signal", "brief", "s2")
Counted = Mapping[Span, Mapping[str, int]]


@dataclass(frozen=True, kw_only=True)
class Line:
    """A counter's week and month against its target, and the thirteen weeks up to it."""

    name: str
    target: Target
    week: Bar
    month: Bar
    week_before: int
    weeks: tuple[int, ...]

    @property
    def full(self) -> int:
        return max(self.weeks) or 1


@dataclass(frozen=True, kw_only=True)
class LeadLine:
    """A step's lead time in the week, the month and the thirteen weeks."""

    name: str
    days: int
    leads: tuple[Lead, ...]


@may_retry
@require_POST
def report_write(request: RoleRequest) -> HttpResponse:
    """Write the running week's page now."""
    written = write_report(by=request.user)
    if written is None:
        messages.warning(request, _("The weekly report is not switched on as a page."))
    elif written.error:
        messages.error(request, _("The page could not be written. What was wrong stands below."))
    else:
        messages.success(request, _("The page says what this report says."))
    return redirect("plays:digest")


@sees
@require_safe
def digest(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    asked = asked_week(request, now)
    team = Team.current()
    counted = counts_in((asked.span, asked.month, *_thirteen(asked)), until=asked.at)
    taken = {step: steps_taken(step, asked.quarter_back, until=asked.at) for step in STEPS}
    context = {
        "asked": asked,
        "lines": [_line(name, counted, asked, team) for name in COUNTERS],
        "s3": (counted[asked.span]["s3"], counted[asked.month]["s3"]),
        "lead_lines": _lead_lines(taken, asked, team),
        "lead_targets": lead_targets(taken, asked),
        "quarters": quarter_on_quarter(asked.at),
        "report_is_on": bool(team.report_parent),
        "report": WeeklyReport.objects.filter(monday=asked.week.monday)
        .select_related("page")
        .first(),
        **_alerts(asked, team),
    }
    return render_page(request, "digest/digest.html", context)


def _thirteen(asked: AskedWeek) -> list[Span]:
    zone = timezone.get_default_timezone()
    return [Span.of(week.bounds(zone)) for week in weeks_up_to(asked.week)]


def _line(name: str, counted: Counted, asked: AskedWeek, team: Team) -> Line:
    least, most = team.target(name)
    target = Target(least=least, most=most)
    weeks = tuple(counted[span][name] for span in _thirteen(asked))
    return Line(
        name=name,
        target=target,
        week=_bar(name, counted, target, asked.span, asked.at),
        month=_bar(name, counted, target, asked.month, asked.at),
        week_before=weeks[-2],
        weeks=weeks,
    )


def _bar(name: str, counted: Counted, target: Target, span: Span, at: datetime) -> Bar:
    goal, count = target.over(span), counted[span][name]
    return Bar(name=name, count=count, goal=round(goal), expected=goal * span.share_at(at))


def _lead_lines(taken: Mapping[str, StepsTaken], asked: AskedWeek, team: Team) -> list[LeadLine]:
    spans = (asked.span, asked.month, asked.quarter_back)
    return [
        LeadLine(
            name=step,
            days=days,
            leads=tuple(taken[step].lead(span, target=timedelta(days=days)) for span in spans),
        )
        for step, days in zip(STEPS, team.lead_days, strict=True)
    ]


def _alerts(asked: AskedWeek, team: Team) -> dict[str, Any]:
    briefed, validated = (timedelta(days=days) for days in team.lead_days)
    reds = red_plays(asked)
    return {
        "reds": reds[:MOST_REDS],
        "red_count": len(reds),
        "more_reds": max(0, len(reds) - MOST_REDS),
        "briefs": overdue_briefs(asked.at, within=validated, shown=MOST_SHOWN),
        "signals": unbriefed_signals(asked.at, within=briefed, shown=MOST_SHOWN),
        "brief_days": validated.days,
        "signal_days": briefed.days,
    }
