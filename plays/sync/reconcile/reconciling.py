"""Pages and database compared both ways, and brought together: after a restore, or at any time.

An id that stands on a page for an event stays that event's. What the database has under such an id
and never wrote gets another number; what came in again is known by what it says and takes the id
that the pages have for it; what is on no page is owed.
"""

from __future__ import annotations

import contextlib
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone

from plays.models import (
    Action,
    AuditEntry,
    LogNumber,
    LogVolume,
    Page,
    PageMapping,
    PageRecord,
    Site,
    SyncJob,
)
from plays.models.audit import Verb
from plays.models.job import LOG_KINDS, JobKind
from plays.models.mapping import PartChoice
from plays.rules.planner import Kind
from plays.sync import audit, log_ids
from plays.sync.chunks import CHUNK, in_chunks
from plays.sync.jobs.enqueue import enqueue
from plays.sync.jobs.locking import lock_plays, locked
from plays.sync.jobs.outcomes import complete
from plays.sync.jobs.resending import missing_edits
from plays.sync.jobs.transitions import JobVerb, change
from plays.sync.mappings.assign import assign
from plays.sync.reconcile.adopting import adopt
from plays.sync.reconcile.matching import Candidates, is_of_another, never_written, written
from plays.sync.reconcile.reading import Reading, Told, read_all, together
from plays.sync.reconcile.report import Report
from plays.sync.site import log_stop
from plays.sync.site.connection import connect
from plays.sync.weekly.action_log import compare_log
from plays.sync.weekly.differences import Difference, enqueue_again
from plays.sync.weekly.live_docs import compare_live_doc
from plays.sync.weekly.page_reads import RunMustWait, WaitReason
from plays.sync.weekly.steps import live_docs, log_pages
from plays.sync.writing.claims import page_claim, take_back_dead

# Rows that one statement renames: each is a case of its own in it.
CASES = 100
CLAIM_SECONDS = 30.0
LOOK_SECONDS = 0.25


class _TakenBack(Exception):
    """A dry run's changes are undone."""


def reconcile(
    *,
    by: User | None,
    dry_run: bool = False,
    adopt: bool = False,
    go_on: bool = False,
    reason: str = "",
) -> Report:
    """Compare, and put right what can be; the log goes on where all of it could be read.

    `adopt`: what can be read back becomes events and actions of ours. `go_on`: what the database
    does not know was on the pages before us; it stays what it is, and nobody is asked about it
    again, whatever is compared later.

    Raises `RunMustWait` where no page can be read now, or a worker is writing one.
    """
    now = timezone.now()
    with _claimed() if not dry_run else contextlib.nullcontext():
        reading = read_all(connect())
        report = Report(
            unreadable=reading.unreadable, new_pages=reading.unknown, is_dry_run=dry_run
        )
        with contextlib.suppress(_TakenBack), transaction.atomic():
            Site.lock()
            _Work(reading, report, adopt=adopt, go_on=go_on, now=now).run()
            if dry_run:
                raise _TakenBack
            how = "adopt" if adopt else "go on" if go_on else ""
            report.entry = _note(report, by=by, reason=reason, how=how, now=now)
        if report.entry:
            report.owed += _enqueue_absent(reading, now)
            # Still the same act: what it owed is known only now.
            report.entry.details["owed"] = report.owed
            report.entry.save(update_fields=["details"])
    return report


@contextlib.contextmanager
def _claimed() -> Iterator[None]:
    """All pages with log ids as ours, so that nothing is written while ids may change.

    A copy of the database may hold claims of processes that ended since: those are taken back.
    """
    take_back_dead()
    pages = {page.pk for page in (*log_pages(), *live_docs())}
    until = time.monotonic() + CLAIM_SECONDS
    with contextlib.ExitStack() as stack:
        for pk in sorted(pages):
            while stack.enter_context(page_claim(pk)) is None:
                if time.monotonic() > until:
                    raise RunMustWait(WaitReason.PAGE_BUSY)
                time.sleep(LOOK_SECONDS)
        yield


class _Work:
    """One comparison, within one transaction."""

    def __init__(
        self, reading: Reading, report: Report, *, adopt: bool, go_on: bool, now: datetime
    ) -> None:
        self.reading, self.report, self.now = reading, report, now
        self.adopt, self.go_on = adopt, go_on
        theirs = PageRecord.objects.filter(is_theirs=True)
        self.theirs = set(theirs.values_list("log_id", flat=True))
        self.told: dict[str, list[Told]] = {}
        for one in reading.told:
            self.told.setdefault(one.log_id, []).append(one)

    def run(self) -> None:
        self._take_pages()
        self._raise_numbers()
        strange = self._strange()
        moves = self._matches(strange)
        collided = self._collided(strange, moves)
        numbers = log_ids.next_log_ids(action.occurred_at for action in collided)
        for action, number in zip(collided, numbers, strict=True):
            moves[action.pk] = number
            self.report.renumbered.append((action.log_id, number))
        self._move(moves)
        self._take_over(strange)
        if self.reading.is_log_whole:
            log_stop.resume()

    def _take_pages(self) -> None:
        """Further pages of the log that this database did not know: rows go to the last."""
        if not self.reading.unknown:
            return
        first, *_ = log_pages()
        for page in (first, *self.reading.unknown):
            number = LogVolume.objects.count() + 1
            LogVolume.objects.get_or_create(
                page=page, defaults={"number": number, "opened_at": self.now}
            )
        last = self.reading.unknown[-1]
        LogVolume.objects.filter(closed_at__isnull=True).exclude(page=last).update(
            closed_at=self.now
        )
        mapping = PageMapping.objects.shared(PartChoice.ACTION_LOG)
        assign(mapping, last.page_id, reason="the log goes on there")

    def _raise_numbers(self) -> None:
        highest = log_ids.numbers_of(self.told)
        log_ids.raise_seen(highest)
        for row in LogNumber.objects.filter(seen__gt=F("last")):
            self.report.raised[row.year] = (row.last, row.seen)
        LogNumber.objects.filter(seen__gt=F("last")).update(last=F("seen"))

    def _strange(self) -> dict[str, Told]:
        """What pages tell, by log id, and is not the database's; conflicts are reported. What is
        owed and stands there, on whichever page of the log, is complete."""
        strange: dict[str, Told] = {}
        known = self._actions(self.told)
        ours = written(known.values())
        was_written = {pk for _, pk in ours}
        pending = SyncJob.objects.pending().filter(kind__in=LOG_KINDS).order_by()
        owed = set(pending.values_list("action", flat=True))  # few of all that stands there
        complete_now: list[Action] = []
        for log_id, places in self.told.items():
            action = known.get(log_id)
            if action is None:
                strange[log_id] = together(places)
                continue
            foreign = [one for one in places if is_of_another(one, action, ours)]
            if not foreign:
                if action.pk in owed:
                    complete_now.append(action)  # before a colleague writes into it
                continue
            if action.pk in was_written or len(foreign) < len(places):
                self.report.conflicts += foreign
            else:
                strange[log_id] = together(places)
        self._complete_told(complete_now)
        return strange

    def _matches(self, strange: dict[str, Told]) -> dict[int, str]:
        """Events that came in again, by what pages tell of them: action -> its log id there."""
        moves: dict[int, str] = {}
        free = Candidates(
            a for a in never_written() if a.log_id not in self.told or a.log_id in strange
        )
        for log_id, told in list(strange.items()):
            if action := free.take(told):
                moves[action.pk] = log_id
                del strange[log_id]
                self.report.matched.append(log_id)
        return moves

    def _collided(self, strange: Mapping[str, Told], moves: Mapping[int, str]) -> list[Action]:
        """Actions whose id is another event's on the pages, and that are on none themselves."""
        taken = {*strange, *moves.values()}
        found = self._actions(taken).values()
        return [action for action in found if action.pk not in moves]

    def _actions(self, keys: Iterable[str]) -> dict[str, Action]:
        found: dict[str, Action] = {}
        for chunk in in_chunks(keys):
            rows = Action.objects.filter(log_id__in=chunk).select_related("play").order_by("pk")
            found |= {action.log_id: action for action in rows}
        return found

    def _move(self, moves: Mapping[int, str]) -> None:
        """Give actions other ids, with their edits; by way of ids that nobody has."""
        for keys in ({pk: f"moving-{pk}" for pk in moves}, moves):
            for chunk in in_chunks(keys, CASES):
                self._rename({pk: keys[pk] for pk in chunk})
        for chunk in in_chunks(moves):
            self._complete_told(Action.objects.filter(pk__in=chunk).order_by("pk"))

    def _rename(self, keys: Mapping[int, str]) -> None:
        Action.objects.filter(pk__in=keys).update(log_id=_by(keys, "pk"))
        jobs = SyncJob.objects.filter(action__in=keys, kind__in=LOG_KINDS)
        with locked((), jobs.values_list("pk", flat=True)) as states:
            change(
                JobVerb.RETRY,
                states,
                key=_by(keys, "action"),
                failures=0,
                failing_since=None,
                settled_at=None,
                last_error="",
                last_message="",
                run_after=self.now,
            )

    def _take_over(self, strange: Mapping[str, Told]) -> None:
        """What stays strange is recorded, for people to see; or it becomes ours (`adopt`)."""
        whole = self.adopt and self.reading.is_log_whole
        PageRecord.objects.all().delete()
        records: list[PageRecord] = []
        adopted: list[Told] = []
        for log_id, told in sorted(strange.items()):
            is_theirs = self.go_on or log_id in self.theirs
            if not is_theirs and whole and told.is_whole:
                adopted.append(told)
                continue
            records += self._records(told, is_theirs=is_theirs)
            if is_theirs:
                self.report.theirs.append(log_id)
            else:
                self.report.unknown.append(told)
        PageRecord.objects.bulk_create(records, batch_size=CHUNK)
        lock_plays(one.play.pk for one in adopted if one.play)  # before the funnel's lock
        for chunk in in_chunks(adopted):
            self._complete_told(adopt(chunk, now=self.now))
            self.report.adopted += [one.log_id for one in chunk]

    def _records(self, told: Told, *, is_theirs: bool) -> Iterator[PageRecord]:
        """One for each page that tells of it."""
        for place in {place.page.pk: place for place in self.told[told.log_id]}.values():
            yield PageRecord(
                log_id=told.log_id,
                page=place.page,
                play=told.play,
                action_type=told.action_type,
                title=told.title[:1000],
                occurred_at=told.moment,
                text=place.text,
                found_at=self.now,
                is_theirs=is_theirs,
            )

    def _complete_told(self, actions: Iterable[Action]) -> None:
        """Edits of actions that stand on their page are done, on whichever page of the log."""
        places: dict[tuple[int | None, str], Page] = {}
        for action in actions:
            for place in self.told.get(action.log_id, ()):
                kind = JobKind.LOG_ROW if place.is_row else JobKind.LIVE_ENTRY
                places.setdefault((action.pk, kind), place.page)
        done: dict[tuple[int | None, Page], list[SyncJob]] = defaultdict(list)
        for chunk in in_chunks({pk for pk, _ in places}):
            pending = SyncJob.objects.pending().filter(action__in=chunk, kind__in=LOG_KINDS)
            for job in pending.select_related("mapping"):
                if page := places.get((job.action_id, job.kind)):
                    done[job.mapping.page_id, page].append(job)
        for (here, page), jobs in done.items():
            with locked([page.pk], [job.pk for job in jobs]):
                complete(jobs, page=here, written_to=page, now=self.now)


def _by(keys: Mapping[int, str], column: str) -> Case:
    """The key of each row, by the action in `column`."""
    return Case(*(When(**{column: pk}, then=Value(key)) for pk, key in keys.items()))


def _enqueue_absent(reading: Reading, now: datetime) -> int:
    """Enqueue what the database knows and no page has. Returns how many edits."""
    client = connect()
    found: list[tuple[Kind, list[Difference]]] = []
    rows = compare_log(client, reading.logs, is_whole=reading.is_log_whole)
    found.append((Kind.LOG_ROW, rows))
    for seen, plays in reading.live:
        found.append((Kind.LIVE_ENTRY, compare_live_doc(client, seen, plays)))
    missing = missing_edits()
    enqueue(missing, now=now)
    return len(missing) + sum(enqueue_again(some, kind, now=now) for kind, some in found)


def _note(report: Report, *, by: User | None, reason: str, how: str, now: datetime) -> AuditEntry:
    return audit.note(
        Verb.RECONCILE,
        by=by,
        count=len(report.adopted) + len(report.matched) + len(report.renumbered),
        reason=reason,
        details={"how": how, **report.details()},
        now=now,
    )
