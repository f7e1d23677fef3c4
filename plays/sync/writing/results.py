"""A try's result, saved: in one transaction the attempt, the page and its jobs."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from plays.models import SyncJob
from plays.models.attempt import Outcome
from plays.models.job import JobKind
from plays.models.page import PageState
from plays.storage import EditError, LayoutQuestion, TableShape
from plays.sync.jobs.locking import locked
from plays.sync.jobs.outcomes import complete, fail, record_failure
from plays.sync.layouts.finding import Findings, owe_again, remember
from plays.sync.layouts.guidance import SHAPE_OF_KIND, chosen_now
from plays.sync.writing.attempt import Try


def save_success(result: Try) -> None:
    """After a try that went well: its jobs are synced, those whose edit cannot be made failed."""
    now = timezone.now()
    page = result.attempt.page
    done = [job for job in result.jobs if job.pk not in result.problems]
    findings = _findings(result)
    if findings:
        owe_again(page, result.page_read.body, findings, now=now)
    with locked([page.pk], [job.pk for job in result.jobs]):
        result.attempt.save()
        _remember_page(result, now)
        complete(done, page=page.pk, written_to=page, now=now)
        if not _is_answered(result):
            for problem, jobs in _by_problem(result):
                fail(page, jobs, problem, now=now)
        remember(page, findings, now=now)


def save_failure(result: Try) -> None:
    """After a try that failed, while it is not yet decided what becomes of its jobs."""
    assert result.error is not None  # noqa: S101 - that is what failing means
    page = result.attempt.page
    with locked([page.pk], [job.pk for job in result.jobs]):
        result.attempt.save()
        record_failure(page, result.jobs, result.error)


def _is_answered(result: Try) -> bool:
    """Whether an admin chose something else while the try was under way: its questions may be
    answered, and its edits are tried again."""
    if not result.problems:
        return False
    chosen = chosen_now()
    return any(chosen[shape] != one.chosen for shape, one in result.guidance.items())


def _findings(result: Try) -> Findings:
    """How the tables were found, and what they ask, by shape."""
    layouts = dict(result.applied.layouts) if result.applied else {}
    asked: dict[TableShape, LayoutQuestion] = {}
    for job in result.jobs:
        problem = result.problems.get(job.pk)
        if isinstance(problem, LayoutQuestion) and job.kind in SHAPE_OF_KIND:
            asked.setdefault(SHAPE_OF_KIND[JobKind(job.kind)], problem)
    return {shape: (layouts.get(shape), asked.get(shape)) for shape in {**layouts, **asked}}


def _by_problem(result: Try) -> list[tuple[EditError, list[SyncJob]]]:
    """Jobs that failed alike together: where a page cannot be edited, that is all of them."""
    alike: dict[tuple[str, str], tuple[EditError, list[SyncJob]]] = {}
    for job in result.jobs:
        if problem := result.problems.get(job.pk):
            same = alike.setdefault((type(problem).__name__, str(problem)), (problem, []))
            same[1].append(job)
    return list(alike.values())


def _remember_page(result: Try, now: datetime) -> None:
    read = result.read
    assert read is not None  # noqa: S101 - a try that went well has read the page
    page = result.attempt.page
    wrong = next(iter(result.problems.values()), None)
    page.title, page.url = read.title[:300], read.url[:2000]
    page.version, page.body_size = result.version_after, result.size_after
    page.state = PageState.WRONG_SHAPE if wrong else PageState.OK
    # A question is kept with the page's layout, and told in the reader's language.
    asks = isinstance(wrong, LayoutQuestion)
    page.state_reason = str(wrong) if wrong and not asks else ""
    page.read_at = now
    page.interruptions = 0
    fields = ["title", "url", "version", "body_size", "state", "state_reason", "read_at"]
    if result.outcome == Outcome.WRITTEN:
        page.written_at = now
        fields.append("written_at")
    page.save(update_fields=[*fields, "interruptions"])
