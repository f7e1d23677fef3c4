"""`manage.py worker` with real processes, which the tests kill where it hurts."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.utils import timezone

from plays.models import Heartbeat, Page
from plays.sandbox import Fault
from tests.processes.bench import (
    STALL_SECONDS,
    START_SECONDS,
    cluster_of,
    idle_worker_that_holds_the_lock,
)
from tests.processes.running import (
    BASE,
    children,
    descendants,
    is_alive,
    wait_until,
)

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs Linux' /proc"),
]


def test_work_goes_on_after_an_idle_worker_was_killed(bench):
    with bench.worker() as worker:
        bench.wait_until_written(bench.send_event())
        cluster = cluster_of(worker)
        time.sleep(1)  # so that nobody is busy

        os.kill(idle_worker_that_holds_the_lock(cluster), signal.SIGKILL)
        edit = bench.send_event()
        bench.lose_bells()

        bench.wait_until_written(edit, seconds=STALL_SECONDS + START_SECONDS)
        assert "finished no task" in bench.said()
        assert cluster_of(worker) != cluster
        assert not is_alive(cluster)


def test_a_cluster_that_was_killed_is_started_again(bench):
    with bench.worker() as worker:
        bench.wait_until_written(bench.send_event())
        cluster = cluster_of(worker)
        family = descendants(cluster)

        os.kill(cluster, signal.SIGKILL)
        wait_until(lambda: not any(map(is_alive, family)), seconds=10, what="it left processes")
        edit = bench.send_event()

        bench.wait_until_written(edit)


def test_a_page_of_a_killed_process_is_taken_back(bench):
    bench.sandbox.faults.script(Fault("hang", seconds=8), match="PUT")
    with bench.worker() as worker:
        edit = bench.send_event()
        page = Page.objects.get(page_id=bench.live_doc)
        claimed = Page.objects.filter(pk=page.pk, lease_until__gt=timezone.now())
        wait_until(claimed.exists, seconds=START_SECONDS, what=bench.said)
        wait_until(lambda: bench.sandbox.faults.fired["hang"], seconds=10, what=bench.said)
        writer = int(claimed.get().lease_token.split()[1])

        assert writer in descendants(worker.pid)
        os.kill(writer, signal.SIGKILL)

        bench.wait_until_written(edit)
        assert "finished no task" not in bench.said()


def test_the_end_waits_for_the_write_under_way(bench):
    bench.sandbox.faults.script(Fault("hang", seconds=2), match="PUT")
    with bench.worker() as worker:
        edit = bench.send_event()
        wait_until(lambda: bench.sandbox.faults.fired["hang"], seconds=START_SECONDS, what="hm")
        family = descendants(worker.pid)

        worker.send_signal(signal.SIGTERM)

        assert worker.wait(30) == 0
        assert bench.is_written(edit)
        assert Page.objects.get(page_id=bench.live_doc).attempts.get().outcome == "written"
        assert not any(map(is_alive, family))


def test_a_second_signal_ends_it_at_once(bench):
    bench.sandbox.faults.script(Fault("hang", seconds=30), match="PUT")
    with bench.worker() as worker:
        bench.send_event()
        wait_until(lambda: bench.sandbox.faults.fired["hang"], seconds=START_SECONDS, what="hm")
        family = descendants(worker.pid)

        worker.send_signal(signal.SIGINT)
        time.sleep(0.5)
        worker.send_signal(signal.SIGINT)

        assert worker.wait(5) == 0
        assert not any(map(is_alive, family))


def test_a_killed_worker_takes_its_cluster_along(bench):
    with bench.worker() as worker:
        bench.wait_until_written(bench.send_event())
        family = descendants(worker.pid)
        assert len(family) >= 6

        worker.kill()

        wait_until(lambda: not any(map(is_alive, family)), seconds=5, what="it left processes")


def test_nothing_is_left_when_worker_and_cluster_are_killed_together(bench):
    with bench.worker() as worker:
        bench.wait_until_written(bench.send_event())
        family, cluster = descendants(worker.pid), cluster_of(worker)

        os.kill(cluster, signal.SIGSTOP)
        worker.kill()
        os.kill(cluster, signal.SIGKILL)

        wait_until(lambda: not any(map(is_alive, family)), seconds=5, what="it left processes")


def test_each_of_two_workers_sees_its_own_progress(bench, tmp_path):
    with bench.worker() as first:
        bench.wait_until_written(bench.send_event())
        bench.log = tmp_path / "second.log"
        with bench.worker() as second:
            names = {f"{socket.gethostname()[:80]}-{each.pid}" for each in (first, second)}
            beating = Heartbeat.objects.filter(worker__in=names)
            wait_until(lambda: beating.count() == 2, seconds=START_SECONDS, what=bench.said)
            stalled = cluster_of(second)
            os.kill(idle_worker_that_holds_the_lock(stalled), signal.SIGKILL)

            wait_until(lambda: not is_alive(stalled), seconds=STALL_SECONDS + 20, what=bench.said)
            bench.wait_until_written(bench.send_event())


def test_a_database_that_is_not_ready_is_waited_for(bench, tmp_path):
    bench.environment["DATABASE_URL"] = f"sqlite:///{tmp_path / 'late.sqlite3'}"
    with bench.worker() as worker:
        wait_until(
            lambda: "database is not ready" in bench.said(), seconds=START_SECONDS, what=bench.said
        )
        assert not children(worker.pid)

        migrate = [sys.executable, BASE / "manage.py", "migrate", "--verbosity=0"]
        subprocess.run(migrate, env=bench.environment, check=True)

        cluster_of(worker)


def test_without_a_confluence_it_refuses_to_start(bench):
    bench.environment["CONFLUENCE_URL"] = ""
    with bench.worker() as worker:
        assert worker.wait(START_SECONDS) == 1
        assert bench.said().strip() == (
            "CommandError: CONFLUENCE_URL and CONFLUENCE_API_TOKEN must be set"
        )


@pytest.fixture
def redis_url(tmp_path):
    """A throw-away Redis."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [program, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", tmp_path],
        stdout=subprocess.DEVNULL,
    )
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.wait(10)


def test_with_redis_as_the_broker_an_idle_worker_may_die_too(bench, redis_url):
    bench.environment["Q_BROKER_URL"] = redis_url
    with bench.worker() as worker:
        edit = bench.send_event()
        bench.lose_bells()
        bench.wait_until_written(edit)
        cluster = cluster_of(worker)
        time.sleep(1)

        os.kill(idle_worker_that_holds_the_lock(cluster), signal.SIGKILL)
        edit = bench.send_event()
        bench.lose_bells()

        bench.wait_until_written(edit, seconds=STALL_SECONDS + START_SECONDS)
        assert "finished no task" in bench.said()
