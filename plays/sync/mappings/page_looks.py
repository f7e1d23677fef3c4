"""What a live look at a page tells is kept with it, so that every screen knows it at once."""

from __future__ import annotations

import logging
from datetime import datetime

from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from plays.models import Page
from plays.models.page import PageState
from plays.rules.planner import Part
from plays.sync import log_ids
from plays.sync.mappings.page_check import PageCheck, examine_page, look_at_page
from plays.sync.site.connection import connect
from plays.sync.site.pages import names_of

log = logging.getLogger(__name__)


def examine(part: Part | str, page_id: str) -> PageCheck:
    """Everything about a page that is to play `part`, looked up live and kept; four calls.

    Raises `ImproperlyConfigured` where Confluence is not set up; no `ConfluenceError`.
    """
    check = examine_page(connect(), part, page_id)
    remember(check)
    return check


def look_quickly(part: Part | str, page_id: str) -> None:
    """One look, so that lists name the page at once; where that fails its first write does."""
    try:
        remember(look_at_page(connect(), part, page_id))
    except ImproperlyConfigured as error:
        log.info("page %s was not looked at: %s", page_id, error)


def remember(check: PageCheck, *, now: datetime | None = None) -> bool:
    """Keep what `check` found of a page that plays a part here. True if it was kept.

    A look that says nothing of the page (Confluence was not there) is not kept. The reason is kept
    in the error's own words: a sentence in the language of whoever looked would reach all others.
    Log ids that this database never gave are noticed here already, before a number is given twice.
    """
    if check.state is PageState.UNSEEN:
        return False
    known = {"state": check.state.value, "state_reason": check.words}
    if check.is_readable:
        known |= names_of(check.title, check.url)
    seen = Page.objects.filter(page_id=check.page_id)
    is_kept = bool(seen.update(**known, read_at=now or timezone.now()))
    if is_kept and check.body:
        log_ids.notice(seen.get(), check.body)
    return is_kept
