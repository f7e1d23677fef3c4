"""Plays: their list, which the overview shows too, and the same list as a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from plays.models import Play
from plays.models.play import STATUS_WORDS
from plays.rules.status import Status
from plays.views.common.access import sees
from plays.views.common.csv_file import csv_file
from plays.views.common.render import paginate, render_page
from plays.views.plays.filters import Order, PlayFilter
from plays.views.plays.progress import WORST_FIRST, Progress, progress_of
from plays.views.plays.quarter import AskedQuarter, asked_quarter
from plays.views.plays.strip import Strip, shown_weeks, strip_of
from plays.views.plays.why import Reason, reasons

# What the address says besides the filter's own; the filter's form takes it along.
KEPT = ("sort", "view", "quarter", "group", "measure")
GROUPS = {
    "channel": gettext_lazy("Channel"),
    "owner": gettext_lazy("Owner"),
    "source": gettext_lazy("Source"),
}
WEEKS = "weeks"
# Rows are tall in HTML: a team with up to 50 Plays has one page, a company some less on each.
ORPHANS = 15


@dataclass(frozen=True, kw_only=True)
class GroupHead:
    """A group of the list: its value, how many Plays are in it, and how many stand how."""

    name: str
    count: int
    by_status: list[tuple[Status, int]]


@dataclass(frozen=True, kw_only=True)
class Row:
    """A Play in the list, what needs somebody there, and its group's head where it is the first."""

    progress: Progress
    reasons: list[Reason]
    head: GroupHead | None


@dataclass(frozen=True, kw_only=True)
class PlayList:
    """The Plays that a request asks for, in its order, as they stood in its quarter."""

    form: PlayFilter
    order: Order
    quarter: AskedQuarter
    rows: list[Progress]
    strip: Strip
    group: str = ""


def asked_plays(request: HttpRequest, now: datetime) -> PlayList:
    form = PlayFilter(request.GET)
    quarter = asked_quarter(request, now)
    order = Order.asked(request.GET.get("sort", ""))
    plays = form.narrow(Play.objects.all())
    judged = progress_of(plays, now=quarter.at, with_overrides=not quarter.is_over)
    rows = order.sort(form.pick(judged))
    group = request.GET.get("group", "")
    if group in GROUPS:
        rows.sort(key=lambda row: (not getattr(row.play, group), getattr(row.play, group)))
    strip = strip_of([row.weeks for row in rows], now=quarter.at)
    return PlayList(
        form=form,
        order=order,
        quarter=quarter,
        rows=rows,
        strip=strip,
        group=group if group in GROUPS else "",
    )


def list_context(found: PlayList, request: HttpRequest, now: datetime) -> dict[str, Any]:
    """What `plays/_play_list.html` and the form above it show."""
    page_obj = paginate(found.rows, request, orphans=ORPHANS)
    today = timezone.localdate(now)
    return {
        "form": found.form,
        "kept": [(name, value) for name in KEPT if (value := request.GET.get(name))],
        "order": found.order,
        "strip": found.strip,
        "is_weeks": request.GET.get("view") == WEEKS,
        "page_obj": page_obj,
        "rows": _rows(found, list(page_obj), today),
        "group": found.group,
        "groups": GROUPS,
        "asked": found.quarter,
        "today": today,
    }


def _rows(found: PlayList, shown: Sequence[Progress], today: date) -> list[Row]:
    heads = _heads(found) if found.group else {}
    rows, last = [], None
    for progress in shown:
        value = getattr(progress.play, found.group) if found.group else None
        head = heads[value] if value is not None and value != last else None
        last = value
        rows.append(Row(progress=progress, reasons=reasons(progress, today), head=head))
    return rows


def _heads(found: PlayList) -> dict[str, GroupHead]:
    """By the group's value, of all Plays that the filter leaves, on whatever page they are."""
    statuses: dict[str, Counter[Status]] = {}
    for row in found.rows:
        statuses.setdefault(getattr(row.play, found.group), Counter())[row.status] += 1
    return {
        name: GroupHead(
            name=name or "–",
            count=counted.total(),
            by_status=[(status, counted[status]) for status in WORST_FIRST if counted[status]],
        )
        for name, counted in statuses.items()
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
            row.stage.label if row.stage else "–",
            row.open_edits.count,
            *row.weeks,
        ]


@sees
@require_safe
def plays(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    context = list_context(asked_plays(request, now), request, now)
    return render_page(request, "plays/plays.html", context, part="plays/_play_list.html")


@sees
@require_safe
def plays_csv(request: HttpRequest) -> StreamingHttpResponse:
    found = asked_plays(request, timezone.now())
    name = f"plays-{found.quarter.quarter}.csv"
    return csv_file(name, csv_header(found.quarter.at), csv_rows(found))
