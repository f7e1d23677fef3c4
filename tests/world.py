"""A small company for tests: pages in the sandbox, Plays that are mapped to them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from plays.models import Action, LogVolume, PageMapping, Play
from plays.rules.pages import ACTION_LOG, PLAY_DB
from plays.storage import read_entries, read_rows
from plays.sync.mappings.assign import assign
from tests.factories import make_play

PEOPLE_TABLE = (
    "<h1>Play DB</h1><p>매주 금요일에 갱신합니다.</p>"
    '<table data-layout="wide"><tbody><tr><th><p>Play ID</p></th><th><p>이름</p></th>'
    "<th><p>Status</p></th><th><p>Activity QTD</p></th><th><p>Signal QTD</p></th>"
    "<th><p>Brief QTD</p></th><th><p>S2 QTD</p></th><th><p>S3 QTD</p></th>"
    "<th><p>Last Updated</p></th><th><p>메모</p></th></tr></tbody></table><p>끝</p>"
)
LIVE_DOC = (
    "<h2>개요</h2><p>목표와 가설.</p><h2>활동 로그</h2><p>아래에 쌓입니다.</p><h2>메모</h2><p>…</p>"
)


@dataclass
class World:
    """The sandbox's pages by their part, and the Plays by their id."""

    sandbox: object
    action_log: str
    play_db: str
    project_todo: str
    live_docs: dict[str, str] = field(default_factory=dict)

    def add_play(self, play_id: str, *, mapped: bool = True, **changes) -> Play:
        play = make_play(play_id=play_id, **changes)
        mapping = PageMapping.objects.of_play(play, "live_doc")
        if mapped:
            self.live_docs[play_id] = self.sandbox.add_page(f"{play_id} Live", LIVE_DOC)
            assign(mapping, self.live_docs[play_id])
        return play

    def log_ids(self) -> list[str]:
        """The log ids of the Action Log's rows, in the order of its pages and of each page."""
        volumes = LogVolume.objects.order_by("number").values_list("page__page_id", flat=True)
        bodies = [self.sandbox.body(page) for page in volumes or [self.action_log]]
        return [row.cells["log_id"] for body in bodies for row in read_rows(body, ACTION_LOG)]

    def play_rows(self) -> dict[str, dict[str, str]]:
        rows = read_rows(self.sandbox.body(self.play_db), PLAY_DB)
        assert len({row.cells["play_id"] for row in rows}) == len(rows)
        return {row.cells["play_id"]: row.cells for row in rows}

    def entries(self, play_id: str) -> list[str]:
        """The log ids that stand as entries in a Play's live doc, doubles included."""
        body = self.sandbox.body(self.live_docs[play_id])
        found = re.findall(r"<code[^>]*>\s*(LOG-\d+-\d+)\s*</code>", body)
        assert found == [entry.key for entry in read_entries(body, re.compile(r"LOG-\d+-\d+"))]
        return found

    def assert_every_action_is_on_its_pages_once(self) -> None:
        logged = [
            a for a in Action.objects.all() if a.action_type in ("Activity", "Signal", "Brief")
        ]
        assert sorted(self.log_ids()) == sorted(a.log_id for a in logged)
        for play_id in self.live_docs:
            done = Action.objects.filter(play__play_id=play_id).values_list("log_id", flat=True)
            assert sorted(self.entries(play_id)) == sorted(done)


def make_world(sandbox) -> World:
    world = World(
        sandbox=sandbox,
        action_log=sandbox.add_page("Action Log", "<p>작업 이력</p>"),
        play_db=sandbox.add_page("Play DB", PEOPLE_TABLE),
        project_todo=sandbox.add_page("Project TODO", "<p>스프린트</p>"),
    )
    for part in ("action_log", "play_db", "project_todo"):
        assign(PageMapping.objects.shared(part), getattr(world, part))
    return world
