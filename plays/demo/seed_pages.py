"""The demo's Confluence before the first event: pages as people write them, in four manners."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from html import escape

from plays.demo.live_docs import MANNERS
from plays.demo.portfolio import DemoPlay
from plays.sandbox import Sandbox

# The ids that the team's own handbook names.
PROJECT_TODO, PLAY_DB, ACTION_LOG = "720932", "720899", "786433"
FIRST_TODO = "753719"
PLAYS_IN_TABLE = 36  # the rows of the others are made when they are first due

HEADINGS_OF_PLAY_DB = (
    "Play ID", "Play 이름", "담당", "Status", "Activity QTD", "Signal QTD", "Brief QTD",
    "S2 QTD", "S3 QTD", "다음 액션", "마감일", "비고", "Last Updated",
)  # fmt: skip
HEADINGS_OF_ACTION_LOG = ("Log ID", "Play ID", "유형", "제목", "링크", "담당자", "일시", "비고")
REMARKS = ("", "경영회의 보고 대상", "", "예산 협의 중", "", "", "분기 말 재평가")


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
    shared: tuple[tuple[str, str, Callable[[], str]], ...] = (
        ("Play DB", PLAY_DB, lambda: _play_db(plays, today)),
        ("Action Log", ACTION_LOG, lambda: _action_log(plays, today)),
        ("Project TODO", PROJECT_TODO, lambda: _project_todo(plays)),
    )
    for title, page_id, body in shared:
        sandbox.add_page(title, body(), page_id=page_id, by=by)
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


def _play_db(plays: list[DemoPlay], today: date) -> str:
    rows = "".join(_play_row(play, today) for play in plays[:PLAYS_IN_TABLE])
    return (
        "<p>분기 현황표입니다. <strong>다음 액션·마감일·비고</strong>는 담당자가 직접 씁니다.</p>"
        f"{_panel('info', '숫자와 Status는 자동으로 갱신됩니다.')}"
        '<table data-table-width="1400" data-layout="full-width"><colgroup>'
        f"{'<col />' * len(HEADINGS_OF_PLAY_DB)}</colgroup><tbody>"
        f"{_heading_row(HEADINGS_OF_PLAY_DB)}{rows}</tbody></table>"
        "<h2>읽는 법</h2><ul><li><p>G·Y·R은 분기 목표 대비 진도입니다.</p></li>"
        "<li><p>QTD는 이번 분기 누계입니다.</p></li></ul>"
    )


def _play_row(play: DemoPlay, today: date) -> str:
    due = play.due_date(today)
    remark = REMARKS[play.number % len(REMARKS)]
    return _row(
        f"<p><strong>{play.play_id}</strong></p>" if play.number % 9 == 0 else _p(play.play_id),
        _p(play.name),
        _p(play.owner),
        f"<p>{_status('Y', 'Yellow')}</p>",
        *[_p("0")] * 5,
        _p(play.next_action),
        f'<p><time datetime="{due}" /></p>' if due else "<p />",
        f"<p><em>{remark}</em></p>" if remark else "<p />",
        "<p />",
    )


def _action_log(plays: list[DemoPlay], today: date) -> str:
    """With rows that people typed in the years before the log kept itself."""
    year = today.year - 2
    typed = (
        (f"LOG-{year}-00017", plays[0], "Activity", "킥오프 워크숍", f"{year}-11-03 10:00", "수기"),
        (f"LOG-{year}-00018", plays[18], "Signal", "후처리 시간 단축", f"{year}-11-04 10:00", ""),
    )
    rows = "".join(
        _row(
            _p(log_id),
            _p(play.play_id),
            _p(kind),
            _p(title),
            "<p />",
            _p(play.owner),
            *map(_p, rest),
        )
        for log_id, play, kind, title, *rest in typed
    )
    return (
        f"{_panel('note', '비고 칸은 자유롭게 쓰세요. 행은 자동으로 추가됩니다.')}"
        '<table data-layout="default"><tbody>'
        f"{_heading_row(HEADINGS_OF_ACTION_LOG)}{rows}</tbody></table>"
    )


def _project_todo(plays: list[DemoPlay]) -> str:
    title = escape(f"{plays[0].play_id} ToDo List")
    return (
        "<h2>이번 스프린트</h2>"
        + _tasks("P1 Play 주간 점검", "분기 중간 보고 준비", "보류 시그널 재평가")
        + "<h2>Play별 ToDo</h2><ul><li><p><ac:link>"
        + f'<ri:page ri:content-title="{title}" /></ac:link></p></li></ul>'
    )


def _heading_row(headings: tuple[str, ...]) -> str:
    cells = (f"<th><p><strong>{heading}</strong></p></th>" for heading in headings)
    return f"<tr>{''.join(cells)}</tr>"


def _row(*cells: str) -> str:
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _tasks(*texts: str) -> str:
    tasks = "".join(
        f"<ac:task><ac:task-id>{number}</ac:task-id><ac:task-status>incomplete</ac:task-status>"
        f"<ac:task-body><span>{text}</span></ac:task-body></ac:task>"
        for number, text in enumerate(texts, 1)
    )
    return f"<ac:task-list>{tasks}</ac:task-list>"


def _panel(name: str, text: str) -> str:
    return (
        f'<ac:structured-macro ac:name="{name}" ac:schema-version="1"><ac:rich-text-body>'
        f"<p>{text}</p></ac:rich-text-body></ac:structured-macro>"
    )


def _status(title: str, colour: str) -> str:
    return (
        '<ac:structured-macro ac:name="status" ac:schema-version="1">'
        f'<ac:parameter ac:name="title">{title}</ac:parameter>'
        f'<ac:parameter ac:name="colour">{colour}</ac:parameter></ac:structured-macro>'
    )


def _p(text: str) -> str:
    return f"<p>{escape(text, quote=False)}</p>" if text else "<p />"
