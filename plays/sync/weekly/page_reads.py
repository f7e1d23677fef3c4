"""Reading a page to compare it: tried again where that helps, given up where it does not."""

from __future__ import annotations

import enum
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from plays import confluence
from plays.confluence import Confluence, ConfluenceError
from plays.models import Page, Pause, Site
from plays.models.pause import PauseScope
from plays.rules.retry import Remedy
from plays.sync.site import diagnosis
from plays.sync.site.remedies import policy, remedy_for
from plays.sync.writing.attempt import read_page


class Why(enum.Enum):
    """What a run waits for, and what it has to say when it is over."""

    SITE_CLOSED = "site_closed"
    EVERYTHING_PAUSED = "everything_paused"
    PAGE_BUSY = "page_busy"
    NOT_MAPPED = "not_mapped"
    ROWS_PAUSED = "rows_paused"
    ROWS_WAIT = "rows_wait"


class Waits(Exception):
    """The run cannot go on now; it does so by itself later."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A page as it was read; `at` is a moment before that."""

    page: Page
    read: confluence.Page
    at: datetime


def wait_if_closed() -> None:
    """Raises `Waits` while the site is paused or stopped, or a person has paused everything."""
    if not Site.current().is_open(timezone.now()):
        raise Waits(Why.SITE_CLOSED)
    if Pause.objects.active().filter(scope=PauseScope.ALL).exists():
        raise Waits(Why.EVERYTHING_PAUSED)


def look(client: Confluence, page: Page, *, sleep: Callable[[float], None] = time.sleep) -> Seen:
    """The page as it is, in one call where all is well.

    Raises `ConfluenceError` where this page cannot be read, and `Waits` where no page can be.
    """
    failures = 0
    while True:
        wait_if_closed()
        at = timezone.now()
        try:
            return Seen(page=page, read=read_page(client, page), at=at)
        except ConfluenceError as error:
            failures += 1
            if not _heals(client, error, failures):
                raise
            sleep(policy().delay_after(failures).total_seconds())


def _heals(client: Confluence, error: ConfluenceError, failures: int) -> bool:
    """Whether another look may help; raises `Waits` where the whole site is ill."""
    remedy = remedy_for(error)
    if remedy is Remedy.WAIT_SITE:
        diagnosis.pause(error)
        raise Waits(Why.SITE_CLOSED) from error
    if remedy is Remedy.PERSON:
        return False
    if remedy is not Remedy.CREDENTIALS and failures < policy().tries:
        return True
    trouble = diagnosis.check_credentials(client)
    if trouble is None:
        return False
    if isinstance(trouble, diagnosis.CREDENTIAL_ERRORS):
        diagnosis.stop(trouble)
    else:
        diagnosis.pause(trouble)
    raise Waits(Why.SITE_CLOSED) from error
