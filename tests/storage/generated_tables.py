"""Pages with a team's table, made at random, and what they must say after two edits.

Headings × forms × manners × surroundings × parts. The expected page is put together from the same
model by its own means, so that every byte counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from plays.rules.page_columns import ACTION_WORDS
from plays.rules.pages import ACTION_LOG, LOG_ID_PATTERN, PLAY_DB
from plays.storage import (
    Cell,
    Guidance,
    Known,
    Link,
    Moment,
    Number,
    Status,
    TableShape,
    Text,
    UpsertRow,
)
from plays.storage.text import header_name

CHANNELS = ("데스크", "자사활동", "영업/PM", "인바운드", "Outbound")
STRANGE = ("협업 부서", "지역", "예산", "Sponsor", "Phase gate", "난이도", "고객군", "비용 센터")
COLOURS = ("Green", "Yellow", "Red")
START = datetime(2026, 3, 4, 9, 5)  # noqa: DTZ001 - the clock of the page's readers
COUNTS = ("activity_qtd", "signal_qtd", "brief_qtd", "s2_qtd", "s3_qtd")

Write = Callable[["Value"], str]


@dataclass(frozen=True)
class Value:
    """What a cell should say, whatever the form; `n` also numbers statuses and words."""

    n: int = 0
    goal: int | None = None
    at: datetime = START
    text: str = ""


def lozenge(*titles: str) -> Write:
    def write(value: Value) -> str:
        return (
            '<ac:structured-macro ac:name="status">'
            f'<ac:parameter ac:name="title">{titles[value.n % 3]}</ac:parameter>'
            f'<ac:parameter ac:name="colour">{COLOURS[value.n % 3]}</ac:parameter>'
            "</ac:structured-macro>"
        )

    return write


def one_of(*words: str) -> Write:
    return lambda value: words[value.n % len(words)]


def counted(pattern: str) -> Write:
    """`{n}/{goal}`, without the goal where the value has none."""
    return lambda value: (
        str(value.n)
        if "{goal}" in pattern and value.goal is None
        else pattern.format(n=value.n, goal=value.goal)
    )


def linked(label: str = "", card: bool = False) -> Write:
    mark = ' data-card-appearance="inline"' if card else ""
    return lambda value: f'<a href="{value.text}"{mark}>{label or value.text}</a>'


FORMS: Mapping[str, tuple[Write, ...]] = {
    "count": (
        counted("{n}"),
        counted("{n}/{goal}"),
        counted("{n} / {goal}"),
        counted("{n}건"),
        counted("{n} 건"),
        counted("{n}건/{goal}건"),
    ),
    "status": (
        lozenge("G", "Y", "R"),
        lozenge("정상", "주의", "위험"),
        lozenge("GREEN", "YELLOW", "RED"),
        lozenge("순항 중", "살핌", "막힘"),
        one_of("🟢", "🟡", "🔴"),
        one_of("✅", "⚠️", "❌"),
        one_of("G", "Y", "R"),
        one_of("Green", "Yellow", "Red"),
        one_of("정상", "주의", "위험"),
        one_of("양호", "보통", "미흡"),
        one_of("🟢 정상", "🟡 주의", "🔴 위험"),
    ),
    "moment": (
        lambda value: f"{value.at:%Y-%m-%d %H:%M}",
        lambda value: f"{value.at:%Y-%m-%d}",
        lambda value: f"{value.at:%Y.%m.%d}",
        lambda value: f"{value.at:%Y/%m/%d %H:%M}",
        lambda value: f"{value.at.year}. {value.at.month}. {value.at.day}.",
        lambda value: f"{value.at:%m/%d}",
        lambda value: f"{value.at.year}년 {value.at.month}월 {value.at.day}일",
        lambda value: f"{value.at:%y.%m.%d}",
        lambda value: f'<time datetime="{value.at:%Y-%m-%d}" />',
    ),
    "word": tuple(one_of(*family) for family in ACTION_WORDS[:2]),
    "link": (
        linked(),
        linked("바로가기"),
        linked(card=True),
        lambda value: value.text,
    ),
    "key": (lambda value: value.text, lambda value: f"<code>{value.text}</code>"),
    "text": (lambda value: value.text,),
}
KINDS = {
    **dict.fromkeys(COUNTS, "count"),
    "status": "status",
    "last_updated": "moment",
    "created_at": "moment",
    "action_type": "word",
    "url": "link",
}
# Without any cell to take after: the product's own forms.
DEFAULTS: Mapping[str, Write] = {kind: forms[0] for kind, forms in FORMS.items()}
DAY_HEADINGS = ("일자", "날짜", "일", "date", "day")


@dataclass
class Col:
    """A column: what it is (a field of ours, or ""), its heading, how its cells are written."""

    name: str
    heading: str
    write: Write
    is_sure: bool = True


@dataclass
class Table:
    label: str
    rows: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True)
class Manner:
    """How a table is marked up."""

    heading: str = "<th><p>{}</p></th>"
    paragraph: bool = True
    start: str = "<table><tbody>"
    end: str = "</tbody></table>"
    above: str = ""
    label: str = "<h3>{}</h3>"
    total: bool = False
    on_top: bool = False


@dataclass
class Case:
    """A page before and after `edits`; `must_ask`: the key's heading is not sure."""

    shape: TableShape
    body: str
    expected: str
    edits: list[UpsertRow]
    guidance: Guidance
    must_ask: bool
    sure: dict[str, str]


def make_case(rng: Random) -> Case:
    """One page of any kind."""
    return _Maker(rng, rng.choice((PLAY_DB, ACTION_LOG))).case()


class _Maker:
    def __init__(self, rng: Random, shape: TableShape) -> None:
        self.rng = rng
        self.shape = shape
        self.is_log = shape is ACTION_LOG
        self.count = rng.choice((0, 3, 3, 4, 6))
        self.manner = self._manner()
        self.columns = self._columns()
        parts = 1 if self.is_log else rng.choice((1, 1, 2, 3, 5))
        self.tables = [Table(f"{channel} ({self.count}개)") for channel in CHANNELS[:parts]]

    def case(self) -> Case:
        rng, key = self.rng, self.columns_of(self.shape.key)
        ids = self._fill()
        before, behind = self._surroundings(ids)
        body = before + self._render() + behind
        known = self._known(ids)
        edits: list[UpsertRow] = []
        moment = START + timedelta(days=200, hours=3, minutes=7)
        if ids:
            part, row, name = rng.choice(ids)
            then = self._time_of(row) if self.is_log else moment
            edits.append(self._edit(name, then, part))
            self._write(self.tables[part].rows[row], name, then)
        part = rng.randrange(len(self.tables))
        new = "LOG-2026-90001" if self.is_log else "KT_New_N99_새것"
        edits.append(self._edit(new, moment + timedelta(days=1), part))
        fresh = ["" for _ in self.columns]
        self._write(fresh, new, moment + timedelta(days=1), is_new=True)
        self._insert(part, fresh)
        sure = {column.name: column.heading for column in self.columns if column.is_sure}
        sure.pop("", None)
        return Case(
            shape=self.shape,
            body=body,
            expected=before + self._render() + behind,
            edits=edits,
            guidance=Guidance(known=known),
            must_ask=not key.is_sure or len(sure.keys() - self.shape.optional) < 2,
            sure=sure,
        )

    def columns_of(self, name: str) -> Col:
        return next(column for column in self.columns if column.name == name)

    def _manner(self) -> Manner:
        rng = self.rng
        manner = rng.choice(
            (
                Manner(),
                Manner(heading="<th>{}</th>", paragraph=False, start="<table>", end="</table>"),
                Manner(heading="<td><p><strong>{}</strong></p></td>"),
                Manner(
                    heading='<th ac:local-id="h"><p local-id="p"><strong>{}</strong></p></th>',
                    start='<table data-layout="wide" ac:local-id="t"><colgroup><col /></colgroup>'
                    "<tbody>",
                ),
                Manner(heading="<td><strong>{}</strong></td>", paragraph=False),
            )
        )
        wide = '<tr><td colspan="{}"><p>2026 4분기</p></td></tr>'
        return replace(
            manner,
            # The first row of an empty table has paragraphs, as the editor makes them.
            paragraph=manner.paragraph or not self.count,
            above=rng.choice(("", "", wide, "<tr>{blank}</tr>")),
            label=rng.choice(("<h3>{}</h3>", "<p><strong>{}</strong></p>", "<h2>{}</h2><p>글</p>")),
            total=not self.is_log and rng.random() < 0.3,
            on_top=self.is_log and rng.random() < 0.4,
        )

    def _columns(self) -> list[Col]:
        rng = self.rng
        columns: list[Col] = []
        taken: set[str] = set()
        for column in self.shape.columns:
            is_key = column.name == self.shape.key
            dice = rng.random()
            if not is_key and dice < 0.15:
                continue
            if dice > (0.9 if is_key else 0.95):
                heading, is_sure = self._unsure(column.label), False
            else:
                heading, is_sure = self._heading(column), True
            if header_name(heading) in taken:
                continue
            taken.add(header_name(heading))
            columns.append(Col(column.name, heading, self._form(column.name, heading), is_sure))
        people = [rng.choice((c.label, *c.aliases)) for c in self.shape.people]
        for heading in rng.sample((*people, *STRANGE), rng.randrange(0, 5)):
            if header_name(heading) not in taken:
                taken.add(header_name(heading))
                columns.append(Col("", heading, FORMS["text"][0]))
        rng.shuffle(columns)
        return columns

    def _heading(self, column) -> str:
        rng = self.rng
        dice = rng.random()
        base = column.label if dice < 0.4 else rng.choice((column.name, *column.aliases))
        dressings = ["{}", "{}", "{} *", "{}:", "📌 {}", "{} ↑", "① {}", "{} (필수)"]
        if KINDS.get(column.name) == "count":
            dressings += ["{} (건)", "{}(실적/목표)"]
        return rng.choice(dressings).format(base)

    def _unsure(self, label: str) -> str:
        """A heading that people may mean so, and that nobody could be sure of."""
        at = self.rng.randrange(1, len(label) - 1)
        slip = label[:at] + label[at + 1] + label[at] + label[at + 2 :]
        return self.rng.choice((f"{slip}x", f"우리 {label} 표기", "뜻 모를 열"))

    def _form(self, name: str, heading: str) -> Write:
        kind = "key" if name == self.shape.key else KINDS.get(name, "text")
        if self.count:
            return self.rng.choice(FORMS[kind])
        if kind == "count" and "실적/목표" in heading:
            return counted("{n}/{goal}")
        # The product reads the heading without its marks; a note in brackets stays.
        if kind == "moment" and header_name(heading).endswith(DAY_HEADINGS):
            return FORMS["moment"][1]
        return DEFAULTS[kind]

    def _fill(self) -> list[tuple[int, int, str]]:
        """The rows; returns each row's part, place and key."""
        ids = []
        for part, table in enumerate(self.tables):
            for n in range(self.count):
                key = f"수기-{n + 1}" if self.is_log else f"EXT_{part}D{n}_과제{n}"
                row = ["" for _ in self.columns]
                self._write(row, key, self._time_of(n), n=n, is_first=True)
                table.rows.append(row)
                ids.append((part, n, key))
        return ids

    def _time_of(self, n: int) -> datetime:
        """When the nth row of a part was written."""
        return START + timedelta(days=self.count - n if self.manner.on_top else n)

    def _values(self, key: str, at: datetime, n: int) -> dict[str, Value]:
        values = {
            name: Value(n=n + i, goal=None if name == "s3_qtd" else 10 + i)
            for i, name in enumerate(COUNTS, 1)
        }
        url = f"https://portal.example/items/{n}"
        values |= {
            "status": Value(n=n),
            "last_updated": Value(at=at),
            "created_at": Value(at=at),
            "action_type": Value(n=n),
            "url": Value(text=url),
            "play_id": Value(text="EXT_0D0_과제0"),
            "title": Value(text=f"제목 {n}"),
            "actor": Value(text="김영희"),
            "owner_word": Value(text=f"계약 {n}건이 남았습니다"),
        }
        return values | {self.shape.key: Value(text=key)}

    def _write(
        self,
        row: list[str],
        key: str,
        at: datetime,
        *,
        n: int = 7,
        is_first: bool = False,
        is_new: bool = False,
    ) -> None:
        """The cells of a row: all of a team's own, or those that an edit makes true."""
        values = self._values(key, at, n)
        for i, column in enumerate(self.columns):
            if not column.name:
                if is_first:
                    row[i] = f"글 {n}"
                continue
            if is_first or (column.is_sure and (is_new or column.name != self.shape.key)):
                row[i] = column.write(values[column.name])

    def _edit(self, key: str, at: datetime, part: int) -> UpsertRow:
        v = self._values(key, at, 7)
        cells: dict[str, Cell]
        if self.is_log:
            cells = {
                "play_id": Text(v["play_id"].text),
                "action_type": Text(ACTION_WORDS[0][v["action_type"].n % 6]),
                "title": Text(v["title"].text),
                "url": Link(v["url"].text, v["url"].text),
                "actor": Text(v["actor"].text),
                "created_at": Moment(at),
            }
            return UpsertRow(self.shape, key, cells)
        cells = {name: Number(v[name].n, v[name].goal) for name in COUNTS}
        colour = COLOURS[v["status"].n % 3]
        cells["status"] = Status(colour[0], colour)
        cells["owner_word"] = Text(v["owner_word"].text)
        stamp = {"last_updated": Moment(at)}
        return UpsertRow(self.shape, key, cells, stamp, groups=(CHANNELS[part],))

    def _known(self, ids: list[tuple[int, int, str]]) -> Known:
        if self.is_log:
            return Known(pattern=LOG_ID_PATTERN)
        return Known(aliases={key: () for _, _, key in ids} | {"KT_New_N99_새것": ()})

    def _insert(self, part: int, row: list[str]) -> None:
        rows = self.tables[part].rows
        # With nothing to go by, new rows go to the end.
        is_on_top = (
            self.manner.on_top
            and self.count
            and any(c.name == "created_at" and c.is_sure for c in self.columns)
        )
        rows.insert(0 if is_on_top else len(rows), row)

    def _render(self) -> str:
        return "\n".join(self._table(table) for table in self.tables)

    def _table(self, table: Table) -> str:
        manner, width = self.manner, len(self.columns)
        head = "".join(manner.heading.format(column.heading) for column in self.columns)
        above = manner.above.replace("{blank}", self._cell("") * width).replace("{}", str(width))
        rows = "".join(f"<tr>{''.join(map(self._cell, row))}</tr>" for row in table.rows)
        if manner.total:
            total = ["합계" if c.name == self.shape.key else "" for c in self.columns]
            rows += f"<tr>{''.join(map(self._cell, total))}</tr>"
        label = manner.label.format(table.label)
        return f"{label}{manner.start}{above}<tr>{head}</tr>{rows}{manner.end}"

    def _cell(self, content: str) -> str:
        if not self.manner.paragraph:
            return f"<td>{content}</td>"
        return f"<td><p>{content}</p></td>" if content else "<td><p /></td>"

    def _surroundings(self, ids: list[tuple[int, int, str]]) -> tuple[str, str]:
        key = ids[0][2] if ids else "EXT_X"
        issues = (
            "<h3>이슈</h3><table><tbody><tr><th>Play ID</th><th>상태</th><th>이슈</th></tr>"
            f"<tr><td>{key}</td><td>검토 중</td><td>일정 지연</td></tr></tbody></table>"
        )
        sums = (
            "<table><tbody><tr><th>채널</th><th>활동</th><th>시그널</th></tr>"
            "<tr><td>데스크</td><td>3</td><td>4</td></tr></tbody></table>"
        )
        legend = (
            "<table><tbody><tr><th>RAG</th><th>뜻</th></tr><tr><td>🟢</td><td>좋음</td></tr>"
            "</tbody></table>"
        )
        blocks = (
            "",
            "<p>글 <strong>굵게</strong></p>",
            '<ac:structured-macro ac:name="toc" />',
            "<!-- <table><tr><th>Play ID</th></tr></table> -->",
            issues if not self.is_log else "",
            sums,
            legend,
            "<hr />\n",
        )
        rng = self.rng
        before = "".join(rng.sample(blocks, 3))
        behind = "".join(rng.sample(blocks, 3))
        return before, behind
