"""A worker that dies is told of by the web process: on every screen, by mail and by webhook."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from email import message_from_string
from email.header import decode_header, make_header
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from standardwebhooks import Webhook

from tests.factories import make_user
from tests.processes.bench import START_SECONDS
from tests.processes.running import descendants, wait_until

pytestmark = pytest.mark.processes

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def receiver():
    """Somebody's webhook: what it was sent, each with its signature checked."""
    got = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append(
                Webhook(SECRET).verify(body, {k.lower(): v for k, v in self.headers.items()})
            )
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.got = got
    yield server
    server.shutdown()
    server.server_close()


@contextlib.contextmanager
def web(environment, log):
    """A web process as it is deployed; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "waitress", f"--listen=127.0.0.1:{port}"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "syncadmin.wsgi:application"], env=environment, stdout=output, stderr=output
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until(lambda: answers(address), seconds=START_SECONDS, what=log.read_text)
        yield address
    finally:
        process.kill()
        process.wait()


def answers(address):
    with contextlib.suppress(requests.ConnectionError):
        return requests.get(f"{address}/readyz", timeout=5).ok
    return False


def mails(folder):
    """Subjects and texts, the oldest first."""
    found = []
    for path in sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns):
        for part in path.read_text().split("-" * 79):
            if part.strip():
                mail = message_from_string(part.strip())
                subject = str(make_header(decode_header(mail["Subject"])))
                found.append((subject, mail.get_payload(decode=True).decode()))
    return found


def test_a_dead_worker_is_told_of_on_every_screen_by_mail_and_by_webhook(bench, receiver, tmp_path):
    folder = tmp_path / "mails"
    folder.mkdir()
    bench.environment |= {
        "DJANGO_SETTINGS_MODULE": "tests.processes.quick_settings",
        "PYTHONPATH": str(settings.BASE_DIR),
        "LANGUAGE_CODE": "en",
        "PUBLIC_URL": "https://sync.example.com",
        "ALERT_EMAILS": "ops@example.com, lead@example.com",
        "ALERT_WEBHOOKS": f"generic+http://127.0.0.1:{receiver.server_port}/secret-path",
        "ALERT_WEBHOOK_SECRET": SECRET,
        "EMAIL_URL": f"filemail:///{folder}",
    }
    client = Client()
    client.force_login(make_user("PM"))
    cookie = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
    assert Session.objects.exists()

    def screen(address, path="/"):
        headers = {"Accept-Language": "en"}
        return requests.get(address + path, cookies=cookie, headers=headers, timeout=20).text

    with contextlib.ExitStack() as worker_and_web:
        worker = worker_and_web.enter_context(bench.worker())
        bench.wait_until_written(bench.send_event())
        address = worker_and_web.enter_context(web(bench.environment, tmp_path / "web.log"))
        assert "No worker is at work" not in screen(address)
        assert receiver.got == []

        for pid in (worker.pid, *descendants(worker.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

        wait_until(
            lambda: receiver.got and mails(folder),
            seconds=40,
            what=lambda: f"{receiver.got} {mails(folder)} {(tmp_path / 'web.log').read_text()}",
        )
        for path in ("/", "/plays/", "/jobs/", "/status/"):
            text = screen(address, path)
            assert "No worker is at work: nothing is written to Confluence." in text
        (told,) = receiver.got
        assert (told["type"], told["level"]) == ("alert", "critical")
        assert told["items"][0]["url"] == "https://sync.example.com/status/"
        ((subject, text),) = mails(folder)
        assert "No worker is at work" in subject
        assert "Start manage.py worker" in text

        with bench.worker():
            wait_until(lambda: len(receiver.got) == 2, seconds=START_SECONDS, what="not healed")
            wait_until(lambda: len(mails(folder)) == 2, seconds=10, what="no second mail")
            assert "No worker is at work" not in screen(address)
        assert receiver.got[1]["level"] == "ok"
        assert "Well again after" in mails(folder)[1][0]
        assert "secret-path" not in json.dumps([(tmp_path / "web.log").read_text(), bench.said()])
