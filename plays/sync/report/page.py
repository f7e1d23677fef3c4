"""The weekly report as a page under the parent that an admin chose: made once per week, and brought
up to date by exact edits, so that what people write on it stays."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from plays import confluence
from plays.confluence import Confluence, ConfluenceError, PageHead
from plays.models import Page, Play, Site, Team, WeeklyReport, WeeklySync
from plays.models.audit import Verb
from plays.models.play import STATUS_WORDS
from plays.models.quarter import COUNTERS
from plays.models.weekly import WeeklyState
from plays.rules.digest import Span
from plays.rules.report_page import COUNTERS as COUNTER_TABLE
from plays.rules.report_page import PLAYS, CounterRow, PlayRow, report_edits
from plays.rules.status import JUDGED
from plays.rules.weeks import Week
from plays.storage import EditError, NotStorage, UpsertRow, apply_edits
from plays.storage.layout.model import Guidance
from plays.sync import audit
from plays.sync.operations.refusals import Refusal
from plays.sync.operations.saving import edit, open_site
from plays.sync.plays.owner_words import Word, words_of
from plays.sync.plays.play_status import play_statuses
from plays.sync.report.quarters import counts_in, quarter_on_quarter
from plays.sync.site import pages
from plays.sync.site.connection import connect
from plays.sync.site.title_holders import TitleHeld

AGAIN = timedelta(minutes=15)
# A column that people took away is left out; the tables are made where the page has none.
GUIDANCE = {shape: Guidance(may_make_table=True) for shape in (COUNTER_TABLE, PLAYS)}


def title_of(week: Week) -> str:
    """In the language of the installation: a page keeps its title whoever is looking."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("Weekly report %(week)s") % {"week": week}


def write_report(*, by: User | None = None, now: datetime | None = None) -> WeeklyReport | None:
    """Write the report of the running week. None where none is wanted; the report says what went
    wrong, if anything.
    """
    now = now or timezone.now()
    parent = Team.current().report_parent
    if not parent:
        return None
    week = Week.of(now, timezone.get_default_timezone())
    report, _made = WeeklyReport.objects.get_or_create(
        monday=week.monday, defaults={"tried_at": now}
    )
    report.tried_at, report.error, report.message = now, "", ""
    try:
        report.page = _write(connect(), week, parent, now)
        report.written_at = now
    except (ConfluenceError, TitleHeld, Refusal, EditError, NotStorage) as error:
        report.error, report.message = type(error).__name__, str(error)
    except ImproperlyConfigured as error:
        report.error, report.message = "NotConfigured", str(error)
    report.save()
    if by is not None:
        audit.note(Verb.REPORT, by=by, target=title_of(week), reason="", now=now)
    return report


def wake_if_due(now: datetime) -> bool:
    """After a weekly sync of this week has ended, and again a while after a failure."""
    if not Team.current().report_parent or not Site.current().is_open(now):
        return False
    zone = timezone.get_default_timezone()
    week = Week.of(now, zone)
    start, end = week.bounds(zone)
    runs = WeeklySync.objects.filter(state=WeeklyState.DONE, slot__gte=start, slot__lt=end)
    run = runs.order_by("-slot").first()
    report = WeeklyReport.objects.filter(monday=week.monday).first()
    if run is None or run.finished_at is None:
        return False
    if report and report.written_at and report.written_at >= run.finished_at:
        return False
    if report and report.error and now < report.tried_at + AGAIN:
        return False
    async_task("plays.tasks.write_report")
    return True


def _write(client: Confluence, week: Week, parent: str, now: datetime) -> Page:
    open_site()
    edits = _edits(week, now)

    def change(seen: confluence.Page) -> str:
        return _applied(seen.body, edits)

    def is_ours(head: PageHead) -> bool:
        return head.parent_id in ("", parent) or Page.objects.filter(page_id=head.id).exists()

    ensured = pages.ensure(
        client, title_of(week), body=_applied("", edits), parent_id=parent, adopts=is_ours
    )
    if ensured.how == "adopted":
        edit(client, ensured.page.id, change)
    return pages.remember(ensured.page)


def _applied(body: str, edits: list[UpsertRow]) -> str:
    """The page with every row. Raises the `EditError` of the first that cannot be."""
    applied = apply_edits(body, edits, GUIDANCE)
    for outcome in applied.outcomes:
        if outcome.problem:
            raise outcome.problem
    return applied.body


def _edits(week: Week, now: datetime) -> list[UpsertRow]:
    zone = timezone.get_default_timezone()
    team = Team.current()
    this, before = (Span.of(each.bounds(zone)) for each in (week, week.previous))
    counted = counts_in([this, before])
    lines = {line.name: line for line in quarter_on_quarter(now)}
    with translation.override(settings.LANGUAGE_CODE):
        counters = [
            CounterRow(
                label=str(COUNTERS[name]),
                week=counted[this][name],
                target=team.target(name)[0],
                before=counted[before][name],
                quarter=lines[name].now,
                then=lines[name].then,
            )
            for name in JUDGED
        ]
        return report_edits(counters, _plays(now))


def _plays(now: datetime) -> list[PlayRow]:
    plays = list(Play.objects.active())
    words = words_of(plays, now=now)
    return [
        PlayRow(
            play_id=s.play.play_id,
            name=s.play.name,
            owner=s.play.owner,
            status=s.status,
            counts=s.counts,
            goals=s.goals,
            word=_said(words[pk]),
        )
        for pk, s in play_statuses(plays, now=now).items()
    ]


def _said(word: Word) -> str:
    if word.current is None:
        return ""
    seen = f"{STATUS_WORDS[word.seen_as]}: " if word.seen_as else ""
    return f"{seen}{word.current.text}"
