"""A worker on the bench: real processes, the local Confluence they write to, a Play with pages."""

from plays.models import Page, PageMapping
from plays.sync.intake.receiving import record
from plays.sync.mappings.assign import assign
from tests.conftest import SANDBOX_EMAIL, SANDBOX_TOKEN
from tests.environment import product_environment
from tests.factories import make_play
from tests.processes.running import children, running, wait_until, waits_for

START_SECONDS = 40
STALL_SECONDS = 5


class Bench:
    """A worker, the local Confluence that it writes to, and a Play with pages there."""

    def __init__(self, sandbox, database_url, folder):
        self.sandbox, self.log = sandbox, folder / "worker.log"
        self.environment = product_environment(
            DJANGO_SETTINGS_MODULE="syncadmin.settings",
            DATABASE_URL=database_url,
            CONFLUENCE_URL=sandbox.url,
            CONFLUENCE_DEPLOYMENT=sandbox.deployment,
            CONFLUENCE_EMAIL=SANDBOX_EMAIL,
            CONFLUENCE_API_TOKEN=SANDBOX_TOKEN,
            CONFLUENCE_TIMEOUT="10",
        )
        self.play = make_play(play_id="KT_Desk_V01_VoC")
        self.live_doc = sandbox.add_page("VoC", "<p>안내</p>")
        assign(PageMapping.objects.of_play(self.play, "live_doc"), self.live_doc)
        self.sent = 0

    def worker(self, *options):
        pace = ("--bell", "0.5", "--stall", str(STALL_SECONDS))
        return running("worker", *pace, *options, environment=self.environment, output=self.log)

    def send_event(self):
        """Record an activity; returns its log id."""
        self.sent += 1
        data = {"activity_id": f"ACT-{self.sent}", "play_id": self.play.play_id, "title": "세미나"}
        event = {"specversion": "1.0", "id": str(self.sent), "source": "/test", "data": data}
        return record({**event, "type": "activity.created"}).log_id

    def lose_bells(self):
        """What was rung for is lost, as if the queue had been emptied long ago."""
        Page.objects.update(rung_at=None)

    def is_written(self, log_id):
        return self.sandbox.body(self.live_doc).count(log_id) == 1

    def wait_until_written(self, log_id, *, seconds=START_SECONDS):
        wait_until(lambda: self.is_written(log_id), seconds=seconds, what=self.said)

    def said(self):
        return self.log.read_text()


def cluster_of(worker):
    """The cluster's first process, once it is there."""
    return wait_until(lambda: children(worker.pid), seconds=START_SECONDS, what="no cluster").pop()


def idle_worker_that_holds_the_lock(cluster):
    """The one of the two that listens at the queue; its twin waits for the queue's lock.

    The monitor listens at a pipe too, but it is younger than both.
    """
    (sentinel,) = children(cluster)
    workers = sorted(children(sentinel))[:2]
    return wait_until(
        lambda: [pid for pid in workers if "pipe_read" in waits_for(pid)],
        seconds=START_SECONDS,
        what="nobody listens",
    )[0]
