"""The team's own pages, met as they are: commands in front, Confluence over HTTP behind."""

from __future__ import annotations

import io
import itertools
import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from plays.models import PageMapping, Play, SyncJob
from plays.storage import table_texts
from plays.sync.mappings.assign import assign
from tests.cases.pages import D01, D02, D07, S01, SP05

_numbers = itertools.count(1)
PLAYS = (D01, D02, D07, S01, SP05)


@dataclass
class Team:
    """A team with its Plays; pages come when a test gives them."""

    sandbox: Any
    folder: Any

    def page(self, part: str, body: str, play: str = "") -> str:
        """A page of the team's that plays a part."""
        page_id: str = self.sandbox.add_page(f"{part} {play} {next(_numbers)}", body)
        mapping = PageMapping.objects.get_or_create(
            part=part, play=Play.objects.get(play_id=play) if play else None
        )[0]
        assign(mapping, page_id)
        return page_id

    def body(self, page_id: str) -> str:
        text: str = self.sandbox.body(page_id)
        return text

    def tables(self, page_id: str) -> list[list[tuple[str, ...]]]:
        return table_texts(self.body(page_id))

    def row(self, page_id: str, key: str, column: int = 0) -> tuple[str, ...]:
        """The one row whose cell in `column` says `key`."""
        rows = [row for rows in self.tables(page_id) for row in rows if row[column] == key]
        assert len(rows) == 1, rows
        return rows[0]

    def file(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def ingest(self, *events: dict[str, Any]) -> None:
        """Events of this moment, and everything that is due is written."""
        now = timezone.now().isoformat()
        lines = [json.dumps(event | {"time": now}, ensure_ascii=False) for event in events]
        assert run("ingest", self.file("events.jsonl", "\n".join(lines)))[0] == 0
        self.drain()

    def drain(self) -> int:
        return run("drain", "--now")[0]

    def weekly(self) -> int:
        return run("weekly_sync")[0]

    def failed(self) -> list[str]:
        return sorted(set(SyncJob.objects.failed().values_list("last_error", flat=True)))


def run(*arguments: str) -> tuple[int, str]:
    """A command's exit code and what it said."""
    out = io.StringIO()
    try:
        call_command(*arguments, stdout=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def team(db, confluence_settings, sandbox, tmp_path):
    confluence_settings.SYNC_RETRY_DELAY = 0.0
    confluence_settings.CONFLUENCE_TIMEOUT = 2.0
    made = Team(sandbox=sandbox, folder=tmp_path)
    channels = {D01: "데스크", D02: "데스크", D07: "데스크", S01: "자사활동", SP05: "영업/PM"}
    lines = [
        {"id": play, "name": play, "channel": channel, "act_goal": 12, "sig_goal": 24}
        | {"brf_goal": 4, "s2_goal": 2}
        for play, channel in channels.items()
    ]
    plays = made.file("plays.json", json.dumps(lines, ensure_ascii=False))
    assert run("import_plays", plays, "--yes")[0] == 0
    for part in ("play_db", "action_log", "project_todo"):
        made.page(part, "<p>x</p>")
    for play in PLAYS:
        made.page("live_doc", "<p>x</p>", play=play)
    return made
