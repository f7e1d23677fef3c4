"""Pages as teams keep them, told in short: each stands for its kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

D01, D02, D07 = "EXT_Desk_D01_설명회수집", "EXT_Desk_D02_주간동향", "KT_Desk_D07_고객소리"
S01, SP05 = "KT_Self_S01_상담표", "COM_Sales_SP05_예산"
FULL = (
    *("Play ID", "Status", "Activity QTD", "Signal QTD", "Brief QTD", "S2 QTD", "S3 QTD"),
    "Last Updated",
)
LOG = ("Log ID", "Play ID", "Action Type", "Title", "URL", "Actor", "Created At")


def cells(texts: Iterable[str], tag: str = "td") -> str:
    said = (f"<{tag}><p>{text}</p></{tag}>" if text else f"<{tag}><p /></{tag}>" for text in texts)
    return f"<tr>{''.join(said)}</tr>"


def table(headings: Sequence[str], *rows: Iterable[str], top: str = "", bold: bool = False) -> str:
    """A table of the Cloud editor; `top` stands above the headings, `bold` ones are td."""
    head = [f"<strong>{name}</strong>" for name in headings] if bold else headings
    first = cells(head, "td" if bold else "th")
    return f"<table><tbody>{top}{first}{''.join(map(cells, rows))}</tbody></table>"


def blank(key: str, width: int = len(FULL)) -> list[str]:
    return [key, *[""] * (width - 1)]


BY_CHANNEL_HEADINGS = (
    *("Play ID", "Play 이름", "원천", "담당", "주기", "P", "Act", "Sig", "Brf", "S2", "RAG"),
    "Next Action",
)


def _by_channel() -> str:
    """Written by a script: no tbody, no paragraphs, ids in code, counts with goals."""
    channels = {
        "데스크": (D01, D02, D07),
        "자사활동": (S01,),
        "영업/PM": (SP05,),
        "인바운드": ("KT_Inbound_IN01_접수",),
        "아웃바운드": ("KT_Outbound_OUT01_후보",),
    }
    parts = ["<h2>Play 진행 현황</h2><p>총 7개 Play</p>"]
    for channel, plays in channels.items():
        head = "".join(f"<th>{heading}</th>" for heading in BY_CHANNEL_HEADINGS)
        rows = "".join(
            f"<tr><td><code>{play}</code></td><td>이름</td><td>대외</td><td>담당: 운영</td>"
            "<td>주간</td><td>P0</td><td>0/12</td><td>0/24</td><td>0/4</td><td>0/2</td>"
            "<td>🟢</td><td>후보 10건</td></tr>"
            for play in plays
        )
        columns = '<col style="width:90px"/>' * len(BY_CHANNEL_HEADINGS)
        parts.append(
            f"<h3>{channel} ({len(plays)}개)</h3>"
            f"<table><colgroup>{columns}</colgroup><tr>{head}</tr>{rows}</table>"
        )
    parts.append("<hr/><h4>범례</h4><ul><li>RAG: 🟢 / 🟡 / 🔴</li></ul>")
    return "".join(parts)


BY_CHANNEL = _by_channel()
TITLE_ROW = table(FULL, blank(D01), top='<tr><td colspan="8"><p>2026 4분기</p></td></tr>')
BLANK_ROW = table(FULL, blank(D01), top=cells([""] * 8))
BOLD_WITHOUT_UPDATED = table(FULL[:-1], blank(D01, 7), bold=True)
SHORT_KOREAN = table(
    ("플레이 아이디", "상태", "활동", "시그널", "브리프", "S2", "S3", "최종 갱신"),
    blank(D01),
    bold=True,
)
MARKED = table(("Play ID *", "Status (RAG)", "Activity QTD ↑", *FULL[3:]), blank(D01))
WITHOUT_S3 = table(
    ("play_id", "status", "activity_qtd", "signal_qtd", "brief_qtd", "s2_qtd", "last_updated"),
    [D01, "G", "0", "0", "0", "0", "2026-11-20"],
)
KEY_RENAMED = table(("번호", *FULL[1:]), blank(D01))
BESIDE_ISSUES = (
    table(FULL, blank(D01))
    + "<h3>이슈</h3>"
    + table(("Play ID", "상태", "이슈"), [D01, "검토", "일정이 밀림"])
)
TOTAL_ROW = table(FULL, blank(D01), ["<strong>합계</strong>", "", *["0"] * 5, ""])
LOG_NEWEST_FIRST = table(
    LOG,
    ["수기-2", D01, "Activity", "둘째", "", "김", "2026-11-20 10:00"],
    ["수기-1", D01, "Activity", "첫째", "", "김", "2026-11-19 10:00"],
)
LOG_OWN_HEADINGS = table(
    ("일자", "번호", "Play", "구분", "내용", "담당"),
    ["2026.11.19", "", D01, "활동", "손으로 쓴 기록", "김"],
)
LOG_WITHOUT_URL = table(("log_id", "play_id", "action_type", "title", "actor", "created_at"))
