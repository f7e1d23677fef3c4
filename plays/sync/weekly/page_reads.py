"""Reading a page to compare it: tried again where that helps, given up where it does not."""

from __future__ import annotations

import enum
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils import timezone

from plays import confluence
from plays.confluence import Confluence, ConfluenceError
from plays.models import Page, Pause, Site
from plays.models.pause import PauseScope
from plays.sync.layouts.guidance import Guidances, guidance_for
from plays.sync.site import pages
from plays.sync.site.availability import went_well
from plays.sync.site.diagnosis import WORTH_A_TRY, report
from plays.sync.site.remedies import policy, remedy_for


class WaitReason(enum.Enum):
    """What a run waits for, and what it has to say when it is over."""

    SITE_CLOSED = "site_closed"
    EVERYTHING_PAUSED = "everything_paused"
    PAGE_BUSY = "page_busy"
    NOT_MAPPED = "not_mapped"
    ROWS_PAUSED = "rows_paused"
    ROWS_WAIT = "rows_wait"


class RunMustWait(Exception):
    """The run cannot go on now; it does so by itself later."""

    def __init__(self, reason: WaitReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class PageRead:
    """A page as it was read; `at` is a moment before that."""

    page: Page
    read: confluence.Page
    at: datetime

    @cached_property
    def guidance(self) -> Guidances:
        """What is known of the page's tables; the same for all that is compared of one reading."""
        return guidance_for(self.page)


def wait_if_closed() -> None:
    """Raises `RunMustWait` while the site is paused or stopped, or a person has paused all."""
    if not Site.current().is_open(timezone.now()):
        raise RunMustWait(WaitReason.SITE_CLOSED)
    if Pause.objects.active().filter(scope=PauseScope.ALL).exists():
        raise RunMustWait(WaitReason.EVERYTHING_PAUSED)


def read_page(
    client: Confluence, page: Page, *, sleep: Callable[[float], None] = time.sleep
) -> PageRead:
    """The page as it is, in one call where all is well.

    Raises `ConfluenceError` where this page cannot be read, `RunMustWait` where no page can be.
    """
    tries = 0
    while True:
        wait_if_closed()
        at = timezone.now()
        try:
            read = PageRead(page=page, read=pages.read(client, page), at=at)
        except ConfluenceError as error:
            tries += 1
            if not _may_try_again(client, error, tries):
                raise
            sleep(policy().delay_after(tries).total_seconds())
        else:
            went_well()
            return read


def _may_try_again(client: Confluence, error: ConfluenceError, tries: int) -> bool:
    """Raises `RunMustWait` where the whole site is ill."""
    remedy = remedy_for(error)
    if remedy in WORTH_A_TRY and tries < policy().tries:
        return True
    if report(client, error, persists=True).closes_site:
        raise RunMustWait(WaitReason.SITE_CLOSED) from error
    return False
