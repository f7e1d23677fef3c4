"""The list of Plays that the overview and the Plays page share, and its CSV file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from plays.models import Play
from plays.models.play import STATUS_WORDS
from plays.views.common.render import paginate
from plays.views.plays.filters import Order, PlayFilter
from plays.views.plays.progress import Progress, progress_of
from plays.views.plays.quarter import AskedQuarter, asked_quarter
from plays.views.plays.strip import Strip, shown_weeks, strip_of

# What the address says besides the filter's own; the filter's form takes it along.
KEPT = ("sort", "view", "quarter")
WEEKS = "weeks"


@dataclass(frozen=True, kw_only=True)
class PlayList:
    """The Plays that a request asks for, in its order, as they stood in its quarter."""

    form: PlayFilter
    order: Order
    quarter: AskedQuarter
    rows: list[Progress]
    strip: Strip


def asked_plays(request: HttpRequest, now: datetime) -> PlayList:
    form = PlayFilter(request.GET)
    quarter = asked_quarter(request, now)
    order = Order.asked(request.GET.get("sort", ""))
    plays = form.narrow(Play.objects.all())
    judged = progress_of(plays, now=quarter.at, with_overrides=not quarter.is_over)
    rows = order.sort(form.pick(judged))
    strip = strip_of([row.weeks for row in rows], now=quarter.at)
    return PlayList(form=form, order=order, quarter=quarter, rows=rows, strip=strip)


def list_context(found: PlayList, request: HttpRequest, now: datetime) -> dict[str, Any]:
    """What `plays/_play_list.html` and the form above it show."""
    return {
        "form": found.form,
        "kept": [(name, value) for name in KEPT if (value := request.GET.get(name))],
        "order": found.order,
        "strip": found.strip,
        "is_weeks": request.GET.get("view") == WEEKS,
        "page_obj": paginate(found.rows, request),
        "asked": found.quarter,
        "today": timezone.localdate(now),
    }


def csv_header(now: datetime) -> list[str]:
    counters = (_("Activities"), _("Signals"), _("Briefs"), _("S2"))
    goals = [_("%(counter)s, goal") % {"counter": counter} for counter in counters]
    return [
        *(_("Play ID"), _("Name"), _("Owner"), _("Source"), _("Channel"), _("Priority")),
        *(_("Cycle"), _("Quarter"), _("Status"), _("Of pace")),
        *(title for pair in zip(counters, goals, strict=True) for title in pair),
        *(_("S3"), _("Last action"), _("Next action"), _("Due date")),
        *(_("Confluence"), _("Edits waiting")),
        *(_("Week of %(day)s") % {"day": week.monday} for week in shown_weeks(now)),
    ]


def csv_rows(found: PlayList) -> Iterator[Sequence[Any]]:
    for row in found.rows:
        play, last, score = row.play, row.verdict.last_action_at, row.verdict.score
        counts = [number for bar in row.bars for number in (bar.count, bar.goal or "")]
        yield [
            *(play.play_id, play.name, play.owner, play.source, play.channel, play.priority),
            *(play.cycle, str(found.quarter.quarter), STATUS_WORDS[row.status]),
            "" if score is None else f"{score:.0%}",
            *counts,
            row.counts.s3,
            timezone.localtime(last).strftime("%Y-%m-%d %H:%M") if last else "",
            play.next_action,
            play.due_date,
            row.open_edits.stage.label,
            row.open_edits.count,
            *row.weeks,
        ]
