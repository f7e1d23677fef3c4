"""What writing a job would change on its page now, for people to read; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from plays.confluence import Confluence
from plays.models import Page, SyncJob
from plays.models.job import JobState
from plays.storage import EditError, Gap, Line, apply_edits, difference, source_lines, text_lines
from plays.sync.layouts.guidance import guidance_for
from plays.sync.site import pages
from plays.sync.site.diagnosis import reported
from plays.sync.writing import log_rollover
from plays.sync.writing.edits import edits_for

Difference = tuple[Line | Gap, ...]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The difference as text and as the page's source; both empty where the page is right.

    `problem` says why the edit cannot be made, `is_full` that it would go to a new page.
    """

    version: int
    text: Difference = ()
    source: Difference = ()
    problem: EditError | None = None
    is_full: bool = False

    @property
    def problem_name(self) -> str:
        return type(self.problem).__name__ if self.problem else ""


def page_of(job: SyncJob) -> Page | None:
    """Where the job's edit is, or would go: its mapping may have moved on since it was written."""
    if job.state == JobState.SYNCED and job.written_to is not None:
        return job.written_to
    return job.mapping.page


@reported
def preview(client: Confluence, page: Page, job: SyncJob) -> Preview:
    """Read the page and make the edit in memory. Raises `ConfluenceError` where it is not read."""
    read = pages.read(client, page)
    version = read.version.number
    guidance = guidance_for(page)
    if job.state != JobState.SYNCED and not log_rollover.fitting(read.body, [job], guidance):
        return Preview(version=version, is_full=True)
    try:
        edits = edits_for([job], now=timezone.now())
        applied = apply_edits(read.body, edits, guidance)
        return Preview(
            version=version,
            text=difference(text_lines(read.body), text_lines(applied.body)),
            source=difference(source_lines(read.body), source_lines(applied.body)),
            problem=applied.outcomes[0].problem,
        )
    except EditError as problem:
        return Preview(version=version, problem=problem)
