"""The demo's processes: a local Confluence, a web server, a worker; a database of their own."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from plays.demo import prepare, web
from plays.demo.portal import Portal
from plays.demo.portfolio import as_csv, portfolio
from plays.demo.seed_pages import ACTION_LOG, PLAY_DB, PROJECT_TODO, write_pages
from plays.sandbox import Sandbox
from plays.worker.child import Child
from syncadmin.settings import env

HOST = "127.0.0.1"
ZONE = "Asia/Seoul"
READY_SECONDS = 120.0
LOOK_SECONDS = 0.05
LINES_OF_LOG = 15
SEED = 43
PREPARATION = "preparation"
LOCAL = "127.0.0.1,localhost"


class PortTaken(Exception):
    """Another program listens at the port that was asked for."""


class StopRequested(Exception):
    """Somebody wants the demo to end."""


class ProcessEnded(Exception):
    """A process of the demo ended that should not have; says the last it had to say."""


class DemoProcesses:
    """Everything runs between `__enter__` and `__exit__`; then no process and no file is left.

    `stop_requests` tells how often somebody asked to stop; whatever waits here looks at it.
    """

    def __init__(self, *, port: int, folder_of_manage: Path, stop_requests: Callable[[], int]):
        self._listener = _listen(port)
        self._base = folder_of_manage
        self._stop_requests = stop_requests
        self._children: dict[str, Child] = {}
        self._exits = contextlib.ExitStack()
        self.plays = portfolio()
        self.token, self.password = secrets.token_urlsafe(24), secrets.token_urlsafe(6)
        self.url = f"http://{HOST}:{self._listener.getsockname()[1]}"
        self.portal = Portal(self.url, self.token)

    def __enter__(self) -> Self:
        with self._exits as exits:
            exits.enter_context(self._listener)
            folder = exits.enter_context(tempfile.TemporaryDirectory(prefix="syncadmin-demo-"))
            self._folder = Path(folder)
            self.sandbox = exits.enter_context(Sandbox(token=secrets.token_urlsafe(24), seed=SEED))
            exits.callback(self._stop_children)
            self._open()
            self._exits = exits.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._exits.close()

    def pause(self, seconds: float) -> None:
        """Wait. Raises `StopRequested` and `ProcessEnded`."""
        until = time.monotonic() + seconds
        while True:
            self._check()
            if time.monotonic() >= until:
                return
            time.sleep(LOOK_SECONDS)

    def _open(self) -> None:
        today = datetime.now(ZoneInfo(ZONE)).date()
        self.pages = write_pages(self.sandbox, self.plays, today=today)
        self._environment = self._describe()
        file = self._folder / "plays.csv"
        file.write_text(as_csv(self.plays, self.pages.live_docs, today=today), encoding="utf-8")
        self._run(PREPARATION, prepare.command(file, self.password))
        self._start("web server", web.command(self._listener), self._listener.fileno())
        manage = [sys.executable, str(self._base / "manage.py")]
        self._start("worker", [*manage, "worker", "--bell=1", "--lifeline={lifeline}"])
        self._wait(self.portal.is_answered)

    def _describe(self) -> dict[str, str]:
        return demo_environment(
            SECRET_KEY=secrets.token_urlsafe(50),
            DATABASE_URL=f"sqlite:///{self._folder / 'demo.sqlite3'}",
            TIME_ZONE=ZONE,
            CONFLUENCE_URL=self.sandbox.url,
            CONFLUENCE_EMAIL=self.sandbox.email,
            CONFLUENCE_API_TOKEN=self.sandbox.token,
            CONFLUENCE_SPACE_KEY=self.sandbox.space_key,
            CONFLUENCE_TODO_PAGE_ID=PROJECT_TODO,
            CONFLUENCE_PLAY_DB_PAGE_ID=PLAY_DB,
            CONFLUENCE_ACTION_LOG_PAGE_ID=ACTION_LOG,
            SYNC_RETRY_DELAY="0.5",
            EVENTS_TOKENS=self.token,
        )

    def _start(self, name: str, command: list[str], *descriptors: int) -> Child:
        with self._log_of(name).open("wb") as output:
            self._children[name] = Child(
                command,
                folder=self._base,
                environment=self._environment,
                output=output,
                descriptors=descriptors,
            )
        return self._children[name]

    def _run(self, name: str, command: list[str]) -> None:
        """Start a program and wait for it to end well."""
        child = self._start(name, command)
        self._wait(lambda: child.exit_code() == 0)
        del self._children[name]
        child.stop(grace=0)

    def _wait(self, holds: Callable[[], bool]) -> None:
        until = time.monotonic() + READY_SECONDS
        while not holds():
            self._check()
            if time.monotonic() > until:
                raise ProcessEnded(f"the demo was not ready after {READY_SECONDS:.0f} s")
            time.sleep(LOOK_SECONDS)

    def _check(self) -> None:
        if self._stop_requests():
            raise StopRequested
        for name, child in self._children.items():
            code = child.exit_code()
            if code is not None and not (name == PREPARATION and code == 0):
                raise ProcessEnded(
                    f"the {name} ended unexpectedly (exit code {code})\n{self._last_words(name)}"
                )

    def _stop_children(self) -> None:
        """The worker first, for it uses all others; a second request to stop ends it at once."""
        asked = self._stop_requests()
        for name in reversed(self._children):
            self._children[name].stop(
                grace=20, at_once=lambda: self._stop_requests() > max(1, asked)
            )

    def _log_of(self, name: str) -> Path:
        return self._folder / f"{name}.log"

    def _last_words(self, name: str) -> str:
        lines = self._log_of(name).read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-LINES_OF_LOG:])


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise PortTaken(f"port {port} cannot be used: {error.strerror}") from error
    return listener


def demo_environment(**variables: str) -> dict[str, str]:
    """This process' environment with every variable of settings at its default, then `variables`.

    Naming each one keeps a `.env` out, which fills in only what the environment lacks.
    """
    defaults = {name: _as_written(default) for name, (_type, default) in env.scheme.items()}
    proxies = dict.fromkeys(("NO_PROXY", "no_proxy"), LOCAL)
    ours = {"DJANGO_SETTINGS_MODULE": "syncadmin.settings", "PYTHONUNBUFFERED": "1"}
    return {**os.environ, **defaults, **proxies, **ours, **variables}


def _as_written(default: object) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, list):
        return ",".join(default)
    return str(default)
