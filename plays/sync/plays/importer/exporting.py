"""The Plays as a CSV file: imported again, it changes nothing."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from plays.models import PageMapping, Play
from plays.models.mapping import PLAY_PARTS
from plays.sync.plays.importer.columns import COLUMNS, PAGE_COLUMNS
from plays.sync.plays.importer.preview import as_text

# Spreadsheets reckon what begins like this; an apostrophe before it makes it text.
_FORMULA = re.compile(r"'*[=+\-@]")


def plays_as_csv(plays: Iterable[Play]) -> str:
    """`plays` with the page ids of their own parts, by the columns that an import knows."""
    pages = {
        (mapping.play_id, mapping.part): mapping.page.page_id
        for mapping in PageMapping.objects.filter(part__in=PLAY_PARTS).select_related("page")
        if mapping.page
    }
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(column.name for column in COLUMNS)
    for play in plays:
        writer.writerow(_guarded(_cell(play, column.name, pages)) for column in COLUMNS)
    return text.getvalue()


def _cell(play: Play, name: str, pages: dict[tuple[int | None, str], str]) -> str:
    if name in PAGE_COLUMNS:
        return pages.get((play.pk, PAGE_COLUMNS[name].value), "")
    return as_text(getattr(play, name))


def _guarded(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text
