"""Checks of single values that people or programs send: each returns the clean value, or raises
`FieldProblem`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from urllib.parse import urlsplit

from plays.rules.problems import Code, FieldProblem

ID_LIMIT, TITLE_LIMIT, NAME_LIMIT, TEXT_LIMIT, URL_LIMIT = 200, 1_000, 200, 10_000, 2_000
EARLIEST_YEAR = 2000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # Unicode's Cc and Cs
CLOCK_SLACK = timedelta(days=1)
TIME_EXAMPLE, DATE_EXAMPLE = "2026-01-18T10:30:00+09:00", "2026-01-18"


def identifier(value: Any) -> str:
    """A short text without control characters."""
    text = _text(value, ID_LIMIT).strip()
    if not text:
        raise FieldProblem(Code.EMPTY)
    if _CONTROL.search(text):
        raise FieldProblem(Code.CONTROL_CHARACTERS)
    return text


def play_id(value: Any) -> str:
    """A Play's id in composed letters (NFC); refused if a page would show it as another's.

    A row of the Play DB is known by what people can see: `A B` and `A  B`, or one with a zero
    width space, are one row there.
    """
    # Composed, some letters are three: what was short enough before need not be now.
    name = identifier(unicodedata.normalize("NFC", identifier(value)))
    if "  " in name or any(_is_unseen(c) for c in name):
        raise FieldProblem(Code.UNSEEN_CHARACTERS)
    return name


def title(value: Any) -> str:
    """One line of text; line breaks and control characters become spaces."""
    line = one_line(_text(value, TITLE_LIMIT))
    if not line:
        raise FieldProblem(Code.EMPTY)
    return line


def name(value: Any) -> str:
    """A short line of text; may be empty."""
    return one_line(_text(value, NAME_LIMIT))


def prose(value: Any) -> str:
    """Text of several lines, without control characters."""
    text = _text(value, TEXT_LIMIT)
    return "\n".join(one_line(line) for line in text.splitlines()).strip()


def web_address(value: Any) -> str:
    """An http or https address; anything else (`javascript:` too) is refused."""
    address = _text(value, URL_LIMIT).strip()
    if not address:
        return ""
    if _CONTROL.search(address) or any(c.isspace() for c in address):
        raise FieldProblem(Code.ADDRESS_WITH_SPACES)
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError as error:
        raise FieldProblem(Code.NOT_ADDRESS) from error
    if parts.scheme.lower() not in ("http", "https") or not host:
        raise FieldProblem(Code.NOT_HTTP)
    return address


def score(value: Any) -> int | float:
    """A number from 0 to 100."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FieldProblem(Code.NOT_NUMBER)
    if not 0 <= value <= 100:
        raise FieldProblem(Code.NOT_A_SCORE)
    return int(value) if float(value).is_integer() else value


def one_of(*choices: str) -> Callable[[Any], str]:
    """A check that takes these very texts and nothing else."""

    def check(value: Any) -> str:
        if value not in choices:
            raise FieldProblem(Code.NOT_ONE_OF, choices=choices)
        return str(value)

    return check


def moment(value: Any, *, now: datetime) -> datetime:
    """An RFC 3339 time with an offset, as UTC; not before 2000 and not after tomorrow."""
    text = _text(value, 64).strip().upper()  # RFC 3339, 5.6: "t" and "z" may be lower case
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise FieldProblem(Code.NOT_TIME, example=TIME_EXAMPLE) from error
    if parsed.tzinfo is None:
        raise FieldProblem(Code.NO_OFFSET, example=TIME_EXAMPLE)
    return _plausible(parsed, now)


def day_or_moment(value: Any, *, now: datetime, zone: tzinfo) -> datetime | date:
    """A date (`2026-01-18`) or a time; a time without an offset is in `zone`."""
    text = _text(value, 64).strip().upper()
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise FieldProblem(Code.NOT_DATE, example=DATE_EXAMPLE) from error
    at = _plausible(parsed if parsed.tzinfo else parsed.replace(tzinfo=zone), now)
    return parsed.date() if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else at


def one_line(text: str) -> str:
    """`text` with control characters and lone surrogates gone and white space folded."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _text(value: Any, limit: int) -> str:
    if not isinstance(value, str):
        raise FieldProblem(Code.NOT_TEXT)
    if len(value) > limit:
        raise FieldProblem(Code.TOO_LONG, length=len(value), limit=limit)
    return value


def _is_unseen(character: str) -> bool:
    is_odd_space = character.isspace() and character != " "
    return is_odd_space or unicodedata.category(character) == "Cf"


def _plausible(moment: datetime, now: datetime) -> datetime:
    try:
        utc = moment.astimezone(UTC)
    except OverflowError as error:
        raise FieldProblem(Code.IMPLAUSIBLE_TIME) from error
    if utc.year < EARLIEST_YEAR:
        raise FieldProblem(Code.TOO_EARLY, year=str(EARLIEST_YEAR))
    if utc > now + CLOCK_SLACK:
        raise FieldProblem(Code.IN_FUTURE)
    return utc
