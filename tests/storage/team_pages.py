"""Tables as teams keep them, told in short: headings and rows in, storage format out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from plays.rules.pages import ACTION_LOG, LOG_ID_PATTERN, PLAY_DB
from plays.storage import (
    Applied,
    Cell,
    Guidance,
    Known,
    Link,
    Moment,
    Number,
    Status,
    Text,
    UpsertRow,
    apply_edits,
)

D01, D02, D07 = "EXT_Desk_D01_설명회수집", "EXT_Desk_D02_주간동향", "KT_Desk_D07_고객소리"
S01, NEW = "KT_Self_S01_상담표", "KT_Self_S09_새모임"
KNOWN = Known(
    aliases={
        D01: ("EXT_Desk_D01",),
        D02: ("EXT_Desk_D02",),
        D07: ("KT_Desk_D07",),
        S01: ("KT_Self_S01",),
        NEW: (),
    },
    targets={D02: ("2002",)},
    groups={D01: "데스크", D02: "데스크", D07: "데스크", S01: "자사활동", NEW: "자사활동"},
)
PLAYS, LOG = Guidance(known=KNOWN), Guidance(known=Known(pattern=LOG_ID_PATTERN))
FULL = (
    *("Play ID", "Status", "Activity QTD", "Signal QTD", "Brief QTD", "S2 QTD", "S3 QTD"),
    "Last Updated",
)
NOW = datetime(2026, 11, 20, 10, 30)  # noqa: DTZ001 - the clock of the page's readers
LOG_ID = "LOG-2026-00007"


def row(cells: Iterable[str], tag: str = "td") -> str:
    return f"<tr>{''.join(f'<{tag}><p>{cell}</p></{tag}>' for cell in cells)}</tr>"


def table(headings: Iterable[str], *rows: Iterable[str], top: str = "", bold: bool = False) -> str:
    """A table of the Cloud editor; `top` is a row above the headings, `bold` headings are td."""
    names = [f"<strong>{name}</strong>" for name in headings] if bold else headings
    head = row(names, "td" if bold else "th")
    return f"<table><tbody>{top}{head}{''.join(map(row, rows))}</tbody></table>"


def empty(key: str, columns: int = 8) -> list[str]:
    return [key, *[""] * (columns - 1)]


def play_row(key: str = D01, count: int = 3, goal: int = 12, colour: str = "Green") -> UpsertRow:
    """A Play's row as the product owes it."""
    cells: dict[str, Cell] = {
        "status": Status(colour[0], colour),
        "activity_qtd": Number(count, goal),
        "signal_qtd": Number(2, 24),
        "brief_qtd": Number(1, 4),
        "s2_qtd": Number(0, 2),
        "s3_qtd": Number(0),
    }
    group = KNOWN.groups.get(key, "")
    return UpsertRow(PLAY_DB, key, cells, {"last_updated": Moment(NOW)}, (group,))


def log_row(key: str = LOG_ID, kind: str = "Signal", at: datetime = NOW) -> UpsertRow:
    """An action's row as the product owes it."""
    url = "https://portal.example/signals/7"
    cells: dict[str, Cell] = {
        "play_id": Text(D01),
        "action_type": Text(kind),
        "title": Text("상담 개선"),
        "url": Link(url, url),
        "actor": Text("김영희"),
        "created_at": Moment(at),
    }
    return UpsertRow(ACTION_LOG, key, cells, groups=("2026Q4", "2026년 4분기"))


def write(body: str, *edits: UpsertRow, plays: Guidance = PLAYS, log: Guidance = LOG) -> Applied:
    return apply_edits(body, edits, {PLAY_DB: plays, ACTION_LOG: log})


def written(body: str, *edits: UpsertRow, plays: Guidance = PLAYS, log: Guidance = LOG) -> str:
    """The page after edits that must all be possible, and are made once however often asked."""
    once = write(body, *edits, plays=plays, log=log)
    assert [outcome.problem for outcome in once.outcomes] == [None] * len(edits)
    twice = write(once.body, *edits, plays=plays, log=log)
    assert (twice.body, twice.changed) == (once.body, False)
    assert once.body.count("<table") == max(1, body.count("<table"))
    return once.body
