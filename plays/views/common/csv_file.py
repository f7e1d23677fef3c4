"""A list as a CSV file that spreadsheets open right: Korean kept, no cell taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import StreamingHttpResponse

M = TypeVar("M", bound=Model)

BOM = "\ufeff"  # without it Excel takes UTF-8 for the machine's own code page
PIECE = 32 * 1024  # characters sent at once
ROWS = 500  # read at once
# What spreadsheets run as a formula. Source: OWASP, "CSV Injection".
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_file(
    name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]
) -> StreamingHttpResponse:
    """An answer that the browser saves as `name`; it is sent while `rows` are read."""
    response = StreamingHttpResponse(_pieces(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _pieces(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    text = io.StringIO()
    writer = csv.writer(text)
    text.write(BOM)
    writer.writerow(header)
    for row in rows:
        writer.writerow([plain(value) for value in row])
        if text.tell() >= PIECE:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()


def plain(value: Any) -> str:
    """A cell's text; one that looks like a formula begins with an apostrophe."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def in_pieces(rows: QuerySet[M], moment: str) -> Iterator[M]:
    """All of `rows`, whose order is the newest first by `moment`, some hundreds at a time.

    Each piece is a question of its own. An iterator would be one that lasts as long as somebody
    loads the file; and on PostgreSQL, outside a transaction, all rows are copied before the first.
    """
    earlier = Q()
    while piece := list(rows.filter(earlier)[:ROWS]):
        yield from piece
        at = getattr(piece[-1], moment)
        same = Q(**{moment: at, "pk__lt": piece[-1].pk})
        earlier = Q(**{f"{moment}__lte": at}) & (Q(**{f"{moment}__lt": at}) | same)
