"""An Excel workbook's first sheet that has something on it -> CSV text, line by line."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from plays.sync.sheets.problems import refused

# What a workbook may hold once it is unpacked; 5 MB can be made to hold a thousand times more.
MAX_UNPACKED = 100 * 1024 * 1024
# What is merged beyond that reads as it stands in the file.
MAX_MERGED = 5_000
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]{1,3})(\d{1,7}):[A-Z]+(\d{1,7})"')


def workbook_as_csv(content: bytes, *, most_lines: int) -> str:
    """The sheet's cells as they read, an empty line for an empty row. Raises `ImportRefused` for
    what is no workbook, is too large, or where the package to read it (openpyxl) is not installed.
    """
    try:
        import openpyxl
    except ImportError as error:
        raise refused(
            _("This is an Excel workbook. Save it as “CSV UTF-8” first, or install openpyxl.")
        ) from error
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED:
                raise refused(_("The workbook is too large."))
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise refused(_("This is no Excel workbook that can be read.")) from error
    text = io.StringIO()
    writer = csv.writer(text)
    for row in _rows(book, content, most_lines):
        writer.writerow(map(_text, row))
    return text.getvalue()


def _rows(book: Any, content: bytes, most: int) -> Iterator[Sequence[Any]]:
    """The rows of the first sheet that has any."""
    for sheet in book.worksheets:
        rows = [list(row) for row in sheet.iter_rows(values_only=True, max_row=most)]
        if any(cell is not None for row in rows for cell in row):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                # The path is openpyxl's own; its reader that keeps little in memory tells of no
                # merged cells.
                _fill_merged(rows, archive.read(sheet._worksheet_path))
            yield from rows
            return


def _fill_merged(rows: Sequence[list[Any]], source: bytes) -> None:
    """Write the text or date of cells merged downwards into each of their rows, as a reader takes
    it.

    Only the first of them has the value in the file. A number stays there: it may be what the rows
    have together, and would be multiplied. A row of nothing else stays empty, and a title merged
    across its line stays one cell.
    """
    from openpyxl.utils import column_index_from_string

    for found in islice(_MERGED.finditer(source), MAX_MERGED):
        left = column_index_from_string(found[1].decode()) - 1
        top, bottom = int(found[2]), int(found[3])
        said = next((cell for row in rows[top - 1 : top] for cell in row[left : left + 1]), None)
        if isinstance(said, int | float):
            continue
        for row in rows[top:bottom]:
            if any(cell is not None for cell in row):
                row.extend([None] * (left + 1 - len(row)))
                row[left] = said


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, str):
        # A spreadsheet's text is text, whatever it begins with: `_plain` takes this mark away.
        return f"'{value}" if value.lstrip("'")[:1] in ("=", "+", "-", "@") and value else value
    return "" if value is None else str(value)
