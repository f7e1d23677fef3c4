"""Two hosts on one PostgreSQL and one Confluence; one is cut off at work, and comes back."""

import contextlib
import signal
import socket
import sys
import threading
import time
from urllib.parse import urlsplit

import pytest
import requests
from django.conf import settings

from plays.models import Action, SyncAttempt
from plays.sync.writing.drain import backlog
from tests.conftest import SANDBOX_EMAIL, SANDBOX_TOKEN
from tests.environment import product_environment
from tests.processes.hosts import Line, two_hosts
from tests.processes.running import started, wait_until
from tests.processes.storm import make_events
from tests.world import make_world

pytestmark = pytest.mark.processes
START_SECONDS, GOES_ON_SECONDS = 40, 45
PORT = 8000


class Site:
    """A host with its web and its worker, and the lines on which they reach what is shared."""

    def __init__(self, host, sandbox, database_url, folder):
        self.host, self.log = host, folder / f"{host.name}.log"
        database = urlsplit(database_url)
        self.confluence = host.line(sandbox.port)
        self.web_database = host.line(database.port)
        self.worker_database = host.line(database.port)
        here = f"{database.hostname}:{database.port}"
        self._environments = [
            product_environment(
                DJANGO_SETTINGS_MODULE="tests.processes.hosts_settings",
                PYTHONPATH=str(settings.BASE_DIR),
                ALLOWED_HOSTS="*",
                EVENTS_TOKENS="portal",
                DATABASE_URL=database_url.replace(here, line.address),
                CONFLUENCE_URL=f"http://{self.confluence.address}{urlsplit(sandbox.url).path}",
                CONFLUENCE_EMAIL=SANDBOX_EMAIL,
                CONFLUENCE_API_TOKEN=SANDBOX_TOKEN,
            )
            for line in (self.web_database, self.worker_database)
        ]
        self.address = f"{host.address}:{free_port() if host.address == '127.0.0.1' else PORT}"
        self.portal = requests.Session()
        self.portal.trust_env = False
        self.portal.headers["Authorization"] = "Bearer portal"

    @contextlib.contextmanager
    def running(self):
        """Its web and its worker, begun and not waited for; given is the worker."""
        web = ["-m", "waitress", f"--listen={self.address}", "syncadmin.wsgi:application"]
        worker = [settings.BASE_DIR / "manage.py", "worker", "--bell", "0.5", "--stall", "6"]
        with contextlib.ExitStack() as programs:
            for environment, program in zip(self._environments, (web, worker), strict=True):
                command = [*self.host.within, sys.executable, *program]
                log = self.log.with_suffix(f".{program[1]}.log")
                given = programs.enter_context(
                    started(command, environment=environment, output=log)
                )
            yield given

    def is_ready(self):
        with contextlib.suppress(requests.ConnectionError):
            return self.portal.get(f"http://{self.address}/readyz", timeout=5).ok
        return False

    def send(self, event):
        """The status of the answer; 0 where there is none."""
        with contextlib.suppress(requests.RequestException):
            address = f"http://{self.address}/api/events"
            return self.portal.post(address, json=event, timeout=GOES_ON_SECONDS).status_code
        return 0

    def said(self):
        return "\n".join(log.read_text()[-4000:] for log in self.log.parent.glob("*.log"))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def all_stand(count):
    """Whether `count` events were taken and nothing is owed for them."""
    return Action.objects.count() == count and not backlog().pending


@pytest.mark.postgres
def test_a_host_cut_off_at_work_stops_nobody_and_doubles_nothing_when_it_returns(
    transactional_db, sandbox, database_url, tmp_path
):
    world = make_world(sandbox)
    for number in range(3):
        world.add_play(f"EXT_Desk_D{number:02d}")
    events = make_events(list(world.live_docs), 24)
    first, last = events[:18], events[18:]
    with two_hosts() as hosts:
        left, right = (Site(host, sandbox, database_url, tmp_path) for host in hosts)
        with left.running(), right.running() as right_worker:
            for site in (left, right):
                wait_until(site.is_ready, seconds=START_SECONDS, what=site.said)

            # Cut off with a write on the way to Confluence, and a transaction open in the database.
            write = left.confluence.cut_at(b"PUT ")
            sent = 0
            while sent < 17 and not write.is_set():
                assert (left, right)[sent % 2].send(first[sent]) == 202
                sent += 1
            wait_until(write.is_set, seconds=START_SECONDS, what=left.said)
            commit = left.web_database.cut_at(b"COMMIT")
            answers = []
            late = first[sent]
            unanswered = threading.Thread(target=lambda: answers.append(left.send(late)))
            unanswered.start()
            wait_until(commit.is_set, seconds=START_SECONDS, what=left.said)
            left.host.cut_off()
            began = time.monotonic()
            rest = first[sent:]  # who has no answer sends again
            assert [right.send(event) for event in rest] == [202] * len(rest)
            wait_until(lambda: all_stand(18), seconds=GOES_ON_SECONDS, what=right.said)
            print(f"the other host was done after {time.monotonic() - began:.1f} s")  # noqa: T201
            world.assert_every_action_is_on_its_pages_once()
            assert SyncAttempt.objects.filter(outcome="interrupted").exists()
            refused = sum(call.status == 409 for call in sandbox.calls)

            # Back, and alone.
            right_worker.send_signal(signal.SIGTERM)
            left.host.bring_back()
            began = time.monotonic()
            unanswered.join()
            assert [left.send(event) for event in last] == [202] * len(last)
            wait_until(lambda: all_stand(24), seconds=START_SECONDS, what=left.said)
            print(f"it worked again after {time.monotonic() - began:.1f} s")  # noqa: T201
    world.assert_every_action_is_on_its_pages_once()
    assert answers != [202]
    assert sum(call.status == 409 for call in sandbox.calls) > refused  # the late write
    assert (backlog().failed, backlog().unmapped) == (0, 0)


def test_a_cut_line_keeps_what_is_on_the_way_until_it_is_mended():
    with socket.create_server(("127.0.0.1", 0)) as server:
        line = Line(server.getsockname()[1], "127.0.0.1")
        host, _, port = line.address.partition(":")
        with socket.create_connection((host, int(port)), timeout=5) as caller:
            called, _ = server.accept()
            caller.sendall(b"one ")
            assert called.recv(9) == b"one "
            seen = line.cut_at(b"two")
            caller.sendall(b"two ")
            assert seen.wait(5)
            called.settimeout(0.2)
            with pytest.raises(TimeoutError):
                called.recv(9)

            line.mend()

            called.settimeout(5)
            assert called.recv(9) == b"two "
        assert called.recv(9) == b""
        called.close()
        line.close()
