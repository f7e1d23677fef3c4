"""What the weekly report says as a page: two tables, each row an edit that is made once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plays.rules.status import Counts, Goals, Status
from plays.storage import Cell, Column, Kind, Number, TableShape, Text, UpsertRow
from plays.storage import Status as Lozenge

COUNTERS = TableShape(
    title="이번 주와 분기 · Week and quarter",
    key="counter",
    columns=(
        Column(name="counter", label="지표", aliases=("Counter",), width=140, kind=Kind.TEXT),
        Column(name="week", label="이번 주", aliases=("This week",), width=110, kind=Kind.COUNT),
        Column(name="before", label="지난주", aliases=("Last week",), width=110, kind=Kind.COUNT),
        Column(
            name="quarter", label="이번 분기", aliases=("This quarter",), width=110, kind=Kind.COUNT
        ),
        Column(
            name="then",
            label="지난 분기 같은 날까지",
            aliases=("Last quarter to the same day",),
            width=170,
            kind=Kind.COUNT,
        ),
    ),
)
PLAYS = TableShape(
    title="Play별 현황 · Plays",
    key="play_id",
    columns=(
        Column(name="play_id", label="Play ID", width=200, kind=Kind.TEXT),
        Column(name="name", label="이름", aliases=("Name",), width=200, kind=Kind.TEXT),
        Column(name="owner", label="담당자", aliases=("Owner",), width=110, kind=Kind.TEXT),
        Column(name="status", label="상태", aliases=("Status",), width=90, kind=Kind.STATUS),
        Column(name="activity", label="활동", aliases=("Activities",), width=90, kind=Kind.COUNT),
        Column(name="signal", label="시그널", aliases=("Signals",), width=90, kind=Kind.COUNT),
        Column(name="brief", label="브리프", aliases=("Briefs",), width=90, kind=Kind.COUNT),
        Column(name="s2", label="S2", width=80, kind=Kind.COUNT),
        Column(
            name="word", label="담당자 의견", aliases=("Owner's word",), width=320, kind=Kind.TEXT
        ),
    ),
)


@dataclass(frozen=True, kw_only=True)
class CounterRow:
    label: str
    week: int
    target: int
    before: int
    quarter: int
    then: int


@dataclass(frozen=True, kw_only=True)
class PlayRow:
    play_id: str
    name: str
    owner: str
    status: Status
    counts: Counts
    goals: Goals
    word: str


def report_edits(counters: list[CounterRow], plays: list[PlayRow]) -> list[UpsertRow]:
    return [*map(_counter, counters), *map(_play, plays)]


def _counter(row: CounterRow) -> UpsertRow:
    cells: Mapping[str, Cell] = {
        "week": Number(row.week, row.target),
        "before": Number(row.before),
        "quarter": Number(row.quarter),
        "then": Number(row.then),
    }
    return UpsertRow(table=COUNTERS, key=row.label, cells=cells)


def _play(row: PlayRow) -> UpsertRow:
    cells: Mapping[str, Cell] = {
        "name": Text(row.name),
        "owner": Text(row.owner),
        "status": Lozenge(row.status.value, row.status.colour),
        **{
            name: Number(getattr(row.counts, name), getattr(row.goals, name))
            for name in ("activity", "signal", "brief", "s2")
        },
        "word": Text(row.word),
    }
    return UpsertRow(table=PLAYS, key=row.play_id, cells=cells)
