"""What a live look at a page tells is kept beside it, so that every screen knows it at once."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from plays.models import Page
from plays.models.page import PageState
from plays.sync.doctor import PageCheck


def remember(check: PageCheck, *, now: datetime | None = None) -> bool:
    """Keep what `check` found of a page that plays a part here. True if it was kept.

    A look that says nothing of the page (Confluence was not there) is not kept.
    """
    if check.state is PageState.UNSEEN:
        return False
    known = {"state": check.state.value, "state_reason": check.problem}
    if check.is_readable:
        known |= {"title": check.title[:300], "url": check.url[:2000]}
    seen = Page.objects.filter(page_id=check.page_id)
    return bool(seen.update(**known, read_at=now or timezone.now()))
