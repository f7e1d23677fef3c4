"""Times and dates in a column's own pattern: `2026-11-20 10:30`, `2026.11.19`, `11/20`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from typing import NamedTuple

from plays.storage.layout.forms.cell import CellSeen
from plays.storage.layout.forms.common import most_frequent
from plays.storage.layout.model import Form
from plays.storage.text import header_name
from plays.storage.values import Cell, Day, Moment, Text

LONG, SHORT = Form("date", "YYYY-MM-DD HH:MM"), Form("date", "YYYY-MM-DD")
TIME = Form("time")
_WEEKDAYS = ("월화수목금토일", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
_DATE = re.compile(
    r"(?:(?P<year>\d{4}|\d{2})(?P<first>\s*[-./]\s*|년\s*))?"
    r"(?P<month>\d{1,2})(?P<second>\s*[-./]\s*|월\s*)(?P<day>\d{1,2})(?P<last>\.|일)?"
    r"(?P<weekday>\s*\((?:[월화수목금토일]|Mon|Tue|Wed|Thu|Fri|Sat|Sun)\))?"
    r"(?:(?P<gap>T|\s+)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?P<seconds>:\d{2})?)?"
)
_LEAP_YEAR = 2024
_DAY_HEADINGS = ("일자", "날짜", "일", "date", "day")


class Parts(NamedTuple):
    """A time as far as a text tells it, and the pattern it is written in."""

    year: int | None
    month: int
    day: int
    hour: int | None
    minute: int | None
    pattern: str
    is_padded: bool | None


def read_moment(text: str) -> Parts | None:
    """What a text says of a time; None where it names none, or none that can be."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year = _year(found["year"])
    month, day = int(found["month"]), int(found["day"])
    hour, minute = found["hour"], found["minute"]
    try:
        date(year or _LEAP_YEAR, month, day)
        time(int(hour or 0), int(minute or 0))
    except ValueError:
        return None
    if found["first"] is not None and _kind(found["first"]) != _kind(found["second"]):
        return None
    return Parts(
        year=year,
        month=month,
        day=day,
        hour=int(hour) if hour else None,
        minute=int(minute) if minute else None,
        pattern=_pattern(found),
        is_padded=_is_padded(found["month"], found["day"]),
    )


def detect(cells: Iterable[CellSeen], heading: str) -> tuple[Form, int]:
    """The form most cells have, else the heading's; and how many cells are times."""
    parts: list[Parts] = []
    elements = 0
    for cell in cells:
        if is_time_element(cell):
            elements += 1
        elif (read := read_moment(cell.text)) is not None:
            parts.append(read)
    if elements > len(parts):
        return TIME, elements + len(parts)
    pattern = most_frequent(one.pattern for one in parts)
    if pattern is None:
        return _by_heading(heading), 0
    alike = [one for one in parts if one.pattern == pattern]
    return Form("date", _padded(pattern, alike)), elements + len(parts)


def shown(value: Moment, form: Form) -> Cell:
    """The value in the column's form."""
    if form.name == "time":
        return Day(value.at.date().isoformat())
    return Text(written(value.at, form.pattern if form.name == "date" else LONG.pattern))


def says(cell: CellSeen, value: Moment, form: Form) -> bool | None:
    """Whether the cell tells the same time, as closely as the column's form does."""
    parts = read_moment(cell.text)
    if parts is None:
        return None
    at = value.at
    if form.name == "date" and "HH" in form.pattern and parts.hour is None:
        return False
    if form.name == "date" and "YY" in form.pattern and parts.year is None:
        return False
    return (
        parts.year in (None, at.year)
        and (parts.month, parts.day) == (at.month, at.day)
        and parts.hour in (None, at.hour)
        and parts.minute in (None, at.minute)
    )


def written(at: datetime, pattern: str) -> str:
    """A time in a pattern of YYYY, YY, MM, M, DD, D, HH, mm (MM behind HH:), ss and weekdays."""
    if pattern == LONG.pattern:  # as most tables have it, and six times as quick
        return at.isoformat(" ", "minutes")[:16]
    return _TOKENS.sub(lambda token: _WRITTEN[token[0]](at), pattern)


_WRITTEN: dict[str, Callable[[datetime], str]] = {
    "YYYY": lambda at: f"{at.year:04}",
    "YY": lambda at: f"{at.year % 100:02}",
    "HH:MM:SS": lambda at: f"{at.hour:02}:{at.minute:02}:{at.second:02}",
    "HH:MM": lambda at: f"{at.hour:02}:{at.minute:02}",
    "H:MM": lambda at: f"{at.hour}:{at.minute:02}",
    "MM": lambda at: f"{at.month:02}",
    "M": lambda at: f"{at.month}",
    "DD": lambda at: f"{at.day:02}",
    "D": lambda at: f"{at.day}",
    "(요일)": lambda at: f"({_WEEKDAYS[0][at.weekday()]})",
    "(ddd)": lambda at: f"({_WEEKDAYS[1][at.weekday()]})",
}
# The longer of two that begin alike comes first.
_TOKENS = re.compile("|".join(map(re.escape, _WRITTEN)))


def is_time_element(cell: CellSeen) -> bool:
    """Whether the cell is the editor's own date and nothing else."""
    if not cell.node.may_hold(b"<time"):
        return False
    times = [node for node in cell.node.descendants() if node.name == "time"]
    return len(times) == 1 and cell.text == times[0].attributes.get("datetime", "")


def _year(text: str | None) -> int | None:
    if text is None:
        return None
    return int(text) if len(text) > 2 else 2000 + int(text)


def _kind(separator: str) -> str:
    """`2026년 11월`: the two separators differ and belong together."""
    bare = separator.strip()
    return "년월" if bare in ("년", "월") else bare


def _pattern(found: re.Match[str]) -> str:
    """The pattern of a text, with unpadded months and days still to be decided upon."""
    year = "" if found["year"] is None else "Y" * len(found["year"]) + found["first"]
    weekday = found["weekday"] or ""
    if weekday:
        name = "(ddd)" if weekday.isascii() else "(요일)"
        weekday = weekday[: weekday.index("(")] + name
    clock = ""
    if found["hour"] is not None:
        hours = "HH" if len(found["hour"]) > 1 else "H"
        clock = found["gap"] + hours + ":MM" + (":SS" if found["seconds"] and hours == "HH" else "")
    return f"{year}MM{found['second']}DD{found['last'] or ''}{weekday}{clock}"


def _is_padded(month: str, day: str) -> bool | None:
    """Whether small numbers have a zero in front; None where none of them is small."""
    if month.startswith("0") or day.startswith("0"):
        return True
    return False if len(month) == 1 or len(day) == 1 else None


def _padded(pattern: str, alike: Iterable[Parts]) -> str:
    padded = most_frequent(one.is_padded for one in alike if one.is_padded is not None)
    if padded is None:
        padded = "월" not in pattern and ". " not in pattern
    if padded:
        return pattern
    day, hour, rest = pattern.partition("H")
    return day.replace("MM", "M").replace("DD", "D") + hour + rest


def _by_heading(heading: str) -> Form:
    """A heading of days alone has no time of day."""
    folded = header_name(heading)
    return SHORT if folded.endswith(_DAY_HEADINGS) else LONG
