"""The team's own Play DB and Action Log, kept by a script and by people before the product came.

Neither has the shape that the product itself would give a page: it has to recognise them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple
from datetime import date
from html import escape

from plays.demo.portfolio import DemoPlay

# Each channel has a table of its own, under this name.
CHANNELS = {
    "Desk": "데스크",
    "Net": "네트워크",
    "Lab": "실험실",
    "Data": "데이터",
    "Sales": "영업/PM",
}
PLAYS_IN_TABLES = 36  # the rows of the others are made when they are first due

# Headings, and widths in pixels. There is no column for S3 and none for the last update.
PLAY_DB_COLUMNS = {
    "Play ID": 230, "Play 이름": 190, "원천": 50, "담당": 80, "주기": 50, "P": 40, "Act": 50,
    "Sig": 50, "Brf": 50, "S2": 50, "RAG": 45, "Next Action": 220, "마감일": 100,
}  # fmt: skip
# There is no column for the address.
ACTION_LOG_COLUMNS = {
    "일자": 105, "로그 번호": 180, "Play": 230, "구분": 80, "내용": 310, "담당": 80, "비고": 115,
}  # fmt: skip


def play_db(plays: Sequence[DemoPlay], today: date) -> str:
    """One table per channel, as a script prints them: no tbody, no paragraphs in the cells."""
    tables = "".join(
        _channel(name, [play for play in plays[:PLAYS_IN_TABLES] if play.channel == channel], today)
        for channel, name in CHANNELS.items()
    )
    return (
        f"<h2>Play 진행 현황</h2><p>채널마다 표가 하나씩, Play는 모두 {len(plays)}개입니다. "
        "<strong>Next Action</strong>과 <strong>마감일</strong>은 담당자가 직접 씁니다.</p>"
        f"{tables}<hr/><h4>범례</h4><ul>"
        "<li><strong>Act/Sig/Brf/S2</strong>: 이번 분기 실적/목표</li>"
        "<li><strong>RAG</strong>: 🟢 순항 / 🟡 주의 / 🔴 지연</li></ul>"
    )


def action_log(plays: Sequence[DemoPlay], today: date) -> str:
    """The newest row on top; with rows that people typed, without a number, before it had any."""
    year = today.year - 2
    typed = (
        (f"{year}.11.04", plays[18], "시그널", "후처리 시간 단축", ""),
        (f"{year}.11.03", plays[0], "활동", "킥오프 워크숍", "수기"),
    )
    rows = "".join(
        _row("td", *map(_p, (day, "", play.play_id, kind, title, play.owner, note)))
        for day, play, kind, title, note in typed
    )
    return (
        "<p>새 기록은 맨 위에 자동으로 들어옵니다. <strong>비고</strong> 칸은 자유롭게 쓰세요.</p>"
        f'<table data-layout="full-width">{_widths(ACTION_LOG_COLUMNS)}<tbody>'
        f"{_row('th', *map(_p, ACTION_LOG_COLUMNS))}{rows}</tbody></table>"
    )


def _channel(name: str, plays: Sequence[DemoPlay], today: date) -> str:
    rows = "\n".join(_play(play, today) for play in plays)
    return (
        f"<h3>{name}</h3>\n<table>\n{_widths(PLAY_DB_COLUMNS)}\n"
        f"{_row('th', *PLAY_DB_COLUMNS)}\n{rows}\n</table>\n"
    )


def _play(play: DemoPlay, today: date) -> str:
    due = play.due_date(today)
    return _row(
        "td",
        f"<code>{play.play_id}</code>",
        escape(play.name, quote=False),
        play.source,
        play.owner,
        play.cycle,
        play.priority,
        *(f"0/{goal}" for goal in astuple(play.goals)),
        "🟡",
        escape(play.next_action, quote=False),
        f'<time datetime="{due}" />' if due else "",
    )


def _widths(columns: Mapping[str, int]) -> str:
    cols = "".join(f'<col style="width: {width}px;" />' for width in columns.values())
    return f"<colgroup>{cols}</colgroup>"


def _row(tag: str, *cells: str) -> str:
    return f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in cells)}</tr>"


def _p(text: str) -> str:
    return f"<p>{escape(text, quote=False)}</p>" if text else "<p />"
