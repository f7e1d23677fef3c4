"""Whether the team's tables are as the team keeps them, read by their text as people read them.

It asks nothing of what recognises tables in the product, so that it can find that wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from plays.demo.team_tables import ACTION_LOG_COLUMNS, CHANNELS, PLAY_DB_COLUMNS
from plays.storage import table_texts

_SIGNS, _COUNTERS = {"🟢", "🟡", "🔴"}, ("Act", "Sig", "Brf", "S2")
_DAY, _COUNT = re.compile(r"\d{4}\.\d{2}\.\d{2}"), re.compile(r"\d+/\d+")
_KINDS = {"활동", "시그널", "브리프"}


@dataclass(frozen=True, kw_only=True)
class Table:
    """Its headings, and its rows by heading."""

    headings: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]


def tables(body: str) -> list[Table]:
    """Every table of a page, whose first row has the headings."""
    return [
        Table(headings=top, rows=tuple(dict(zip(top, row, strict=True)) for row in rows))
        for top, *rows in table_texts(body)
    ]


def play_db(body: str) -> Iterator[str]:
    """What is not as the team has it: one table per channel, a Play in that of its channel."""
    found = tables(body)
    if [table.headings for table in found] != [tuple(PLAY_DB_COLUMNS)] * len(CHANNELS):
        yield f"the Play DB has other tables than its {len(CHANNELS)}"
        return
    for channel, table in zip(CHANNELS, found, strict=True):
        for row in table.rows:
            play_id = row["Play ID"]
            if play_id.split("_")[1] != channel:
                yield f"{play_id} stands in the table of {CHANNELS[channel]}"
            if row["RAG"] not in _SIGNS or not all(_COUNT.fullmatch(row[n]) for n in _COUNTERS):
                yield f"{play_id} is written in another form: {', '.join(row.values())}"


def action_log(body: str) -> Iterator[str]:
    """What is not as the team has it: the newest on top, days and kinds in the team's way."""
    found = tables(body)
    if [table.headings for table in found] != [tuple(ACTION_LOG_COLUMNS)]:
        yield "the Action Log has other tables than its one"
        return
    for row in found[0].rows:
        if not _DAY.fullmatch(row["일자"]) or row["구분"] not in _KINDS:
            yield f"{row['로그 번호']} is written in another form: {', '.join(row.values())}"
    for upper, lower in pairwise(found[0].rows):
        if upper["일자"] < lower["일자"]:
            yield f"{upper['로그 번호']} stands above {lower['로그 번호']}, which is newer"
