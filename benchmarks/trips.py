"""What one act runs through: the trips of `house.py`, made in a checkout of any age.

    python benchmarks/trips.py DIR

prints JSON: for each trip its files, functions, calls, moves between files, how many of those moves
are different ones, and the deepest stack. The sandbox is left out, and caches are warm.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any


class Trip:
    """Calls of the product's own functions while it is open; the sandbox is left out."""

    def __init__(self, root: Path) -> None:
        self._root = str(root / "plays") + os.sep
        self._left_out = str(root / "plays" / "sandbox") + os.sep
        self._last, self._depth = ("", ""), 0
        self.moves = self.calls = self.deepest = 0
        self.files: set[str] = set()
        self.functions: set[tuple[str, str]] = set()
        self.ways: set[tuple[tuple[str, str], tuple[str, str]]] = set()

    def __enter__(self) -> Trip:
        sys.setprofile(self._saw)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def figures(self) -> dict[str, int]:
        return {
            "files": len(self.files),
            "functions": len(self.functions),
            "calls": self.calls,
            "moves": self.moves,
            "ways": len(self.ways),
            "deepest": self.deepest,
        }

    def _saw(self, frame: Any, event: str, _: object) -> None:
        code = frame.f_code
        file = code.co_filename
        if event not in ("call", "return") or not file.startswith(self._root):
            return
        if file.startswith(self._left_out):
            return
        if event == "return":
            self._depth -= 1
            return
        self._depth += 1
        self.deepest = max(self.deepest, self._depth)
        here = (file, code.co_qualname)
        self.calls += 1
        self.files.add(file)
        self.functions.add(here)
        if file != self._last[0]:
            self.moves += 1
            self.ways.add((self._last, here))
        self._last = here


def make_trips(root: Path) -> dict[str, dict[str, int]]:
    """Run each act after the same act on other rows, so that caches are warm."""
    with tempfile.TemporaryDirectory() as folder:
        _configure(root, Path(folder))
        from plays.sandbox import Sandbox

        with Sandbox(email="demo@example.com", token="sandbox-token", space_key="AX") as sandbox:
            return _acts(root, sandbox)


def _configure(root: Path, folder: Path) -> None:
    sys.path.insert(0, str(root))
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import logging

    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    settings.DATABASES["default"]["NAME"] = str(folder / "trips.sqlite3")
    django.setup()
    setup_test_environment()
    logging.disable(logging.CRITICAL)
    call_command("migrate", verbosity=0)


def _acts(root: Path, sandbox: Any) -> dict[str, dict[str, int]]:
    desk = Desk(sandbox)
    figures: dict[str, dict[str, int]] = {}

    def go(name: str, act: Callable[[], object]) -> None:
        trip = Trip(root)
        with trip:
            act()
        figures[name] = trip.figures()

    desk.warm_up()
    go("one event posted", desk.post_event)
    desk.post_event()
    go("the Action Log written, 2 rows, table new", lambda: desk.write("action_log"))
    go("a live doc written", lambda: desk.write("live_doc"))
    desk.fail_a_job()
    go("one retry clicked", desk.retry)
    go("a page looked up live, the first time", desk.look_up)
    go("a mapping saved", desk.save_mapping)
    go("the dashboard", desk.dashboard)
    return figures


class Desk:
    """A company with two Plays, and the acts of its people; knows only addresses and tasks."""

    def __init__(self, sandbox: Any) -> None:
        from django.conf import settings
        from django.contrib.auth.models import User
        from django.test import Client

        settings.CONFLUENCE_URL, settings.CONFLUENCE_EMAIL = sandbox.url, sandbox.email
        settings.CONFLUENCE_API_TOKEN, settings.CONFLUENCE_SPACE_KEY = sandbox.token, "AX"
        settings.EVENTS_TOKENS = ["token"]
        from tests.factories import make_user
        from tests.world import LIVE_DOC, make_world

        self.world = make_world(sandbox)
        self.plays = [self.world.add_play(f"EXT_{number}") for number in range(2)]
        self.page = sandbox.add_page("EXT_1 moved", LIVE_DOC)
        self.client, self.sent = Client(), 0
        self.client.force_login(User.objects.get(pk=make_user("Admin", username="admin").pk))

    def warm_up(self) -> None:
        """Every act once, on the first Play and on a log page of its own."""
        self.post_event(play=0)
        self.write("live_doc", play=0)
        self.write("action_log")
        self.fail_a_job(play=0)
        self.retry()
        self.dashboard()
        self.world.sandbox.edit(self.world.action_log, "<p>작업 이력</p>")
        self._forget_the_log()

    def post_event(self, play: int = 1) -> None:
        self.sent += 1
        data = {"activity_id": f"A-{self.sent}", "play_id": f"EXT_{play}", "title": "세미나"}
        event = {"specversion": "1.0", "id": str(self.sent), "source": "/trips",
                 "type": "activity.created", "data": data}  # fmt: skip
        answer = self.client.post("/api/events", json.dumps(event), "application/json",
                                  headers={"Authorization": "Bearer token"})  # fmt: skip
        assert answer.status_code == 202, answer.content

    def write(self, part: str, play: int = 1) -> None:
        from plays.tasks import write_page

        write_page(self._mapping(part, play).page_id)

    def fail_a_job(self, play: int = 1) -> None:
        """A job of the live doc that waits for a person; another page than the last written."""
        from plays.models import SyncJob

        mapping = self._mapping("live_doc", play)
        self.job = SyncJob.objects.filter(mapping=mapping).latest("pk")
        values = {"state": "failed", "last_error": "PageNotFound", "last_message": "gone"}
        for name, value in values.items():
            setattr(self.job, name, value)
        self.job.save()

    def retry(self) -> None:
        self._found(self.client.post(f"/jobs/{self.job.pk}/retry/"))

    def look_up(self) -> None:
        self._found(self.client.get("/mappings/live_doc/EXT_1/", {"page": self.page}))

    def save_mapping(self) -> None:
        expected = self._mapping("live_doc", 1).page.page_id
        fields = {"do": "save", "page": self.page, "expected": expected, "reason": "moved"}
        self._found(self.client.post("/mappings/live_doc/EXT_1/", fields))
        assert self._mapping("live_doc", 1).page.page_id == self.page, "the mapping was not saved"

    def dashboard(self) -> None:
        self._found(self.client.get("/"))

    def _mapping(self, part: str, play: int) -> Any:
        from plays.models import PageMapping

        if part == "live_doc":
            return PageMapping.objects.select_related("page").get(part=part, play=self.plays[play])
        return PageMapping.objects.select_related("page").get(part=part)

    def _forget_the_log(self) -> None:
        """As if the Action Log had never been written: its next write makes the table."""
        from plays.models import Page

        Page.objects.filter(page_id=self.world.action_log).update(written_at=None)

    @staticmethod
    def _found(answer: Any) -> None:
        assert answer.status_code in (200, 302), (answer.status_code, answer.content[:500])


if __name__ == "__main__":
    print(json.dumps(make_trips(Path(sys.argv[1]).resolve())))
