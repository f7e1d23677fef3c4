"""The Plays as a CSV file: imported again, it changes nothing."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from django.utils import timezone

from plays.models import PageMapping, Play, QuarterGoal
from plays.models.mapping import PLAY_PARTS
from plays.sync.plays.goals import goals_at, quarter_of
from plays.sync.plays.importer.columns import COLUMNS, GOAL_COLUMNS, PAGE_COLUMNS
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
    plays = list(plays)
    goals = goals_at(plays, quarter_of(timezone.now()))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(column.name for column in COLUMNS)
    for play in plays:
        writer.writerow(
            _guarded(_cell(play, column.name, pages, goals[play.pk])) for column in COLUMNS
        )
    return text.getvalue()


def _cell(
    play: Play, name: str, pages: dict[tuple[int | None, str], str], goal: QuarterGoal
) -> str:
    if name in PAGE_COLUMNS:
        return pages.get((play.pk, PAGE_COLUMNS[name].value), "")
    if name in GOAL_COLUMNS:
        return as_text(getattr(goal, GOAL_COLUMNS[name]))
    return as_text(getattr(play, name))


def _guarded(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text
