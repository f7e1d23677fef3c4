"""nginx and two web processes as deploy/ has them: TLS ends in front, an upgrade is not noticed."""

import configparser
import contextlib
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import requests
from django.conf import settings

from tests.conftest import missing
from tests.processes.running import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]

DEPLOY = settings.BASE_DIR / "deploy"
START_SECONDS = 40
NAME = "sync.example.com"


class Front:
    """nginx with the example's file on free ports, and the two web processes of its unit."""

    def __init__(self, environment, folder):
        self.folder = folder
        self.https, *self.webs = free_ports(3)
        self.processes = {}
        self.environment = environment | {
            "ALLOWED_HOSTS": NAME,
            "CSRF_TRUSTED_ORIGINS": f"https://{NAME}",
            "EVENTS_TOKENS": "portal",
        }
        self.session = requests.Session()
        self.session.trust_env = False  # no other certificates than our own
        self.session.verify = str(folder / "fullchain.pem")
        self.session.headers["Host"] = NAME

    def start_web(self, port):
        unit = configparser.ConfigParser(strict=False, interpolation=None)
        unit.read(DEPLOY / "syncadmin-web@.service")
        _program, *options = shlex.split(unit["Service"]["ExecStart"].replace("%i", str(port)))
        with (self.folder / f"web-{port}.log").open("ab") as log:
            self.processes[port] = subprocess.Popen(
                [sys.executable, "-m", "waitress", *options],
                env=self.environment, cwd=settings.BASE_DIR, stdout=log, stderr=log,
            )  # fmt: skip
        wait_until(lambda: self.is_ready(port), seconds=START_SECONDS, what=self.said)

    def stop_web(self, port):
        """As systemd does by the unit's KillSignal."""
        process = self.processes.pop(port)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)

    def is_ready(self, port):
        with contextlib.suppress(requests.RequestException):
            address = f"http://127.0.0.1:{port}/readyz"
            return requests.get(address, headers={"Host": NAME}, timeout=5).ok
        return False

    def is_up(self):
        with contextlib.suppress(requests.RequestException):
            return self.get("/healthz").ok
        return False

    def start_nginx(self, program):
        site = (DEPLOY / "nginx.conf").read_text()
        for theirs, ours in {
            "listen 443 ssl": f"listen 127.0.0.1:{self.https} ssl",
            "listen 80": f"listen 127.0.0.1:{free_ports(1)[0]}",
            "127.0.0.1:8000": f"127.0.0.1:{self.webs[0]}",
            "127.0.0.1:8001": f"127.0.0.1:{self.webs[1]}",
            "/etc/ssl/syncadmin": str(self.folder),
        }.items():
            assert theirs in site
            site = site.replace(theirs, ours)
        places = "".join(
            f"{kind}_temp_path {self.folder}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        main = self.folder / "nginx.conf"
        main.write_text(
            f"daemon off; master_process off; pid {self.folder}/nginx.pid; "
            f"error_log {self.folder}/nginx.log; events {{}} "
            f"http {{ access_log off; {places} {site} }}"
        )
        make_certificate(self.folder)
        self.processes["nginx"] = subprocess.Popen(
            [program, "-c", main], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_until(self.is_up, seconds=START_SECONDS, what=self.said)

    def get(self, path):
        return self.session.get(self.address(path), timeout=20, allow_redirects=False)

    def send(self, event):
        return self.session.post(
            self.address("/api/events"), json=event,
            headers={"Authorization": "Bearer portal"}, timeout=20,
        )  # fmt: skip

    def address(self, path):
        return f"https://127.0.0.1:{self.https}{path}"

    def said(self):
        return "\n".join(each.read_text() for each in self.folder.glob("*.log"))

    def end(self):
        for process in self.processes.values():
            process.kill()
            process.wait()


def free_ports(count):
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def make_certificate(folder: Path):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1",
         "-subj", f"/CN={NAME}", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip


@pytest.fixture
def front(bench, tmp_path):
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not program:
        missing("nginx is not installed")
    made = Front(bench.environment, tmp_path)
    try:
        for port in made.webs:
            made.start_web(port)
        made.start_nginx(program)
        yield made
    finally:
        made.end()


def test_people_come_by_tls_and_do_not_notice_an_upgrade(front, bench):
    login = front.get("/login/")
    assert login.status_code == 200, front.said()
    assert "Secure" in login.headers["Set-Cookie"]
    assert login.headers["Strict-Transport-Security"]

    bad, asked, done = [], [0], threading.Event()

    def ask():
        while not done.is_set():
            asked[0] += 1
            data = {"activity_id": f"A-{asked[0]}", "play_id": bench.play.play_id, "title": "방문"}
            event = {"specversion": "1.0", "id": f"e-{asked[0]}", "source": "/portal"}
            sent = front.send({**event, "type": "activity.created", "data": data})
            seen = front.get("/login/")
            if (sent.status_code, seen.status_code) != (202, 200):
                bad.append((sent.status_code, seen.status_code))

    people = threading.Thread(target=ask)
    people.start()
    try:
        for port in front.webs:  # one after the other, as the document says
            front.stop_web(port)
            front.start_web(port)
    finally:
        done.set()
        people.join()

    assert bad == [], front.said()
    assert asked[0] > 10
