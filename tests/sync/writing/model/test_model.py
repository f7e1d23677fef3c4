"""Claim, read, write and settle against everything that may come between any two of their steps.

hypothesis drives two real workers step by step, a colleague, an admin, the network and the
supervisor; whatever the order, each event ends on its pages once and nobody's words are lost.
More examples: MODEL_EXAMPLES=1000 pytest tests/sync/writing/model
"""

import os
import random
from contextlib import ExitStack
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.test import override_settings
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from benchmarks.campaigns.checker import check
from benchmarks.campaigns.colleagues import WAYS, Said
from benchmarks.campaigns.portal import Events
from plays.models import Page, PageMapping, SyncJob
from plays.sandbox import Sandbox
from plays.sandbox.colleague import save_in_browser
from plays.sync import leases
from plays.sync.intake.receiving import record_all
from plays.sync.jobs.due import bring_forward
from plays.sync.jobs.retrying import retry_jobs
from plays.sync.mappings.assign import assign
from plays.sync.reconcile.reconciling import reconcile
from plays.sync.site.availability import open_now
from plays.sync.writing import claims, writer
from plays.sync.writing.claims import take_back_dead
from plays.sync.writing.drain import backlog, drain
from tests.sync.writing.model import database
from tests.sync.writing.model.wire import FATES, URL, Wire
from tests.sync.writing.model.workers import Worker, rests_before
from tests.world import LIVE_DOC, make_world

EXAMPLES = int(os.environ.get("MODEL_EXAMPLES", "15"))
STEPS, MOST_EVENTS = 40, 18
PLAYS = ("EXT_Desk_D01", "EXT_Desk_D02")
SAVED = ("save_success", "save_failure", "postpone")
workers = st.integers(0, 1)
SETTINGS = {
    "CONFLUENCE_URL": URL,
    "CONFLUENCE_EMAIL": "demo@example.com",
    "CONFLUENCE_API_TOKEN": "sandbox-token",
    "CONFLUENCE_SPACE_KEY": "AX",
    "SYNC_LOG_ROWS": 7,
    "SYNC_RETRY_DELAY": 0.0,
}


class Writing(RuleBasedStateMachine):
    """What people, machines and the network may do; `teardown` puts all right and looks."""

    @initialize(seed=st.integers(0, 2**16))
    def begin(self, seed):
        database.empty()
        self.dice = random.Random(seed)
        self.sandbox = Sandbox(seed=0)  # the same ids for the same steps
        self.wire = Wire(self.sandbox)
        self.exits = ExitStack()
        self._stage()
        world = make_world(self.sandbox)
        for play in PLAYS:
            world.add_play(play)
        self.world, self.sent, self.said, self.dead = world, [], [], set()
        self.copy = None
        self.tokens = set()
        self.spare = {play: self.sandbox.add_page(f"{play} 2", LIVE_DOC) for play in PLAYS}
        self.events = Events(PLAYS, seed=seed)
        self.workers, self.killed = [None, None], []

    def _stage(self):
        """Workers rest at their calls and around what they save; the dead are known as such."""
        enter = self.exits.enter_context
        enter(override_settings(**SETTINGS))
        enter(patch("requests.adapters.HTTPAdapter.send", lambda *a, **k: self.wire.send(*a, **k)))
        enter(patch.object(leases, "_is_dead", lambda token: token in self.dead))
        enter(patch.object(leases, "lease_token", self._noted(leases.lease_token)))
        enter(patch.object(claims, "_release", rests_before(claims._release, "before release")))
        for name in SAVED:
            resting = rests_before(getattr(writer, name), f"before {name}")
            enter(patch.object(writer, name, resting))

    def _noted(self, lease_token):
        """Tokens are noted with the worker that takes them, as they may have to die with it."""

        def noting():
            token = lease_token()
            self.tokens.add(token)
            if worker := Worker.current():
                worker.tokens.add(token)
            return token

        return noting

    # The portal, the workers and their supervisor

    @precondition(lambda self: len(self.sent) < MOST_EVENTS)
    @rule()
    def portal_sends_a_chain(self):
        chain = self.events.chain()
        self.sent += chain
        self._send(chain)

    @precondition(lambda self: self.sent)
    @rule()
    def portal_sends_again(self):
        self._send(self.sent[-6:])

    @rule(which=workers, page=st.integers(0, 3))
    def worker_answers_a_wakeup(self, which, page):
        """It takes whichever page it was woken for; a busy one goes a step on."""
        if self.workers[which] is not None:
            self.worker_goes_on(which, "answered")
            return
        pages = list(Page.objects.order_by("pk").values_list("pk", flat=True))
        pk = pages[page % len(pages)]
        self.workers[which] = Worker(lambda: writer.write_page(pk, sleep=_rest))
        self.worker_goes_on(which, "answered")

    @rule(which=workers, fate=st.sampled_from(FATES))
    def worker_goes_on(self, which, fate):
        worker = self.workers[which]
        if worker is None:
            return
        worker.step(fate)
        if worker.is_done:
            self.workers[which] = None

    @rule(which=workers)
    def worker_is_killed(self, which):
        if worker := self.workers[which]:
            worker.kill()
            self.killed.append(worker)
            self.dead |= worker.tokens
            self.workers[which] = None

    @rule()
    def supervisor_takes_back_what_the_dead_hold(self):
        take_back_dead()

    @rule(page=st.integers(0, 3))
    def lease_runs_out(self, page):
        """Its holder was stopped for so long, or its clock is wrong, and it lives on."""
        pages = list(Page.objects.order_by("pk"))
        past = timezone.now() - timedelta(seconds=1)
        Page.objects.filter(pk=pages[page % len(pages)].pk).update(lease_until=past)

    @rule()
    def waits_are_over(self):
        open_now()
        bring_forward()

    # The network and people

    @precondition(lambda self: self.wire.late)
    @rule()
    def late_request_arrives(self):
        self.wire.deliver_late()

    @rule(page=st.integers(0, 5), way=st.sampled_from(WAYS))
    def colleague_saves(self, page, way):
        pages = [self.world.action_log, self.world.play_db, *self.world.live_docs.values()]
        page_id = [*pages, *self.spare.values()][page]
        words = f"동료 메모 {len(self.said)}번."
        body = way(self.sandbox.body(page_id), words, self.dice)
        save_in_browser(self.sandbox.store, page_id, body)
        self.said.append(Said(page_id, words))

    @rule(play=st.sampled_from(PLAYS))
    def admin_gives_a_play_another_page(self, play):
        mapping = PageMapping.objects.get(play__play_id=play, part="live_doc")
        pair = [self.world.live_docs[play], self.spare[play]]
        assign(mapping, pair[1] if mapping.page.page_id == pair[0] else pair[0])

    # The operator

    @rule()
    def operator_makes_a_copy(self):
        self.copy = database.copy()

    @precondition(lambda self: self.copy is not None)
    @rule()
    def operator_puts_the_copy_back(self):
        """Everything is stopped for it; then the pages are asked what the copy does not know, and
        the portal sends again."""
        for which in (0, 1):
            self.worker_is_killed(which)
        self.dead |= self.tokens
        while self.wire.late:
            self.wire.deliver_late()
        database.put_back(self.copy)
        open_now()
        reconcile(by=None, adopt=True)
        self._send(self.sent)

    # The end

    def teardown(self):
        try:
            if hasattr(self, "workers"):
                self._put_all_right()
                self._look()
                while self.wire.late:
                    self.wire.deliver_late()
                self._look()
        finally:
            self._bury()

    def _put_all_right(self):
        for which in (0, 1):
            while self.workers[which] is not None:
                self.worker_goes_on(which, "answered")
        take_back_dead()
        Page.objects.update(lease_until=None)
        for _ in range(10):
            open_now()
            bring_forward()
            retry_jobs(SyncJob.objects.failed(), by=None, reason="all is well again")
            drain(sleep=lambda _: None)
            if not (backlog().pending or backlog().failed):
                return

    def _look(self):
        left = backlog()
        reasons = SyncJob.objects.exclude(state="synced").values_list("kind", "last_message")
        assert (left.pending, left.failed) == (0, 0), list(reasons)
        bodies = {page.id: page.body for page in self.sandbox.store.pages()}
        verdict = check(
            bodies,
            self.sent,
            self.said,
            live_docs={p: (self.world.live_docs[p], self.spare[p]) for p in PLAYS},
            play_db=self.world.play_db,
        )
        assert verdict.is_clean, verdict

    def _bury(self):
        for worker in [*getattr(self, "killed", []), *filter(None, getattr(self, "workers", []))]:
            worker.bury()
        if hasattr(self, "exits"):
            self.exits.close()

    def _send(self, sent):
        receipts = record_all([each.event for each in sent])
        for each, receipt in zip(sent, receipts, strict=True):
            assert receipt.log_id, receipt
            each.log_id = receipt.log_id


def _rest(_seconds):
    if worker := Worker.current():
        worker.rest("waiting for the next try")


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(0 if "MODEL_EXAMPLES" in os.environ else 120)
def test_whatever_comes_between_two_steps_nothing_is_missing_doubled_or_overwritten():
    run_state_machine_as_test(
        Writing,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
