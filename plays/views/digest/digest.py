"""The KPI digest: a week and its month against the team's targets, lead times, what lies still."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from plays.models import Action, Team, WeeklyReport
from plays.rules.digest import (
    DigestAction,
    Lead,
    Left,
    Span,
    Target,
    brief_to_s2,
    overdue_briefs,
    signal_to_brief,
    unbriefed_signals,
)
from plays.rules.weeks import weeks_up_to
from plays.sync.report.page import write_report
from plays.sync.report.quarters import quarter_on_quarter
from plays.views.common.access import RoleRequest, may_retry, sees
from plays.views.common.render import render_page
from plays.views.digest.asked_week import AskedWeek, asked_week
from plays.views.digest.digest_actions import Year, red_plays, year_until
from plays.views.digest.lead_targets import lead_targets
from plays.views.plays.progress import Bar

MOST_SHOWN, MOST_REDS = 15, 50
COUNTERS = ("activity", "signal", "brief", "s2")


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
    """All that waits for one step: the first `rows`, and how many there are in all."""

    rows: list[Waiting]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


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
    spans = (asked.span, asked.month, *_thirteen(asked))
    year = year_until(asked.at, spans=spans, steps=asked.quarter_back)
    active = [action for action in year.actions if action.is_active]
    context = {
        "asked": asked,
        "lines": [_line(name, year, asked, team) for name in COUNTERS],
        "s3": (year.count("s3", asked.span), year.count("s3", asked.month)),
        "lead_lines": _lead_lines(year.actions, asked, team),
        "lead_targets": lead_targets(year.actions, asked),
        "quarters": quarter_on_quarter(asked.at),
        "report_is_on": bool(team.report_parent),
        "report": WeeklyReport.objects.filter(monday=asked.week.monday)
        .select_related("page")
        .first(),
        **_alerts(active, asked, team),
    }
    return render_page(request, "digest/digest.html", context)


def _thirteen(asked: AskedWeek) -> list[Span]:
    zone = timezone.get_default_timezone()
    return [Span.of(week.bounds(zone)) for week in weeks_up_to(asked.week)]


def _line(name: str, year: Year, asked: AskedWeek, team: Team) -> Line:
    least, most = team.target(name)
    target = Target(least=least, most=most)
    weeks = tuple(year.count(name, span) for span in _thirteen(asked))
    return Line(
        name=name,
        target=target,
        week=_bar(name, year, target, asked.span, asked.at),
        month=_bar(name, year, target, asked.month, asked.at),
        week_before=weeks[-2],
        weeks=weeks,
    )


def _bar(name: str, year: Year, target: Target, span: Span, at: datetime) -> Bar:
    goal, count = target.over(span), year.count(name, span)
    return Bar(name=name, count=count, goal=round(goal), expected=goal * span.share_at(at))


def _lead_lines(actions: Sequence[DigestAction], asked: AskedWeek, team: Team) -> list[LeadLine]:
    briefed, validated = team.lead_days
    team = Team.current()
    spans = (asked.span, asked.month, asked.quarter_back)
    steps = (
        ("signal", briefed, signal_to_brief),
        ("brief", validated, brief_to_s2),
    )
    return [
        LeadLine(
            name=name,
            days=days,
            leads=tuple(step(actions, span, target=timedelta(days=days)) for span in spans),
        )
        for name, days, step in steps
    ]


def _alerts(actions: Sequence[DigestAction], asked: AskedWeek, team: Team) -> dict[str, Any]:
    briefed, validated = (timedelta(days=days) for days in team.lead_days)
    reds = red_plays(asked)
    return {
        "reds": reds[:MOST_REDS],
        "red_count": len(reds),
        "more_reds": max(0, len(reds) - MOST_REDS),
        "briefs": _alert(overdue_briefs(actions, at=asked.at, within=validated), asked.at),
        "signals": _alert(unbriefed_signals(actions, at=asked.at, within=briefed), asked.at),
        "brief_days": validated.days,
        "signal_days": briefed.days,
    }


def _alert(left: Sequence[Left], at: datetime) -> Alert:
    shown = left[:MOST_SHOWN]
    waiting = Action.objects.select_related("play").in_bulk([one.action.pk for one in shown])
    rows = [Waiting(action=waiting[one.action.pk], late=at - one.due_at) for one in shown]
    return Alert(rows=rows, count=len(left))
