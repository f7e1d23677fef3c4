"""A Play DB page -> what it says in people's columns; bad values are told, never taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from plays.rules.day import NotADay, read_day
from plays.rules.pages import PLAY_DB
from plays.storage import Row, read_rows
from plays.storage.text import header_name

# People's columns by the Play's field, and what they may be headed.
HEADINGS: dict[str, tuple[str, ...]] = {
    "name": ("name", "이름", "Play 이름", "플레이 이름", "플레이명", "Play 명", "Play name"),
    "owner": ("owner", "담당자", "담당", "오너"),
    "next_action": ("next_action", "다음 액션", "다음 할 일", "다음 작업", "넥스트 액션"),
    "due_date": ("due_date", "due", "마감일", "마감", "기한", "기한일"),
    "notes": ("notes", "note", "메모", "비고"),
}
FIELD_OF = {header_name(h): field for field, headings in HEADINGS.items() for h in headings}
LIMITS = {"name": 300, "owner": 200, "next_action": 10_000, "notes": 10_000}


@dataclass(frozen=True, kw_only=True)
class MirrorProblem:
    """A value on the page that was not taken, and why; without a Play, a whole column."""

    play_id: str = ""
    column: str
    value: str = ""
    message: str

    def __str__(self) -> str:
        place = f"{self.play_id}, {self.column}" if self.play_id else self.column
        return f"{place}: {self.message}"


@dataclass(frozen=True, kw_only=True)
class MirrorRow:
    """A row's values by the Play's fields, as text (a day as 2026-01-18); only those that can be
    taken.
    """

    play_id: str
    values: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class MirrorTable:
    """What the table says, and what of it cannot be taken."""

    rows: tuple[MirrorRow, ...]
    problems: tuple[MirrorProblem, ...]


def read_mirror(body: str) -> MirrorTable:
    """The Play DB table's rows with their people's columns. Raises `EditError`."""
    rows = read_rows(body, PLAY_DB)
    columns, problems = _columns(rows)
    read = [_mirror_row(row, columns, problems) for row in rows]
    return MirrorTable(rows=tuple(read), problems=tuple(problems))


def _columns(rows: Iterable[Row]) -> tuple[dict[str, str], list[MirrorProblem]]:
    """The heading of each field; one that two columns claim is a problem, and none of them."""
    claims: dict[str, list[str]] = {}
    for heading in dict.fromkeys(heading for row in rows for heading in row.others):
        field = FIELD_OF.get(header_name(heading))
        if field is not None:
            claims.setdefault(field, []).append(heading)
    return {f: h[0] for f, h in claims.items() if len(h) == 1}, list(_doubled(claims))


def _doubled(claims: Mapping[str, list[str]]) -> Iterator[MirrorProblem]:
    for headings in claims.values():
        if len(headings) > 1:
            message = _("several columns mean the same; none of them is taken")
            yield MirrorProblem(column=", ".join(headings), message=message)


def _mirror_row(row: Row, columns: Mapping[str, str], problems: list[MirrorProblem]) -> MirrorRow:
    """The row's values; those that cannot be taken are added to `problems`."""
    values: dict[str, str] = {}
    for field, heading in columns.items():
        text = row.others.get(heading)
        if text is None:
            continue
        try:
            values[field] = _value(field, text)
        except _Unusable as reason:
            problems.append(
                MirrorProblem(play_id=row.key, column=heading, value=text, message=str(reason))
            )
    return MirrorRow(play_id=row.key, values=values)


class _Unusable(ValueError):
    """Why a value cannot be taken."""


def _value(field: str, text: str) -> str:
    if field != "due_date":
        limit = LIMITS[field]
        if len(text) > limit:
            raise _Unusable(_("is longer than %(limit)s characters") % {"limit": f"{limit:,}"})
        return text
    try:
        day = read_day(text)
    except NotADay as error:
        raise _Unusable(_("“%(text)s” is no date like 2026-01-18") % {"text": text}) from error
    return day.isoformat() if day else ""
