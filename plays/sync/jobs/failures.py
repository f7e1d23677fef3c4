"""What failed, by its cause: the same error of the same step on the same page is one thing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, QuerySet
from django.db.models.functions import Coalesce

from plays.models import Page, PageMapping, SyncJob
from plays.models.job import JobKind, JobState
from plays.models.mapping import PartChoice
from plays.rules.job_search import term


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Failed jobs with one cause. `words` are those of the `newest` (its primary key), `mapping`
    is its too; `page` is None while none plays the part.
    """

    error: str
    kind: JobKind
    part: PartChoice
    page: Page | None
    jobs: int
    plays: int
    first: datetime
    last: datetime
    words: str
    newest: int
    mapping: PageMapping

    @property
    def search(self) -> str:
        """What finds exactly these jobs among the failed ones."""
        where = term("page", self.page.page_id) if self.page else term("part", self.part)
        error = [term("error", self.error)] if self.error else []
        return " ".join((*error, where, term("kind", self.kind)))


def causes(jobs: QuerySet[SyncJob], most: int | None = None) -> list[Cause]:
    """The failed ones of `jobs` by cause, the most jobs first, not more than `most` causes; two
    queries however many.
    """
    failed = jobs.filter(state=JobState.FAILED).order_by()
    groups = list(
        failed.values("last_error", "kind", "mapping__part", "mapping__page")
        .annotate(
            jobs=Count("*"),
            plays=Count("play", distinct=True),
            first=Min(Coalesce("failing_since", "created_at")),
            last=Max(Coalesce("settled_at", "created_at")),
            newest=Max("pk"),
        )
        .order_by("-jobs", "-newest")[:most]
    )
    rows = SyncJob.objects.select_related("mapping__play", "mapping__layout", "mapping__page")
    newest = rows.in_bulk(group["newest"] for group in groups)
    return [
        Cause(
            error=group["last_error"],
            kind=JobKind(group["kind"]),
            part=PartChoice(group["mapping__part"]),
            page=newest[group["newest"]].mapping.page,
            jobs=group["jobs"],
            plays=group["plays"],
            first=group["first"],
            last=group["last"],
            words=newest[group["newest"]].last_message,
            newest=group["newest"],
            mapping=newest[group["newest"]].mapping,
        )
        for group in groups
        if group["newest"] in newest  # it may have been deleted since
    ]
