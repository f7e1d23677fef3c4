"""Bytes of a CSV or JSON file -> headings and lines of text; what they mean is not known here."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from plays.storage.text import header_name
from plays.sync.sheets.json_lines import json_objects
from plays.sync.sheets.problems import ImportRefused, LineProblem, refused

MAX_BYTES = 5 * 1024 * 1024
MAX_LINES = 5_000
SEPARATORS = (",", ";", "\t")
# Excel's own way to name the separator, on a line before the headings.
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
# A cell that a spreadsheet would reckon; an apostrophe before it says that it is text.
_FORMULA_AS_TEXT = re.compile(r"'+[=+\-@]")
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line's texts by the index of their heading; one that is not there is left as it is."""

    number: int
    cells: Mapping[int, str]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A file as it reads: `headings` as they stand there, doubled ones too."""

    headings: tuple[str, ...]
    lines: tuple[Line, ...]


def read_table(content: bytes | str, *, known: frozenset[str]) -> Table:
    """Read a file. `known` are the headings (as `header_name` folds them) by which the separator
    is told. Raises `ImportRefused` for what is no CSV or JSON, or larger than is allowed.
    """
    text = (content if isinstance(content, str) else decode(content)).removeprefix("\ufeff")
    if len(text) > MAX_BYTES:
        raise _too_large()
    table = _from_json(text) if text.lstrip()[:1] in ("[", "{") else _from_csv(text, known)
    if len(table.lines) > MAX_LINES:
        raise refused(
            _("The file has more than %(limit)s lines.") % {"limit": f"{MAX_LINES:,}"},
            line=table.lines[MAX_LINES].number,
        )
    return table


def decode(content: bytes) -> str:
    """Text in UTF-8, UTF-16 or CP949 (Excel's Korean), told by its bytes.

    Raises `ImportRefused` for anything else.
    """
    if len(content) > MAX_BYTES:
        raise _too_large()
    if content.startswith(_WORKBOOKS):
        raise refused(_("This is an Excel workbook. Save it as “CSV UTF-8” first."))
    for name in _encodings(content):
        try:
            return content.decode(name).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            broken = error.start
    raise refused(
        _("The text is neither UTF-8, UTF-16 nor CP949."), line=content.count(b"\n", 0, broken) + 1
    )


def _encodings(content: bytes) -> tuple[str, ...]:
    for mark, name in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return (name,)
    sample = content[:400]
    if sample.count(b"\0") * 10 > len(sample):
        high_first = sample[::2].count(b"\0") > sample[1::2].count(b"\0")
        return ("utf-16-be",) if high_first else ("utf-16-le",)
    return ("utf-8", "cp949")


def _too_large() -> ImportRefused:
    limit = f"{MAX_BYTES // 1024 // 1024} MB"
    return refused(_("The file is larger than %(limit)s.") % {"limit": limit})


def _from_csv(text: str, known: frozenset[str]) -> Table:
    named = _SEPARATOR_LINE.match(text)
    separator = named.group(1) if named else _separator(text, known)
    text = text[named.end() :] if named else text
    records = _records(text, separator, first=2 if named else 1)
    headings: tuple[str, ...] = ()
    lines: list[Line] = []
    problems: list[LineProblem] = []
    for number, cells in records:
        if not headings:
            headings = tuple(cells)
        elif any(cell.strip() for cell in cells[len(headings) :]):
            problems.append(LineProblem(line=number, message=_("has more cells than headings")))
        else:
            padded = cells + [""] * (len(headings) - len(cells))
            texts = {i: _plain(padded[i]) for i in range(len(headings))}
            lines.append(Line(number=number, cells=texts))
    if problems:
        raise ImportRefused(problems)
    return Table(headings=tuple(heading.strip() for heading in headings), lines=tuple(lines))


def _records(text: str, separator: str, *, first: int = 1) -> Iterator[tuple[int, list[str]]]:
    """Each record that is not blank, with the number of the line that it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        number = reader.line_num + first
        try:
            cells = next(reader, None)
        except csv.Error as error:
            message = _("cannot be read as CSV: %(reason)s") % {"reason": error}
            raise refused(message, line=number) from error
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield number, cells


def _separator(text: str, known: frozenset[str]) -> str:
    """The separator by which most headings are known ones."""

    def headings_known(separator: str) -> int:
        try:
            cells = next(_records(text, separator), (1, []))[1]
        except ImportRefused:
            return 0
        return sum(header_name(cell) in known for cell in cells)

    return max(SEPARATORS, key=headings_known)


def _plain(cell: str) -> str:
    return cell[1:] if _FORMULA_AS_TEXT.match(cell) else cell


def _from_json(text: str) -> Table:
    headings: dict[str, int] = {}
    lines = []
    for number, pairs in json_objects(text):
        cells = {headings.setdefault(name, len(headings)): value for name, value in pairs.items()}
        lines.append(Line(number=number, cells=cells))
    return Table(headings=tuple(headings), lines=tuple(lines))
