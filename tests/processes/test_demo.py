"""`manage.py demo` as people run it: it shows what it says, and leaves nothing behind."""

import contextlib
import os
import re
import signal
import socket
from pathlib import Path

import pytest
import requests

from tests.environment import product_environment
from tests.processes.running import descendants, is_alive, running, wait_until

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs Linux' /proc"),
]

START_SECONDS = 90


class Room:
    """A place for a demo whose surroundings are as bad as a person's can be."""

    def __init__(self, folder):
        self.log, self.temporary = folder / "demo.log", folder / "tmp"
        self.precious = folder / "precious.sqlite3"
        self.temporary.mkdir()
        self.environment = product_environment(
            DJANGO_SETTINGS_MODULE="syncadmin.settings",
            SECRET_KEY="",
            DATABASE_URL=f"sqlite:///{self.precious}",
            ALLOWED_HOSTS="elsewhere.example",
            CSRF_TRUSTED_ORIGINS="https://elsewhere.example",
            CONFLUENCE_URL="https://real-site.example/wiki",
            CONFLUENCE_API_TOKEN="real-token",
            Q_BROKER_URL="redis://127.0.0.1:9/0",
            HTTP_PROXY="http://127.0.0.1:9",
            TMPDIR=str(self.temporary),
        )

    @contextlib.contextmanager
    def demo(self, *options):
        arguments = ("demo", *options)
        with running(*arguments, environment=self.environment, output=self.log) as self.running:
            yield self.running

    def said(self):
        return self.log.read_text()

    def wait_until_it_says(self, words):
        def says():
            assert self.running.poll() is None, self.said()
            return words in self.said()

        wait_until(says, seconds=START_SECONDS, what=self.said)

    def address(self, name):
        return re.search(rf"{name}\s+(http\S+)", self.said())[1]


@pytest.fixture
def room(tmp_path):
    return Room(tmp_path)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as other:
        return other.getsockname()[1]


def nothing_is_left(room, family):
    wait_until(lambda: not any(map(is_alive, family)), seconds=5, what="it left processes")
    return not list(room.temporary.iterdir()) and not room.precious.exists()


def test_once_shows_that_everything_was_synced(room):
    with room.demo("--once") as demo:
        room.wait_until_it_says("Ctrl-C stops everything")
        family = family_of(demo)

        assert demo.wait(START_SECONDS) == 0, room.said()

        said = room.said()
        assert said.count(" yes ") == 6, said
        assert int(re.search(r"events accepted\W+(\d+)", said)[1]) >= 150
        assert int(re.search(r"faults of Confluence\W+(\d+)", said)[1]) >= 5
        assert nothing_is_left(room, family)


def test_the_printed_addresses_and_logins_work_until_it_is_asked_to_end(room):
    port = free_port()
    with room.demo("--port", str(port)) as demo:
        room.wait_until_it_says("Ctrl-C stops everything")
        password = re.search(r"password (\S+)", room.said())[1]

        assert room.address("Dashboard") == f"http://127.0.0.1:{port}/"
        for name in ("pm", "staff", "admin"):
            assert "KT_Desk_V01_VoC" in log_in(room.address("Dashboard"), name, password), name
        assert "EXT_Desk_D01_Seminar" in get(room.address("Play DB page"))
        assert "Action Log" in get(room.address("Action Log page"))
        assert demo.poll() is None

        assert_it_ends(room, demo, signal.SIGINT, family=family_of(demo))


def test_it_ends_while_it_starts_too(room):
    with room.demo() as demo:
        room.wait_until_it_says("starting a local Confluence")
        family = wait_until(
            lambda: descendants(demo.pid), seconds=START_SECONDS, what="it starts nothing"
        )

        assert_it_ends(room, demo, signal.SIGTERM, family=family)


def assert_it_ends(room, demo, number, *, family):
    demo.send_signal(number)

    assert demo.wait(30) == 0, room.said()
    assert "nothing is left running" in room.said()
    assert nothing_is_left(room, family)


@pytest.mark.parametrize("name", ["plays.demo.web", "manage.py worker"])
def test_it_says_so_when_one_of_its_processes_is_killed(room, name):
    with room.demo() as demo:
        room.wait_until_it_says("Ctrl-C stops everything")
        family = family_of(demo)
        victim = next(pid for pid in sorted(family) if name in command_of(pid))

        os.kill(victim, signal.SIGKILL)

        assert demo.wait(30) == 1, room.said()
        assert re.search(
            r"the (web server|worker) ended unexpectedly \(exit code -9\)", room.said()
        )
        assert "Traceback" not in room.said()
        assert nothing_is_left(room, family)


def test_its_processes_end_when_it_is_killed_itself(room):
    with room.demo() as demo:
        room.wait_until_it_says("Ctrl-C stops everything")
        family = family_of(demo)

        demo.kill()

        wait_until(lambda: not any(map(is_alive, family)), seconds=5, what="it left processes")


def test_a_taken_port_is_named(room):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with room.demo("--port", str(port)) as demo:
            assert demo.wait(START_SECONDS) == 1

    assert f"port {port} cannot be used: Address already in use" in room.said()
    assert "Traceback" not in room.said()
    assert not list(room.temporary.iterdir())


def family_of(demo):
    """Its processes, once all are there: web, worker, cluster, sentinel and what that guards."""
    return wait_until(
        lambda: len(found := descendants(demo.pid)) >= 8 and found,
        seconds=START_SECONDS,
        what="processes are missing",
    )


def command_of(pid):
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def get(url):
    with requests.Session() as session:
        session.trust_env = False
        answer = session.get(url, timeout=30)
    assert answer.ok, answer.status_code
    return answer.text


def log_in(dashboard, name, password):
    """The page that a person sees after logging in."""
    with requests.Session() as session:
        session.trust_env = False
        form = session.get(dashboard, timeout=30)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form.text)[1]
        fields = {"username": name, "password": password, "csrfmiddlewaretoken": token}
        answer = session.post(form.url, data=fields, timeout=30)
    assert answer.ok, answer.status_code
    return answer.text
