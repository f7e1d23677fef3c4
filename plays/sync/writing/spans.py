"""Which tries carried which jobs, kept in as few rows as tell it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F, Max

from plays.models import AttemptSpan, SyncAttempt, SyncJob
from plays.sync.chunks import in_chunks


def carry(attempt: SyncAttempt, jobs: Sequence[SyncJob]) -> None:
    """Note that a try, the newest of its page, carries `jobs`.

    The caller has claimed the page, so no other try comes between.
    """
    before = SyncAttempt.objects.filter(page=attempt.page_id, pk__lt=attempt.pk)
    previous = before.aggregate(last=Max("pk"))["last"]
    for chunk in in_chunks(job.pk for job in jobs):
        spans = AttemptSpan.objects.filter(page=attempt.page_id, last=previous, job__in=chunk)
        going_on = set(spans.values_list("job", flat=True))
        spans.update(last=attempt.pk, tries=F("tries") + 1)
        AttemptSpan.objects.bulk_create(
            AttemptSpan(job_id=pk, page_id=attempt.page_id, first=attempt.pk, last=attempt.pk)
            for pk in chunk
            if pk not in going_on
        )
