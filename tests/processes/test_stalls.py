"""Whatever happens to the worker's processes, its database or its clock: work goes on by itself.

The limits here are short so that the tests are; with those of the settings (30 s) nothing waits
longer than 45 s.
"""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from functools import partial
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from plays.models import Heartbeat, Page, Site
from plays.sandbox import Fault
from plays.sync import heartbeats
from tests.conftest import SANDBOX_EMAIL, SANDBOX_TOKEN, missing
from tests.environment import product_environment
from tests.postgres import NoPostgres, throwaway_server
from tests.processes.bench import (
    STALL_SECONDS,
    START_SECONDS,
    cluster_of,
    idle_worker_that_holds_the_lock,
)
from tests.processes.running import BASE, children, is_alive, running, wait_until

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs Linux' /proc"),
]
WORK_GOES_ON = STALL_SECONDS + 15


def writer_of(bench):
    """The process that has claimed the live doc, once its write has been sent."""
    wait_until(lambda: bench.sandbox.faults.fired["hang"], seconds=START_SECONDS, what=bench.said)
    return int(Page.objects.get(page_id=bench.live_doc).lease_token.split()[1])


def test_work_goes_on_after_an_idle_process_was_stopped(bench):
    with bench.worker() as worker:
        bench.wait_until_written(bench.send_event())
        stopped = idle_worker_that_holds_the_lock(cluster_of(worker))
        os.kill(stopped, signal.SIGSTOP)

        edit = bench.send_event()
        bench.lose_bells()

        bench.wait_until_written(edit, seconds=WORK_GOES_ON)
        wait_until(lambda: not is_alive(stopped), seconds=WORK_GOES_ON, what=bench.said)


def test_work_goes_on_after_the_process_that_writes_was_stopped(bench):
    bench.sandbox.faults.script(Fault("hang", seconds=2), match="PUT")
    with bench.worker() as worker:
        edit = bench.send_event()
        writer = writer_of(bench)
        os.kill(writer, signal.SIGSTOP)

        bench.wait_until_written(edit, seconds=WORK_GOES_ON)
        wait_until(lambda: not is_alive(writer), seconds=WORK_GOES_ON, what=bench.said)
        assert worker.poll() is None


@pytest.mark.parametrize("who", ["cluster", "sentinel"])
def test_work_goes_on_after_those_who_look_after_the_processes_were_stopped(bench, who):
    with bench.worker() as worker:
        bench.wait_until_written(bench.send_event())
        cluster = cluster_of(worker)
        stopped = cluster if who == "cluster" else next(iter(children(cluster)))
        os.kill(stopped, signal.SIGSTOP)
        wait_until(lambda: not is_alive(stopped), seconds=WORK_GOES_ON, what=bench.said)

        bench.wait_until_written(bench.send_event(), seconds=WORK_GOES_ON)


def test_a_call_that_hangs_holds_up_only_its_own_page_and_that_not_for_long(bench):
    bench.sandbox.faults.script(Fault("hang", seconds=60), match="PUT")
    bench.environment["CONFLUENCE_TIMEOUT"] = "3"
    with bench.worker():
        bench.wait_until_written(bench.send_event(), seconds=START_SECONDS)


def test_a_clock_that_was_a_day_ahead_holds_nothing_up_once_it_is_right(bench):
    tomorrow = timezone.now() + timedelta(days=1)
    edit = bench.send_event()
    Page.objects.update(rung_at=tomorrow, lease_until=tomorrow, lease_token="elsewhere 1 1 abc")
    Site.objects.update_or_create(pk=1, defaults={"paused_until": tomorrow, "pauses": 1})
    Heartbeat.objects.create(worker="dead", beat_at=tomorrow)

    with bench.worker():
        bench.wait_until_written(edit)


def test_the_check_says_whether_a_worker_is_at_work(bench):
    check = partial(manage, "worker", "--check", environment=bench.environment)
    with pytest.raises(CommandError, match=r"^no worker has been at work$"):
        call_command("worker", "--check")

    with bench.worker():
        bench.wait_until_written(bench.send_event())
        wait_until(Heartbeat.objects.exists, seconds=10, what=bench.said)
        assert check() == (0, "")

    Heartbeat.objects.update(beat_at=timezone.now() - timedelta(seconds=61))
    with pytest.raises(CommandError, match="no worker has been at work since"):
        call_command("worker", "--check")

    bench.environment["DATABASE_URL"] = "sqlite:////nowhere/at/all.sqlite3"
    code, said = check()
    assert code == 1
    assert "the database cannot be asked" in said


def test_a_cluster_that_gets_nowhere_does_not_pass_for_one_at_work(bench):
    bench.environment["DJANGO_SETTINGS_MODULE"] = "tests.processes.quick_settings"
    with bench.worker("--stall", "600") as worker:
        bench.wait_until_written(bench.send_event())
        beats = Heartbeat.objects.exclude(worker__startswith=heartbeats.TASKS)
        wait_until(beats.exists, seconds=10, what=bench.said)
        os.kill(idle_worker_that_holds_the_lock(cluster_of(worker)), signal.SIGKILL)
        time.sleep(6)  # longer than between two beats
        last = beats.get().beat_at
        time.sleep(6)

        assert beats.get().beat_at == last


@pytest.fixture
def postgres():
    try:
        with throwaway_server() as server:
            server.make_database()
            yield server
    except NoPostgres as reason:
        missing(str(reason))


def test_a_page_is_let_go_as_soon_as_a_crashed_database_answers_again(postgres, sandbox, tmp_path):
    """The process that wrote lives on, so nobody but itself can tell that its claim is void."""
    log_page, log = sandbox.add_page("Log", "<p>이력</p>"), tmp_path / "worker.log"
    environment = product_environment(
        DATABASE_URL=postgres.url,
        CONFLUENCE_URL=sandbox.url,
        CONFLUENCE_DEPLOYMENT=sandbox.deployment,
        CONFLUENCE_EMAIL=SANDBOX_EMAIL,
        CONFLUENCE_API_TOKEN=SANDBOX_TOKEN,
        CONFLUENCE_ACTION_LOG_PAGE_ID=log_page,
    )
    plays, events = tmp_path / "plays.csv", tmp_path / "events.jsonl"
    plays.write_text("play_id\nA\n")
    data = {"activity_id": "ACT-1", "play_id": "A", "title": "세미나"}
    event = {"specversion": "1.0", "id": "1", "source": "/t", "type": "activity.created"}
    events.write_text(json.dumps(event | {"data": data}))
    for command in (["migrate", "-v0"], ["import_plays", plays, "--yes"], ["ingest", events]):
        assert manage(*command, environment=environment) == (0, "")
    sandbox.faults.script(Fault("hang", seconds=2), match="PUT")
    with running("worker", "--bell", "0.5", environment=environment, output=log):
        fired = sandbox.faults.fired
        wait_until(lambda: fired["hang"], seconds=START_SECONDS, what=log.read_text)
        postgres.crash()
        time.sleep(4)  # the write ends meanwhile, and cannot be written down

        postgres.start()
        began = time.monotonic()

        wait_until(lambda: synced(postgres) == 1, seconds=WORK_GOES_ON, what=log.read_text)
        print(f"synced {time.monotonic() - began:.1f} s after the database was back")  # noqa: T201
    assert sandbox.body(log_page).count("LOG-") == 1


def synced(postgres):
    """How many jobs are."""
    with psycopg.connect(postgres.url) as connection:
        (count,) = connection.execute(
            "SELECT count(*) FROM plays_syncjob WHERE state = 'synced'"
        ).fetchone()
    return count


def manage(*command, environment):
    """The exit code of a command, and what it said on standard error."""
    whole = [sys.executable, BASE / "manage.py", *command]
    done = subprocess.run(whole, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr.strip()
