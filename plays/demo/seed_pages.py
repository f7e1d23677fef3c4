"""The demo's Confluence before the first event: pages as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from html import escape

from plays.demo.live_docs import MANNERS
from plays.demo.portfolio import DemoPlay
from plays.demo.team_tables import action_log, play_db
from plays.sandbox import Sandbox

# The ids that the team's own handbook names.
PROJECT_TODO, PLAY_DB, ACTION_LOG = "720932", "720899", "786433"
FIRST_TODO = "753719"


@dataclass(frozen=True, kw_only=True)
class Pages:
    """The ids of the pages: the shared ones, and each Play's live doc."""

    live_docs: Mapping[str, str] = field(default_factory=dict)

    @property
    def all(self) -> list[str]:
        return [PROJECT_TODO, PLAY_DB, ACTION_LOG, *self.live_docs.values()]


def write_pages(sandbox: Sandbox, plays: list[DemoPlay], *, today: date) -> Pages:
    """Fill an empty space; every page was last saved by a person."""
    by = plays[0].owner
    for title, page_id, body in (
        ("Play DB", PLAY_DB, play_db(plays, today)),
        ("Action Log", ACTION_LOG, action_log(plays, today)),
        ("Project TODO", PROJECT_TODO, _project_todo(plays)),
    ):
        sandbox.add_page(title, body, page_id=page_id, by=by)
    first = plays[0]
    sandbox.add_page(
        f"{first.play_id} ToDo List",
        _tasks("연사 섭외", "참가자 명단 정리", "후속 미팅 일정"),
        parent_id=PROJECT_TODO,
        page_id=FIRST_TODO,
        by=by,
    )
    folder = sandbox.add_page("Plays", "<p>Play마다 라이브 문서가 하나씩 있습니다.</p>", by=by)
    return Pages(live_docs={play.play_id: _live_doc(sandbox, play, folder) for play in plays})


def _live_doc(sandbox: Sandbox, play: DemoPlay, folder: str) -> str:
    body = MANNERS[play.number % len(MANNERS)](play)
    title = f"{play.play_id} · {play.name}"
    return sandbox.add_page(title, body, parent_id=folder, subtype="live", by=play.owner)


def _project_todo(plays: list[DemoPlay]) -> str:
    title = escape(f"{plays[0].play_id} ToDo List")
    return (
        "<h2>이번 스프린트</h2>"
        + _tasks("P1 Play 주간 점검", "분기 중간 보고 준비", "보류 시그널 재평가")
        + "<h2>Play별 ToDo</h2><ul><li><p><ac:link>"
        + f'<ri:page ri:content-title="{title}" /></ac:link></p></li></ul>'
    )


def _tasks(*texts: str) -> str:
    tasks = "".join(
        f"<ac:task><ac:task-id>{number}</ac:task-id><ac:task-status>incomplete</ac:task-status>"
        f"<ac:task-body><span>{text}</span></ac:task-body></ac:task>"
        for number, text in enumerate(texts, 1)
    )
    return f"<ac:task-list>{tasks}</ac:task-list>"
