"""Play DB pages as teams keep them: other headings, other forms, several tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

HEADINGS = ("Play 이름", "담당", "Act", "Sig", "Brf", "S2", "RAG", "다음 할 일")


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th><p>{heading}</p></th>" for heading in headings)
    body = "".join("<tr>" + "".join(f"<td><p>{c}</p></td>" for c in row) + "</tr>" for row in rows)
    return f"<table><tbody><tr>{head}</tr>{body}</tbody></table>"


def row(play_id: str, name: str, *counts: str) -> tuple[str, ...]:
    done = counts or ("0/12", "0/24", "0/4", "0/2")
    return (play_id, name, "김철수", *done, "🟢", "후보 10건 수집")


def by_channel(key: str = "Play ID") -> str:
    """A Play DB of two tables, a channel each."""
    desk = [row("EXT_Desk_D01", "세미나 수집"), row("EXT_Desk_D02", "주간 소식")]
    field = [row("EXT_Field_F01", "전시회 현장", "2/3", "0/6", "0/1", "0/1")]
    return (
        "<h2>Play 진행 현황</h2><h3>데스크</h3>"
        + table((key, *HEADINGS), desk)
        + "<h3>현장</h3>"
        + table((key, *HEADINGS), field)
    )


def key_renamed(*, heading: str = "관리 기호") -> str:
    """A Play DB that is ours but for the heading of its key."""
    ours = ("Status", "Activity QTD", "Signal QTD", "Brief QTD", "S2 QTD", "S3 QTD", "Last Updated")
    rows = [(f"EXT_Desk_D0{n}", *[""] * 7) for n in (1, 2)]
    return table((heading, *ours), rows)
