"""Requests for pages of Plays: made one by one by workers, tried again where that can help, and
kept with their reason where a person is needed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from plays.confluence import ConfluenceError
from plays.models import PageBatch, PageMapping, PageRequest, Play, Site
from plays.models.mapping import PartChoice
from plays.models.play import PlayQuerySet
from plays.rules.retry import AskPerson, Remedy, decide
from plays.sync.jobs.wakeups import send_on_commit
from plays.sync.mappings.assign import MappingChanged, answer
from plays.sync.mappings.live_docs import PlaysAnotherPart, create_live_doc
from plays.sync.site.remedies import policy, remedy_for
from plays.sync.todo import problems
from plays.sync.todo.creating import Made, create_todo_page
from plays.sync.todo.preconditions import open_client, refuse_unless_free
from plays.sync.todo.problems import TodoProblem

# How long a worker has for one page before another may try it; both at once end with one page.
TURN = timedelta(minutes=3)
WHILE_CLOSED = timedelta(minutes=1)


def without_page(part: str = PartChoice.PLAY_TODO) -> PlayQuerySet:
    """Active Plays that have no page of this part."""
    mapped = PageMapping.objects.filter(part=part, page__isnull=False)
    return Play.objects.active().exclude(pk__in=mapped.values("play"))


def request_pages(
    plays: Iterable[Play],
    *,
    by: User | None,
    part: str = PartChoice.PLAY_TODO,
    reason: str = "",
    batch: PageBatch | None = None,
) -> int:
    """Ask for a page of each Play, and wake a worker. Returns how many were asked for."""
    now = timezone.now()
    asked = 0
    for play in plays:
        with transaction.atomic():
            request = _request(play, part, by=by, reason=reason, batch=batch, now=now)
            _wake_on_commit(request.pk)
        asked += 1
    return asked


def make_now(play: Play, *, by: User | None, reason: str = "") -> Made | PageRequest:
    """Make a Play's ToDo page while its asker waits. The request instead, where it was not made: it
    says why, and whether it is tried again by itself."""
    request = _request(play, PartChoice.PLAY_TODO, by=by, reason=reason, now=timezone.now())
    made = handle_request(request.pk)
    if made is None:
        request.refresh_from_db()
    return made or request


def _request(
    play: Play,
    part: str,
    *,
    by: User | None,
    reason: str,
    now: datetime,
    batch: PageBatch | None = None,
) -> PageRequest:
    """A request that is asked for again alone stays in the batch that it was given up in."""
    fresh: dict[str, object] = {
        "by": by,
        "reason": reason,
        "asked_at": now,
        "run_after": now,
        "failures": 0,
        "given_up_at": None,
        "error": "",
        "message": "",
    }
    if batch is not None:
        fresh["batch"] = batch
    return PageRequest.objects.update_or_create(play=play, part=part, made_at=None, defaults=fresh)[
        0
    ]


def wake_due_requests() -> int:
    """Wake workers for what is due and was not handled, whatever became of its first wake-up."""
    now = timezone.now()
    if not Site.current().is_open(now):
        return 0
    due = PageRequest.objects.due(now).values_list("pk", flat=True)
    for pk in due:
        _wake(pk)
    return len(due)


def handle_request(request_pk: int) -> Made | None:
    """Make the page that a request asks for. None where it is not its turn, or where it was not
    made: the request then says why, and when it is tried again."""
    now = timezone.now()
    mine = PageRequest.objects.due(now).filter(pk=request_pk)
    if not mine.update(run_after=now + TURN):
        return None
    request = PageRequest.objects.select_related("play", "by").get(pk=request_pk)
    try:
        return _make(request)
    except TodoProblem as problem:
        _put_off(request, problem.remedy, type(problem).__name__, problem.detail)
    except ConfluenceError as error:
        _put_off(request, remedy_for(error), type(error).__name__, str(error))
    return None


def _make(request: PageRequest) -> Made:
    """Make sure of the page. Raises `TodoProblem`, and any `ConfluenceError`."""
    if request.part == PartChoice.PLAY_TODO:
        return create_todo_page(request.play, by=request.by, reason=request.reason)
    return _there(request) or _live_doc(request)


def _there(request: PageRequest) -> Made | None:
    page = PageMapping.objects.of_play(request.play, request.part).page
    if page is None:
        return None
    answer(request.play, request.part, page, how="there")
    return Made(play=request.play, page=page, how="there")


def _live_doc(request: PageRequest) -> Made:
    refuse_unless_free(request.play)
    try:
        doc = create_live_doc(
            open_client(), request.play, by=request.by, reason=request.reason, expected=""
        )
    except PlaysAnotherPart as taken:
        raise problems.TitlePlaysAnotherPart(f"{taken.title} · {taken.part}") from taken
    except MappingChanged as changed:
        raise problems.MappedMeanwhile(str(changed.mapping.page)) from changed
    page = PageMapping.objects.of_play(request.play, request.part).page
    if page is None:
        raise problems.MappedMeanwhile
    return Made(play=request.play, page=page, how="made" if doc.is_new else "adopted")


def _wake(request_pk: int) -> None:
    async_task("plays.tasks.make_page", request_pk)


def _wake_on_commit(request_pk: int) -> None:
    send_on_commit(lambda: _wake(request_pk))


def _put_off(request: PageRequest, remedy: Remedy, error: str, message: str) -> None:
    """The request waits for a later time, or a person is asked."""
    now = timezone.now()
    failures = request.failures + 1
    decision = decide(
        remedy,
        failures=failures,
        same_failures=failures if request.error == error else 1,
        failing_since=request.asked_at,
        now=now,
        policy=policy(),
    )
    words = {"error": error, "message": message}
    mine = PageRequest.objects.filter(pk=request.pk)
    if isinstance(decision, AskPerson):
        mine.update(given_up_at=now, failures=failures, **words)
        return
    is_closed = remedy in (Remedy.WAIT_SITE, Remedy.CREDENTIALS)
    at = now + WHILE_CLOSED if is_closed else decision.at
    mine.update(run_after=at, failures=request.failures + decision.counts, **words)
