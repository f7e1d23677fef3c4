"""Bytes of a CSV or JSON file -> headings and lines of text; what they mean is not known here."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from plays.storage.text import header_name
from plays.sync.sheets.json_lines import json_objects
from plays.sync.sheets.problems import ImportRefused, LineProblem, refused
from plays.sync.sheets.workbook import workbook_as_csv

MAX_BYTES = 5 * 1024 * 1024
MAX_LINES = 5_000
SEPARATORS = (",", ";", "\t")
# Within how many records the headings are looked for.
ROWS_ABOVE = 10
# Excel's own way to name the separator, on a line before the headings.
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
# A cell that a spreadsheet would calculate; an apostrophe before it says that it is text.
_FORMULA_AS_TEXT = re.compile(r"'+[=+\-@]")
# What Python's csv calls "unexpected end of data".
_OPEN_QUOTE = _lazy("a quotation mark is not closed; perhaps the file was cut off")
_WORKBOOK, _OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line's texts by the index of their heading; one that is not there is left as it is."""

    number: int
    cells: Mapping[int, str]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A file as it reads: `headings` as they stand there, doubled ones too, on line `number`.

    `above` is what stands before them, a title perhaps; `cut` the number of a last line that
    breaks off before its last cells, or 0.
    """

    headings: tuple[str, ...]
    lines: tuple[Line, ...]
    number: int = 1
    above: str = ""
    cut: int = 0


def read_table(
    content: bytes | str, *, known: frozenset[str], lists: frozenset[str] = frozenset()
) -> Table:
    """Read a file. `known` are the headings (as `header_name` folds them) by which the separator
    and the headings' line are told; under `lists` JSON may have lists of texts. Raises
    `ImportRefused` for what is no CSV or JSON, empty, or larger than is allowed.
    """
    text = (content if isinstance(content, str) else decode(content)).removeprefix("\ufeff")
    if len(text) > MAX_BYTES:
        raise _too_large()
    table = _from_json(text, lists) if text.lstrip()[:1] in ("[", "{") else _from_csv(text, known)
    if not table.headings:
        raise refused(_("The file is empty."))
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
    if content.startswith(_WORKBOOK):
        return workbook_as_csv(content, most_lines=MAX_LINES + ROWS_ABOVE)
    if content.startswith(_OLD_WORKBOOK):
        raise refused(_("This is an old Excel workbook. Save it as “CSV UTF-8” first."))
    for name in _encodings(content):
        try:
            text = content.decode(name)
        except UnicodeDecodeError as error:
            broken = error.start
            if error.reason == "unexpected end of data" and not content[:broken].isascii():
                # What came before is UTF-8, and not by chance.
                raise refused(
                    _("The file ends within a letter: it was cut off."),
                    line=content.count(b"\n", 0, broken) + 1,
                ) from error
            continue
        if "\0" not in text:  # in no text, and no database takes it
            return text.removeprefix("\ufeff")
        broken = content.find(b"\0")
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
    records = list(_records(text, separator, first=2 if named else 1))
    at = _heading_record([cells for _number, cells in records[:ROWS_ABOVE]], known)
    number, headings = records[at] if records else (1, [])
    lines: list[Line] = []
    problems: list[LineProblem] = []
    for line, cells in records[at + 1 :]:
        if any(cell.strip() for cell in cells[len(headings) :]):
            problems.append(LineProblem(line=line, message=_("has more cells than headings")))
        else:
            padded = cells + [""] * (len(headings) - len(cells))
            lines.append(
                Line(number=line, cells={i: _plain(padded[i]) for i in range(len(headings))})
            )
    if problems:
        raise ImportRefused(problems)
    above = " ".join(
        cell.strip() for _number, cells in records[:at] for cell in cells if cell.strip()
    )
    return Table(
        headings=tuple(heading.strip() for heading in headings),
        lines=tuple(lines),
        number=number,
        above=above,
        cut=_cut_line(text, records[at:]),
    )


def _cut_line(text: str, records: Sequence[tuple[int, list[str]]]) -> int:
    """The last line, where it has fewer cells than each before it and does not even end: what is
    left of a file that was cut off. 0 where there is none.
    """
    if len(records) < 2 or text.endswith(("\n", "\r")):
        return 0
    *whole, (number, cells) = records
    return number if len(cells) < min(len(others) for _number, others in whole) else 0


def _heading_record(records: Sequence[Sequence[str]], known: frozenset[str]) -> int:
    """Which of the first records has the headings: that with most known ones; where none has any,
    the first one that is as wide as the widest, since titles are narrow.
    """
    if not records:
        return 0
    counts = [_known_cells(cells, known) for cells in records]
    if max(counts):
        return counts.index(max(counts))
    widths = [sum(bool(cell.strip()) for cell in cells) for cells in records]
    return widths.index(max(widths))


def _known_cells(cells: Iterable[str], known: frozenset[str]) -> int:
    return len(known & {header_name(cell) for cell in cells})


def _records(text: str, separator: str, *, first: int = 1) -> Iterator[tuple[int, list[str]]]:
    """Each record that is not blank, with the number of the line that it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        number = reader.line_num + first
        try:
            cells = next(reader, None)
        except csv.Error as error:
            reason = _OPEN_QUOTE if str(error) == "unexpected end of data" else error
            message = _("cannot be read as CSV: %(reason)s") % {"reason": reason}
            raise refused(message, line=number) from error
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield number, cells


def _separator(text: str, known: frozenset[str]) -> str:
    """The separator by which most headings are known ones, or else most cells stand in a line."""

    def fits(separator: str) -> tuple[int, int]:
        records: list[list[str]] = []
        with suppress(ImportRefused):  # what is wrong is told once the separator is known
            records += (cells for _, cells in islice(_records(text, separator), ROWS_ABOVE))
        cells = records[_heading_record(records, known)] if records else []
        return _known_cells(cells, known), len(cells)

    return max(SEPARATORS, key=fits)


def _plain(cell: str) -> str:
    return cell[1:] if _FORMULA_AS_TEXT.match(cell) else cell


def _from_json(text: str, lists: frozenset[str]) -> Table:
    headings: dict[str, int] = {}
    lines = []
    for number, pairs in json_objects(text, lists=lists):
        cells = {headings.setdefault(name, len(headings)): value for name, value in pairs.items()}
        lines.append(Line(number=number, cells=cells))
    return Table(headings=tuple(headings), lines=tuple(lines))
