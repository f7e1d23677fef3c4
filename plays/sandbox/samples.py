"""Pages to begin with: a Project TODO, a Play DB, an Action Log and one Play's ToDo list."""

from __future__ import annotations

from dataclasses import dataclass

from plays.sandbox.colleague import save_in_browser
from plays.sandbox.sandbox import Sandbox

PROJECT_TODO_ID, PLAY_DB_ID = "720932", "720899"
ACTION_LOG_ID, PLAY_TODO_ID = "786433", "753719"

_PLAY_DB_COLUMNS = (
    "play_id", "name", "owner", "status", "activity_qtd", "signal_qtd", "brief_qtd", "s2_qtd",
    "s3_qtd", "next_action", "due_date", "notes", "last_updated",
)  # fmt: skip
_PLAYS = (
    ("EXT_Desk_D01", "세미나 파이프라인", "김철수"),
    ("EXT_Desk_D02", "산업 리포트 모니터링", "이영희"),
    ("KT_AI_P01", "내부 AI 과제 발굴", "박민수"),
)
_ACTION_LOG_COLUMNS = (
    "log_id", "play_id", "action_type", "title", "url", "actor", "created_at",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Samples:
    """The ids of the sample pages."""

    project_todo: str
    play_db: str
    action_log: str
    play_todo: str


def add_samples(sandbox: Sandbox) -> Samples:
    """Add the sample pages, as somebody wrote them in the browser, and return their ids."""
    pages = (
        ("Project TODO", PROJECT_TODO_ID, None, _project_todo()),
        ("Play DB", PLAY_DB_ID, None, _play_db()),
        ("Action Log", ACTION_LOG_ID, None, _action_log()),
        ("EXT_Desk_D01 ToDo List", PLAY_TODO_ID, PROJECT_TODO_ID, _play_todo()),
    )
    for title, page_id, parent_id, body in pages:
        sandbox.add_page(title, page_id=page_id, parent_id=parent_id, by="김철수")
        save_in_browser(sandbox.store, page_id, body, by="김철수")
    return Samples(
        project_todo=PROJECT_TODO_ID,
        play_db=PLAY_DB_ID,
        action_log=ACTION_LOG_ID,
        play_todo=PLAY_TODO_ID,
    )


def _project_todo() -> str:
    return (
        "<p>스프린트 단위 진행현황입니다. Play별 세부 작업은 하위 페이지에 있습니다.</p>"
        "<h2>이번 스프린트</h2>"
        "<ul><li>콜센터 세미나 후속 미팅</li><li>2분기 후보 Play 검토</li></ul>"
        "<h2>Play별 ToDo</h2>"
        '<ul><li><ac:link><ri:page ri:content-title="EXT_Desk_D01 ToDo List" /></ac:link></li></ul>'
    )


def _play_db() -> str:
    filled = len(_PLAYS[0])
    empty = [""] * (len(_PLAY_DB_COLUMNS) - filled)
    rows = [[*play, *empty] for play in _PLAYS]
    return (
        '<ac:structured-macro ac:name="info"><ac:rich-text-body><p>숫자와 상태는 자동으로 '
        "갱신됩니다. 이름, 담당자, 다음 액션, 비고는 직접 고쳐 주세요.</p></ac:rich-text-body>"
        "</ac:structured-macro>" + _table(_PLAY_DB_COLUMNS, rows)
    )


def _action_log() -> str:
    return "<p>모든 Play의 작업 이력입니다.</p>" + _table(_ACTION_LOG_COLUMNS, [])


def _play_todo() -> str:
    tasks = (
        ("세미나 주제 확정", "complete"),
        ("참석자 명단 정리", "incomplete"),
        ("후속 미팅 일정 잡기", "incomplete"),
    )
    items = "".join(
        f"<ac:task><ac:task-status>{status}</ac:task-status>"
        f"<ac:task-body>{text}</ac:task-body></ac:task>"
        for text, status in tasks
    )
    return f"<h2>세부 작업</h2><ac:task-list>{items}</ac:task-list>"


def _table(columns: tuple[str, ...], rows: list[list[str]]) -> str:
    head = "".join(f"<th>{column}</th>" for column in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" if cell else "<td />" for cell in row) + "</tr>"
        for row in rows
    )
    return f"<table><tbody><tr>{head}</tr>{body}</tbody></table>"
