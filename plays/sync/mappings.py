"""Which page plays which part: the only place that changes it."""

from __future__ import annotations

import re
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from plays.models import Page, PageMapping, PageMappingChange, SyncJob
from plays.models.job import JobState
from plays.sync.bells import ring


def assign(
    mapping: PageMapping,
    page_id: str,
    *,
    by: User | None = None,
    reason: str = "",
    now: datetime | None = None,
) -> bool:
    """Let the page with this Confluence id play the mapping's part; empty takes the page away.

    Jobs that wait move along, and those that failed are due again. True if anything changed.
    Raises `ValueError` where `page_id` cannot be the id of a page.
    """
    now = now or timezone.now()
    if page_id and not is_page_id(page_id):
        raise ValueError(f"{page_id!r} is no page id: ids are digits")
    with transaction.atomic():
        mapping = PageMapping.objects.select_for_update().get(pk=mapping.pk)
        page = Page.objects.get_or_create(page_id=page_id)[0] if page_id else None
        if mapping.page == page:
            return False
        PageMappingChange.objects.create(
            mapping=mapping, old_page=mapping.page, new_page=page, by=by, at=now, reason=reason
        )
        mapping.page = page
        mapping.save(update_fields=["page"])
        _make_due(mapping, now)
        if page:
            transaction.on_commit(lambda: ring(page.pk), robust=True)
    return True


def is_page_id(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,20}", text) is not None


def _make_due(mapping: PageMapping, now: datetime) -> None:
    """What waited or failed on the old page is tried on the new one."""
    owed = SyncJob.objects.filter(mapping=mapping)
    pending = owed.pending().values_list("kind", "key")
    taken = set(pending)
    again = []
    for pk, kind, key in owed.failed().order_by("-pk").values_list("pk", "kind", "key"):
        if (kind, key) not in taken:
            taken.add((kind, key))
            again.append(pk)
    for start in range(0, len(again), 500):
        owed.filter(pk__in=again[start : start + 500]).update(
            state=JobState.PENDING, settled_at=None
        )
    owed.pending().update(run_after=now, failures=0, failing_since=None)
