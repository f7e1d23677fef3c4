"""The web as README starts it: who falls silent or sends too much keeps nobody waiting."""

import contextlib
import re
import shlex
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.environment import product_environment
from tests.readme import section

pytestmark = pytest.mark.processes
HALF = b"POST /api/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{"


@pytest.fixture
def web(tmp_path):
    """The port of README's own command."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line = re.search(r"`\.venv/bin/(waitress-serve [^`]*)`", "\n".join(section("Use it for real")))[
        1
    ]
    program, *options = shlex.split(line.replace("127.0.0.1:8000", f"127.0.0.1:{port}"))
    environment = product_environment(DATABASE_URL=f"sqlite:///{tmp_path / 'db.sqlite3'}")
    process = subprocess.Popen(
        [Path(sys.executable).with_name(program), *options],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        for said in process.stdout:
            if "Serving on" in said:
                break
        yield port
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_half_sent_and_endless_bodies_keep_nobody_waiting(web):
    with contextlib.ExitStack() as open_ones:
        for _ in range(300):
            one = open_ones.enter_context(socket.create_connection(("127.0.0.1", web), timeout=30))
            one.sendall(HALF)
        answer = requests.get(f"http://127.0.0.1:{web}/healthz", timeout=30)
        sent, refusal = send_without_end(web)

    assert answer.json() == {"status": "ok"}
    assert refusal.startswith(b"HTTP/1.1 413")
    assert sent < 60 * 1024 * 1024


def send_without_end(port):
    """A chunked body until the server has had enough: how much it let us send, what it said."""
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(
            b"POST /login/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        sent = 0
        with contextlib.suppress(ConnectionError):
            while sent < 100 * 1024 * 1024:
                line.sendall(chunk)
                sent += len(chunk)
        return sent, line.recv(100)
