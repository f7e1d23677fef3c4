"""One change of one page: body and version from one read, one write, and again on what others have
saved in between. Our own writer and an operation do not meet: a page that it writes is claimed.
"""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from plays import confluence
from plays.confluence import Confluence, ConfluenceError, VersionConflict
from plays.models import Page, Site, SyncJob
from plays.rules.retry import Remedy
from plays.sync.jobs.wakeups import wake
from plays.sync.operations.refusals import NotMade, PageBusy, SiteClosed
from plays.sync.operations.results import Written, changed_lines
from plays.sync.site import pages
from plays.sync.site.remedies import remedy_for
from plays.sync.writing.claims import page_claim

TRIES = 8
CLAIM_SECONDS = 10.0
VERSIONS_LOOKED_AT = 200
_FIRST_WAIT = 0.05
_AGAIN = (Remedy.WAIT, Remedy.REREAD)

Change = Callable[[confluence.Page], str]


def open_site() -> None:
    """Raises SiteClosed while Confluence is to be left alone."""
    site = Site.current()
    if not site.is_open(timezone.now()):
        raise SiteClosed(f"Confluence is paused or stopped ({site.error or 'no reason kept'}).")


def read(client: Confluence, page_id: str) -> confluence.Page:
    """The page as it is; one that we write is not believed where it reads empty."""
    open_site()
    ours = Page.objects.filter(page_id=page_id).first()
    return pages.read(client, ours) if ours else client.get_page(page_id)


def edit(
    client: Confluence,
    page_id: str,
    change: Change,
    *,
    dry_run: bool = False,
    token: str = "",
    is_once: bool = False,
) -> Written:
    """Make `change` (the page as it is -> its new body) and say what it made of the page.

    `token` stands in the version's message: by it a write whose answer was lost is known again.
    `is_once`: an earlier call with this token may have made the change; then nothing is written.
    Raises any `ConfluenceError` that does not heal by itself, what `change` raises, and a
    `Refusal`; then nothing was written, `NotMade` aside, where the last answer may be unknown.
    """
    if dry_run:
        seen = read(client, page_id)
        return _written(seen, change(seen), version=seen.version.number, dry_run=True)
    with _claimed(page_id):
        return _Saving(client, page_id, change, token or uuid.uuid4().hex[:12], is_once).run()


@dataclass
class _Saving:
    """`unsure` says that a write with our token may have landed."""

    client: Confluence
    page_id: str
    change: Change
    token: str
    unsure: bool = False
    first: confluence.Page | None = None

    def run(self) -> Written:
        last: ConfluenceError | None = None
        for number in range(TRIES):
            try:
                if done := self._try():
                    return done
            except ConfluenceError as error:
                if remedy_for(error) not in _AGAIN:
                    raise
                self.unsure = self.unsure or error.outcome_unknown
                last = error
                if not isinstance(error, VersionConflict):
                    time.sleep(min(settings.SYNC_RETRY_DELAY, _FIRST_WAIT * 2**number))
        raise NotMade(f"page {self.page_id}: {TRIES} tries, the last one: {last}.") from last

    def _try(self) -> Written | None:
        """What was written; None where the page was taken out of the trash meanwhile."""
        seen = read(self.client, self.page_id)
        # Asked after the read: what lands later than that makes our own write a conflict.
        if self.unsure and (landed := version_of(self.client, self.page_id, self.token)):
            before = self.first
            body = self.change(before) if before else seen.body
            return _written(before or seen, body, version=landed, dry_run=False)
        body = self.change(seen)
        if body == seen.body:
            return _written(seen, body, version=seen.version.number, dry_run=False)
        self.first = seen
        number = seen.version.number + 1
        saved = self.client.update_page(
            self.page_id,
            title=seen.title,
            body=body,
            version=number,
            message=f"Play sync · {self.token}",
        )
        if saved.number != number:  # it was in the trash: a write restores it, without the text
            return None
        return _written(seen, body, version=number, dry_run=False)


def version_of(client: Confluence, page_id: str, token: str) -> int | None:
    """The version that a write with this token made after all."""
    versions = client.versions(page_id, limit=VERSIONS_LOOKED_AT)
    found = (v.number for v in versions if token in v.message)
    return next(found, None)


@contextlib.contextmanager
def _claimed(page_id: str) -> Iterator[None]:
    """The page as ours, where our writer may write it too. Raises PageBusy."""
    page = Page.objects.filter(page_id=page_id).first()
    if page is None:
        yield
        return
    until = time.monotonic() + CLAIM_SECONDS
    while True:
        with page_claim(page.pk) as claim:
            if claim:
                yield
                break
        if time.monotonic() > until:
            raise PageBusy(f"page {page_id} is being written by a worker.")
        time.sleep(_FIRST_WAIT)
    if SyncJob.objects.due(timezone.now()).on(page).exists():
        wake(page.pk)  # what was enqueued meanwhile found the page claimed


def _written(seen: confluence.Page, body: str, *, version: int, dry_run: bool) -> Written:
    lines, more = changed_lines(seen.body, body)
    return Written(
        page_id=seen.id,
        version=version,
        changed=body != seen.body,
        dry_run=dry_run,
        difference=lines,
        more_lines=more,
    )
