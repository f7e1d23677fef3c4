"""What the product knows and does, as tools: events, Plays, actions, ToDo pages, weekly sync."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone
from mcp.server import MCPServer

from plays.mcp.tools import ADDS, READS, RUNS, UNTRUSTED, add, cursor_after, span
from plays.models import Action, PageMapping, Play, SyncJob
from plays.models.action import ActionType
from plays.models.api_token import Scope
from plays.models.weekly import WeeklyTrigger
from plays.storage import markdown_to_storage
from plays.sync import weekly
from plays.sync.intake.receiving import Receipt, record_all, tell
from plays.sync.naming import play_called
from plays.sync.operations import BadArgument
from plays.sync.plays.play_status import PlayStatus, play_statuses
from plays.sync.reconcile.reconciling import reconcile
from plays.sync.todo.creating import create_todo_page as make_todo_page
from plays.sync.todo.creating import what_would_be

MOST = 100
SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class FieldError:
    field: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """`status` is accepted, duplicate or rejected; `edits` are owed to pages and written soon."""

    status: str
    log_id: str
    errors: list[FieldError]
    edits: list[str]
    dry_run: bool


@dataclass(frozen=True, kw_only=True)
class PlayLine:
    play_id: str
    name: str
    owner: str
    status: str
    is_active: bool
    counts: dict[str, int]
    goals: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class PlayList:
    plays: list[PlayLine]
    total: int
    next_cursor: str
    notice: str = UNTRUSTED


@dataclass(frozen=True, kw_only=True)
class PageLine:
    part: str
    page_id: str
    url: str


@dataclass(frozen=True, kw_only=True)
class PlayAnswer:
    """`score` is the mean share of the goals at today's pace; None where there is no goal."""

    play: PlayLine
    next_action: str
    due_date: str
    blocker: str
    score: float | None
    is_overridden: bool
    last_action_at: datetime | None
    pages: list[PageLine]
    waiting_edits: int
    failed_edits: int
    notice: str = UNTRUSTED


@dataclass(frozen=True, kw_only=True)
class ActionLine:
    log_id: str
    play_id: str
    action_type: str
    title: str
    actor: str
    url: str
    occurred_at: datetime


@dataclass(frozen=True, kw_only=True)
class ActionList:
    actions: list[ActionLine]
    total: int
    next_cursor: str
    notice: str = UNTRUSTED


@dataclass(frozen=True, kw_only=True)
class TodoPage:
    """`how`: made, adopted (a page had the title), there (it was mapped already)."""

    play_id: str
    how: str
    page_id: str
    url: str
    lies_elsewhere: str
    dry_run: bool


@dataclass(frozen=True, kw_only=True)
class WeeklyAnswer:
    """A dry run's rows that would change and differences found; a run's state."""

    dry_run: bool
    state: str
    rows: int
    changes: list[str]
    differences: list[str]
    more: int
    notice: str = UNTRUSTED


@dataclass(frozen=True, kw_only=True)
class ReconcileAnswer:
    """Each list by log id, or as the page says it; at most 50 of each."""

    agrees: bool
    raised: dict[str, list[int]]
    unknown: list[str]
    conflicts: list[str]
    matched: list[str]
    renumbered: list[str]
    unreadable: list[str]
    notice: str = UNTRUSTED


def add_to(server: MCPServer[Any]) -> None:
    """Add the product's tools, those of jobs aside."""
    for reading in (list_plays, get_play, list_actions, reconcile_report):
        add(server, reading, READS)
    add(server, record_event, ADDS, scope=Scope.EVENTS)
    add(server, create_todo_page, ADDS)
    add(server, run_weekly_sync, RUNS)


def record_event(event: dict[str, Any], dry_run: bool = False) -> Recorded:
    """Record one CloudEvents 1.0 event; the same `source` and `id` again is a duplicate.

    Needs specversion, id, source, type, time and data (see docs/interface.md). Stored when it
    answers; pages are written by the worker soon after. A rejected one is kept with its reasons.
    Not verified: whether what it tells has happened.
    """
    with transaction.atomic():
        # What is taken back is not logged as if it had come in.
        [receipt] = record_all([event], tell=(lambda _: None) if dry_run else tell)
        answer = _recorded(receipt, dry_run=dry_run)
        transaction.set_rollback(dry_run)
    return answer


def list_plays(limit: int = 50, cursor: str = "") -> PlayList:
    """All Plays with status (G, Y, R), this quarter's counts and goals.

    Not verified: counts are the database's, not read from pages.
    """
    start, end = span(limit, cursor, most=MOST)
    plays = Play.objects.order_by("play_id")
    shown, total = list(plays[start:end]), plays.count()
    stands = play_statuses(shown, now=timezone.now())
    return PlayList(
        plays=[_play_line(stands[play.pk]) for play in shown],
        total=total,
        next_cursor=cursor_after(end, total),
    )


def get_play(play_id: str) -> PlayAnswer:
    """One Play by its id, alias or the front of its id: status and its sum, pages, what waits.

    Not verified: whether its pages are as they should be; run_weekly_sync with dry_run compares.
    """
    play = play_called(play_id)
    stands = play_statuses([play], now=timezone.now())[play.pk]
    mapped = PageMapping.objects.filter(play=play, page__isnull=False).select_related("page")
    jobs = SyncJob.objects.filter(play=play)
    return PlayAnswer(
        play=_play_line(stands),
        next_action=play.next_action,
        due_date=play.due_date.isoformat() if play.due_date else "",
        blocker=play.blocker,
        score=stands.verdict.score,
        is_overridden=stands.is_overridden,
        last_action_at=stands.verdict.last_action_at,
        pages=[
            PageLine(part=mapping.part, page_id=mapping.page.page_id, url=mapping.page.url)
            for mapping in mapped
            if mapping.page
        ],
        waiting_edits=jobs.pending().count(),
        failed_edits=jobs.failed().count(),
    )


def list_actions(
    play_id: str = "", action_type: str = "", since: str = "", limit: int = 50, cursor: str = ""
) -> ActionList:
    """What was done, newest first; `since` is a date or time (ISO 8601).

    Not verified: whether its row stands on the Action Log; see get_play and list_failures.
    """
    start, end = span(limit, cursor, most=MOST)
    actions = Action.objects.select_related("play")
    if play_id:
        actions = actions.filter(play=play_called(play_id))
    if action_type:
        if action_type not in ActionType.values:
            raise BadArgument(f"action_type is none of {', '.join(ActionType.values)}.")
        actions = actions.filter(action_type=action_type)
    if since:
        actions = actions.filter(occurred_at__gte=_moment(since))
    total = actions.count()
    return ActionList(
        actions=[
            ActionLine(
                log_id=action.log_id,
                play_id=action.play.play_id,
                action_type=action.action_type,
                title=action.title,
                actor=action.actor,
                url=action.url,
                occurred_at=action.occurred_at,
            )
            for action in actions[start:end]
        ],
        total=total,
        next_cursor=cursor_after(end, total),
    )


def create_todo_page(play_id: str, content_md: str = "", dry_run: bool = False) -> TodoPage:
    """Make sure of a Play's ToDo page and its links from Project TODO and the Play DB, each once.

    `content_md` is for a new page; one that is there is left as it is. The links are written by
    the worker soon after. Not verified: what an adopted page says.
    """
    play = play_called(play_id)
    if dry_run:
        how, url = what_would_be(play)
        return TodoPage(
            play_id=play.play_id, how=how, page_id="", url=url, lies_elsewhere="", dry_run=True
        )
    made = make_todo_page(play, body=markdown_to_storage(content_md) if content_md else None)
    return TodoPage(
        play_id=play.play_id,
        how=made.how,
        page_id=made.page.page_id,
        url=made.page.url,
        lies_elsewhere=made.elsewhere,
        dry_run=False,
    )


def run_weekly_sync(dry_run: bool = True) -> WeeklyAnswer:
    """The weekly batch: by default a dry run that shows which rows would change.

    With dry_run false a run is started and the worker carries it on: sync_status tells how far it
    is. Not verified: whether a worker is at work.
    """
    if not dry_run:
        run = weekly.start(trigger=WeeklyTrigger.COMMAND, reason="asked for by an agent")
        weekly.wake_if_due()
        return WeeklyAnswer(
            dry_run=False, state=run.state, rows=0, changes=[], differences=[], more=0
        )
    plan = weekly.plan()
    differences = [
        " · ".join(filter(None, (d.kind, str(d.page), d.key, d.column, d.message or d.found)))
        for d in plan.differences
    ]
    left_out = max(0, len(plan.diff) - SHOWN) + max(0, len(differences) - SHOWN)
    return WeeklyAnswer(
        dry_run=True,
        state="mapped" if plan.is_mapped else "the Play DB is not mapped to a page",
        rows=len(plan.changed),
        changes=list(plan.diff[:SHOWN]),
        differences=differences[:SHOWN],
        more=left_out,
    )


def reconcile_report() -> ReconcileAnswer:
    """Pages and database compared both ways; nothing is changed, as in `reconcile --dry-run`.

    Not verified: pages that could not be read (`unreadable`); a person decides what is adopted.
    """
    report = reconcile(by=None, dry_run=True)
    return ReconcileAnswer(
        agrees=report.agrees,
        raised={str(year): list(numbers) for year, numbers in report.raised.items()},
        unknown=[f"{told.text} ({told.page})" for told in report.unknown[:SHOWN]],
        conflicts=[f"{told.text} ({told.page})" for told in report.conflicts[:SHOWN]],
        matched=report.matched[:SHOWN],
        renumbered=[f"{before} -> {after}" for before, after in report.renumbered[:SHOWN]],
        unreadable=[f"{page}: {why}" for page, why in islice(report.unreadable, SHOWN)],
    )


def _recorded(receipt: Receipt, *, dry_run: bool) -> Recorded:
    jobs = SyncJob.objects.filter(action__log_id=receipt.log_id).select_related("mapping__page")
    edits = [f"{job.kind} on {job.mapping.page or job.mapping.part}" for job in jobs.order_by("pk")]
    return Recorded(
        status=receipt.status.value,
        log_id="" if dry_run else receipt.log_id,
        errors=[FieldError(field=p.field, message=p.message) for p in receipt.problems],
        edits=edits if receipt.log_id else [],
        dry_run=dry_run,
    )


def _play_line(stands: PlayStatus) -> PlayLine:
    play = stands.play
    return PlayLine(
        play_id=play.play_id,
        name=play.name,
        owner=play.owner,
        status=stands.status.value,
        is_active=play.is_active,
        counts=asdict(stands.counts),
        goals=asdict(stands.goals),
    )


def _moment(text: str) -> datetime:
    """The time, or the beginning of the day, in our own zone where it names none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadArgument("since is no date or time (ISO 8601).") from error
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
