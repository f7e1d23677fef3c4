"""The steps of a run. Each may be made twice: what was right after the first time stays so."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.utils import timezone

from plays.confluence import ConfluenceError
from plays.models import LogVolume, Page, PageMapping, Play, SyncJob, WeeklySync
from plays.models.mapping import PartChoice
from plays.rules.pages import PLAY_DB as PLAY_DB_SHAPE
from plays.rules.planner import Kind
from plays.storage import UpsertRow
from plays.sync import log_ids
from plays.sync.jobs.enqueue import enqueue, row_of
from plays.sync.layouts.team_status import take_team_status
from plays.sync.plays.people_columns.pull import pull_columns
from plays.sync.site.connection import connect
from plays.sync.weekly.action_log import compare_log, notice_columns
from plays.sync.weekly.differences import Difference, enqueue_again, not_taken, remember, unreadable
from plays.sync.weekly.live_docs import compare_live_doc
from plays.sync.weekly.page_reads import PageRead, RunMustWait, WaitReason, read_page
from plays.sync.weekly.play_db import compare_play_db
from plays.sync.weekly.recounting import record_results, recount
from plays.sync.writing.claims import Claim, page_claim
from plays.sync.writing.edits import edits_for
from plays.sync.writing.writer import write_claimed, write_page

RECOUNT, PLAY_DB, ACTION_LOG, LIVE_DOC = "recount", "play_db", "action_log", "live_doc"
ORDER = ("", RECOUNT, PLAY_DB, ACTION_LOG, LIVE_DOC)
CLAIM_SECONDS = 20.0
LOOK_SECONDS = 0.25


@dataclass(frozen=True, kw_only=True)
class Step:
    """`name` says where a run is: live docs are told apart by their page."""

    name: str
    make: Callable[[], None]


def position(name: str) -> tuple[int, int]:
    """Where a step stands in the order of all; live docs come in the order of their pages."""
    kind, _, page = name.partition(":")
    return ORDER.index(kind), int(page or 0)


class Steps:
    """What one run has to do, with what it needs for that."""

    def __init__(self, weekly: WeeklySync, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self.weekly, self._sleep, self._client = weekly, sleep, connect()

    def all(self) -> list[Step]:
        """Every step of the run, in the order in which they are made."""
        live = [
            Step(name=f"{LIVE_DOC}:{page.pk}", make=partial(self._live_doc, page, plays))
            for page, plays in live_docs().items()
        ]
        return [
            Step(name=RECOUNT, make=self._recount),
            Step(name=PLAY_DB, make=self._play_db),
            Step(name=ACTION_LOG, make=self._action_log),
            *live,
        ]

    def notes(self) -> list[WaitReason]:
        """What is left to say of the Play DB once the run is over."""
        mapping = PageMapping.objects.shared(PartChoice.PLAY_DB)
        if mapping.page_id is None:
            return [WaitReason.NOT_MAPPED]
        pending = SyncJob.objects.pending().filter(mapping=mapping, kind=Kind.PLAY_ROW)
        waiting, unpaused = pending.count(), pending.unpaused().count()
        paused = [WaitReason.ROWS_PAUSED] if waiting > unpaused else []
        return [*paused, *([WaitReason.ROWS_WAIT] if unpaused else [])]

    def _recount(self) -> None:
        now = timezone.now()
        recount(self.weekly, now=now)
        record_results(self.weekly, now=now)

    def _play_db(self) -> None:
        """Read, compared and written in one read and one write."""
        page = page_of(PartChoice.PLAY_DB)
        if page is None:
            enqueue(map(row_of, Play.objects.active()), now=timezone.now())
            return
        for attempt in range(round(CLAIM_SECONDS / LOOK_SECONDS)):
            if attempt:
                self._sleep(LOOK_SECONDS)
            with page_claim(page.pk) as claim:
                if claim:
                    self._write_play_db(claim)
                    return
        raise RunMustWait(WaitReason.PAGE_BUSY)

    def _write_play_db(self, claim: Claim) -> None:
        """Nothing is enqueued before what people changed is remembered: the write puts it right."""
        seen, now = self._look(claim.page), timezone.now()
        found: list[Difference] = []
        if seen:
            report = pull_columns(seen.read.body, now=now)
            if take_team_status(seen.read.body, seen.guidance[PLAY_DB_SHAPE]):
                record_results(self.weekly, now=now)
            found = [
                *compare_play_db(self._client, seen, row_edits()),
                *not_taken(seen.page, report.problems),
            ]
        with transaction.atomic():
            remember(self.weekly, found)
            enqueue(map(row_of, Play.objects.active()), now=now)
        write_claimed(claim, read=seen.read if seen else None, sleep=self._sleep)

    def _action_log(self) -> None:
        pages = log_pages()
        looks = [self._look(page) for page in pages]
        seen = [one for one in looks if one]
        notice_columns(seen)
        found = compare_log(self._client, seen, is_whole=len(seen) == len(pages))
        self._put_right(found, Kind.LOG_ROW, page_of(PartChoice.ACTION_LOG))

    def _live_doc(self, page: Page, plays: Sequence[Play]) -> None:
        if seen := self._look(page):
            found = compare_live_doc(self._client, seen, plays)
            self._put_right(found, Kind.LIVE_ENTRY, page)

    def _put_right(self, found: Sequence[Difference], kind: Kind, page: Page | None) -> None:
        """What is missing is enqueued and written at once; that costs nothing where nothing is."""
        remember(self.weekly, found)
        enqueue_again(found, kind, now=timezone.now())
        if page:
            write_page(page.pk, sleep=self._sleep)

    def _look(self, page: Page) -> PageRead | None:
        """None where the page cannot be read, which is a finding."""
        try:
            seen = read_page(self._client, page, sleep=self._sleep)
        except ConfluenceError as error:
            remember(self.weekly, [unreadable(page, error)])
            return None
        log_ids.notice(page, seen.read.body)
        return seen


def row_edits() -> dict[Play, UpsertRow]:
    """The Play DB row of every active Play as it should be now."""
    plays = list(Play.objects.active())
    jobs = [SyncJob(kind=Kind.PLAY_ROW, play=play) for play in plays]
    edits = edits_for(jobs, now=timezone.now())
    return {p: e for p, e in zip(plays, edits, strict=True) if isinstance(e, UpsertRow)}


def page_of(part: PartChoice) -> Page | None:
    return PageMapping.objects.select_related("page").get_or_create(part=part, play=None)[0].page


def log_pages() -> list[Page]:
    """Every page of the Action Log, the oldest first."""
    pages = [volume.page for volume in LogVolume.objects.select_related("page")]
    current = page_of(PartChoice.ACTION_LOG)
    if current and current not in pages:
        pages.append(current)
    return pages


def live_docs() -> dict[Page, list[Play]]:
    """Every live doc with its active Plays, in the order of their primary keys."""
    mapped = PageMapping.objects.filter(
        part=PartChoice.LIVE_DOC, page__isnull=False, play__is_active=True
    )
    found: dict[Page, list[Play]] = {}
    for mapping in mapped.select_related("page", "play").order_by("page__pk"):
        assert mapping.page is not None  # noqa: S101 - asked for above
        assert mapping.play is not None  # noqa: S101 - a live doc is a Play's
        found.setdefault(mapping.page, []).append(mapping.play)
    return found
