"""A storm for tests: a thousand events, faults, colleagues who save, workers that are killed."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from tests.events import activity, brief, pilot, scored, validation
from tests.events import signal as signal_event

MANAGE = Path(__file__).resolve().parents[2] / "manage.py"


def make_events(play_ids: list[str], count: int, *, seed: int = 7) -> list[dict]:
    """`count` events of all six types, in chains that refer to one another."""
    dice = random.Random(seed)
    events: list[dict] = []
    chain = 0
    while len(events) < count:
        chain += 1
        play = play_ids[chain % len(play_ids)]
        events += [
            activity(play, title=f"세미나 {chain} <b>&amp;"),
            signal_event(play, signal_id=f"S{chain}"),
            scored(f"S{chain}"),
            brief(signal_id=f"S{chain}", brief_id=f"B{chain}"),
            validation(brief_id=f"B{chain}", decision=dice.choice(["GO", "PIVOT", "NO_GO"])),
            pilot(brief_id=f"B{chain}"),
        ]
    return events[:count]


class Colleagues:
    """People who keep saving pages in the browser; every sentence they write is remembered."""

    def __init__(self, sandbox, pages: list[str], *, pause: float = 0.05, seed: int = 3) -> None:
        self.sandbox, self.pages, self.pause = sandbox, pages, pause
        self.said: list[tuple[str, str]] = []
        self._dice = random.Random(seed)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> Colleagues:
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._stop.set()
        self._thread.join()

    def lost(self) -> list[tuple[str, str]]:
        """What was said and stands on its page no more."""
        return [(page, words) for page, words in self.said if words not in self.sandbox.body(page)]

    def _work(self) -> None:
        while not self._stop.wait(self.pause):
            page, words = self._dice.choice(self.pages), f"동료 메모 {len(self.said)}번."
            above = self._dice.random() < 0.5
            self.sandbox.edit_with(page, partial(_add, text=f"<p>{words}</p>", above=above))
            self.said.append((page, words))


def _add(body: str, *, text: str, above: bool) -> str:
    return text + body if above else body + text


def environment(sandbox, database_url: str) -> dict[str, str]:
    """What a process needs to write to the sandbox from the test's database."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "syncadmin.settings",
        "SECRET_KEY": "tests-only",
        "DATABASE_URL": database_url,
        "CONFLUENCE_URL": sandbox.url,
        "CONFLUENCE_DEPLOYMENT": sandbox.deployment,
        "CONFLUENCE_EMAIL": "demo@example.com",
        "CONFLUENCE_API_TOKEN": "sandbox-token",
        "CONFLUENCE_SPACE_KEY": "AX",
        "CONFLUENCE_TIMEOUT": "3",
        "SYNC_RETRY_DELAY": "0.05",
        "ALLOWED_HOSTS": "localhost",
    }


def drain_killed(
    sandbox, env: dict[str, str], *, meanwhile: Iterable[Callable], seed: int = 5
) -> int:
    """For each of `meanwhile`: do it while `drain` works, and kill that within a second.

    Returns how many were killed at work.
    """
    dice = random.Random(seed)
    died = 0
    for something in meanwhile:
        calls = len(sandbox.calls)
        process = start(env, "drain", "--wait", "--now")
        something()
        deadline = time.monotonic() + 20
        while len(sandbox.calls) == calls and process.poll() is None:
            assert time.monotonic() < deadline, "drain did not begin to work"
            time.sleep(0.01)
        time.sleep(dice.random())
        died += process.poll() is None
        process.kill()
        process.wait()
    return died


def start(env: dict[str, str], *command: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, str(MANAGE), *command],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
