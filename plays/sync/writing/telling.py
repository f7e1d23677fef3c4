"""A log line per try at writing a page."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from plays.models import Page, SyncAttempt, SyncJob

MOST_JOBS = 50  # that a line names; the attempt's own page has the others
log = logging.getLogger(__name__)


def tell(attempt: SyncAttempt, page: Page, jobs: Sequence[SyncJob]) -> None:
    """What the try came to. That a person is needed is said of each job, where that is decided."""
    facts = {
        "page": page.page_id,
        "attempt": attempt.pk,
        "outcome": str(attempt.outcome),
        "jobs": [job.pk for job in jobs[:MOST_JOBS]],
        "keys": [job.key for job in jobs[:MOST_JOBS]],
        "job_count": len(jobs),
        "calls": attempt.calls,
        "duration_ms": attempt.duration_ms,
        "version_before": attempt.version_before,
        "version_after": attempt.version_after,
        "http_status": attempt.http_status,
        "error": attempt.error,
        "confluence_request": attempt.request_id,
    }
    words = f"page {page.page_id}: {attempt.outcome}, {len(jobs)} edits, {attempt.duration_ms} ms"
    if attempt.error:
        words += f" ({attempt.error})"
    log.info("%s", words, extra=facts)
