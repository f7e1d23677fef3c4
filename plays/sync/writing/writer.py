"""Writing one page: everything that is owed to it, in as few calls as it takes."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from plays import confluence
from plays.confluence import Confluence, ConfluenceError
from plays.models import Page, PageMapping, Pause, Site, SyncJob
from plays.models.job import JobKind, SyncJobQuerySet
from plays.models.mapping import PartChoice
from plays.rules.retry import Remedy
from plays.sync import log_ids
from plays.sync.jobs.outcomes import postpone
from plays.sync.jobs.wakeups import wake, woken
from plays.sync.site import log_stop, pages
from plays.sync.site.availability import went_well
from plays.sync.site.connection import connect
from plays.sync.site.diagnosis import WORTH_A_TRY, report
from plays.sync.site.remedies import BLAMES_AN_EDIT, policy, remedy_for
from plays.sync.writing.attempt import PAGE_STEPS, Target, Try, make_try
from plays.sync.writing.claims import Claim, page_claim
from plays.sync.writing.halving import Halving
from plays.sync.writing.log_rollover import LOG_STEPS
from plays.sync.writing.results import save_failure, save_success

JOBS_PER_WRITE = 5_000
MANY_INTERRUPTIONS = 3


def write_page(page_pk: int, *, sleep: Callable[[float], None] = time.sleep) -> int:
    """Write what is owed to a page now. Returns the number of tries made; 0 if there was nothing
    to do, or if another worker has the page. Errors of Confluence end in the jobs, not here.
    """
    site = Site.current()
    if not site.is_open(timezone.now()):
        woken(page_pk)
        return 0
    if log_stop.comparison_is_due(site):
        _look_at_log_first(page_pk, site, sleep)
        site = Site.current()
    with page_claim(page_pk) as claim:
        tries = _Session(claim, connect(), sleep, site).run() if claim else 0
    if claim and _owed(claim.page).exists() and _due(claim.page, site).exists():
        wake(page_pk)  # what was enqueued while we wrote found the page claimed
    return tries


def write_claimed(
    claim: Claim,
    *,
    read: confluence.Page | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """The same for a page that the caller has claimed, and may have read just now (`read`)."""
    return _Session(claim, connect(), sleep, Site.current(), read=read).run()


def _look_at_log_first(page_pk: int, site: Site, sleep: Callable[[float], None]) -> None:
    """After a gap the log says whether log ids may be written, before an entry is on any page.

    A log that cannot be read is looked at when it is next written to.
    """
    log = PageMapping.objects.shared(PartChoice.ACTION_LOG).page
    page = Page.objects.get(pk=page_pk)
    entries = _due(page, site).filter(kind=JobKind.LIVE_ENTRY)
    if log is None or log == page or not entries.exists() or not log_stop.takes_comparison(site):
        return
    if _due(log, site).exists():
        write_page(log.pk, sleep=sleep)
        return
    with contextlib.suppress(ConfluenceError):
        log_ids.notice(log, pages.read(connect(), log).body)


def _owed(page: Page) -> SyncJobQuerySet:
    """What is due on a page but for what is held back."""
    return SyncJob.objects.pending().on(page).filter(run_after__lte=timezone.now())


def _due(page: Page, site: Site) -> SyncJobQuerySet:
    jobs = _owed(page)
    # Most of the time nothing is held back, and asking so is quicker than asking of each job.
    is_held = site.log_stopped_at is not None or Pause.objects.active().exists()
    return jobs.unpaused() if is_held else jobs


def _due_jobs(page: Page, site: Site) -> list[SyncJob]:
    """What is due on a page, the oldest; by kind, as the editor is quick with edits of one sort."""
    jobs = _due(page, site).select_related("action").order_by("pk")
    return sorted(jobs[:JOBS_PER_WRITE], key=lambda job: job.kind)


@dataclass
class _Session:
    """One claim of one page: tries until what was due is settled, or until it must be left.

    What is enqueued meanwhile has its turn after the other pages: events that never cease would
    keep a worker at one busy page while all the others wait.
    """

    claim: Claim
    client: Confluence
    sleep: Callable[[float], None]
    site: Site  # as it was when the try was begun
    read: confluence.Page | None = None
    tries: int = 0
    failures: int = 0
    conflicts: int = 0
    tokens: list[str] = field(default_factory=list)
    halving: Halving = field(default_factory=Halving)
    last: Try | None = None

    def run(self) -> int:
        if self._was_interrupted_often():
            return self.tries
        while not self._is_over() and (
            jobs := self.halving.next_part() or _due_jobs(self.claim.page, self.site)
        ):
            result = self._try(jobs)
            self.tries += 1
            if result.error is None:
                self._went_well(result)
                if self._is_done(result, len(jobs)):
                    break
            elif not self._goes_on(result, result.error):
                break
        if self.halving.error and self._is_late():
            # The edit to blame was not found in time: next time may be quicker.
            self._postpone_rest(self.halving.error, Remedy.WAIT)
        return self.tries

    def _try(self, jobs: Sequence[SyncJob]) -> Try:
        """The steps that the try before asks for, else those of the page."""
        target = Target(client=self.client, page=self.claim.page, tokens=self.tokens)
        last, self.last = self.last, None
        if last and last.then and not self.halving.rest:
            return make_try(target, jobs, last.then, after=last)
        read, self.read = self.read, None
        is_log = any(job.kind == JobKind.LOG_ROW for job in jobs)
        return make_try(target, jobs, LOG_STEPS if is_log else PAGE_STEPS, read=read)

    def _is_done(self, result: Try, count: int) -> bool:
        """Whether this try, of `count` jobs, was the last of what was due."""
        return not (result.then or self.halving.rest or count == JOBS_PER_WRITE)

    def _is_over(self) -> bool:
        if self.tries:
            self.site = Site.current()
        return self._is_late() or not self.site.is_open(timezone.now())

    def _is_late(self, *, after: timedelta = timedelta(0)) -> bool:
        """No new try begins so late that the lease could end during it."""
        begun = self.claim.until - timedelta(seconds=settings.SYNC_LEASE_SECONDS)
        spent = timezone.now() + after - begun
        return spent > timedelta(seconds=settings.SYNC_WRITE_SECONDS)

    def _went_well(self, result: Try) -> None:
        save_success(result)
        if self.site.error:  # asked here to save a query; what holds by now is asked there
            went_well()
        self.last = result
        if result.jobs or not result.then:  # else it only found what must be tried first
            self.failures = self.conflicts = 0
            self.halving.accepted()

    def _goes_on(self, result: Try, error: ConfluenceError) -> bool:
        """Whether another try follows in this claim; else the jobs know what they wait for."""
        save_failure(result)
        if error.outcome_unknown:
            self.tokens.append(result.attempt.token)
        remedy = remedy_for(error)
        if remedy is Remedy.REREAD:
            return self._reread(result, error)
        if isinstance(error, BLAMES_AN_EDIT) and len(result.jobs) > 1:
            self.halving.split(result.jobs, error)
            return True
        if remedy is Remedy.PERSON:
            return self._refuse(result, error)
        return self._wait(result, error, remedy)

    def _reread(self, result: Try, error: ConfluenceError) -> bool:
        """Who loses twice is too slow for those who save here: half of it takes less time."""
        self.conflicts += 1
        if self.conflicts > settings.SYNC_CONFLICT_LIMIT:
            self._postpone_rest(error, Remedy.REREAD)
            return self._leave(result, error, Remedy.REREAD)
        self.halving.try_again(result.jobs, in_halves=self.conflicts > 1)
        return True

    def _refuse(self, result: Try, error: ConfluenceError) -> bool:
        """A person is asked: for one edit while others may still be accepted, else for all."""
        self._leave(result, error, Remedy.PERSON)
        if not self.halving.rest or not isinstance(error, BLAMES_AN_EDIT):
            return False
        self.halving.refused_alone()
        if self.halving.blames_page:
            self._postpone_rest(error, Remedy.PERSON)
        return not self.halving.blames_page

    def _postpone_rest(self, error: ConfluenceError, remedy: Remedy) -> None:
        if rest := self.halving.rest:
            postpone(self.claim.page, rest, error, remedy)

    def _wait(self, result: Try, error: ConfluenceError, remedy: Remedy) -> bool:
        """Try again after a while; then ask whether it is the page or the whole site."""
        self.failures += 1
        rules = policy()
        delay = rules.delay_after(self.failures)
        has_tries = remedy in WORTH_A_TRY and self.failures < rules.tries
        if has_tries and not self._is_late(after=delay):
            self.halving.try_again(result.jobs)
            self.sleep(delay.total_seconds())
            return True
        found = report(self.client, error, persists=True)
        return self._leave(result, found.error, found.remedy)

    def _leave(self, result: Try, error: ConfluenceError, remedy: Remedy) -> bool:
        postpone(self.claim.page, result.jobs, error, remedy)
        return False

    def _was_interrupted_often(self) -> bool:
        """A page whose writing ends the worker again and again must not take all of them along."""
        page = self.claim.page
        if page.interruptions < MANY_INTERRUPTIONS:
            return False
        jobs = _due_jobs(page, self.site)
        error = confluence.NoAnswer(
            f"the worker ended {page.interruptions} times while it wrote this page",
            path=f"page {page.page_id}",
        )
        postpone(page, jobs, error, Remedy.WAIT)
        Page.objects.filter(pk=page.pk).update(interruptions=0)
        return True
