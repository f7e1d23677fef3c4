"""The Plays as a CSV file: imported again, it changes nothing."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from plays.models import PageMapping, Play, PlayAlias, QuarterGoal
from plays.models.mapping import PLAY_PARTS
from plays.rules import play_names
from plays.rules.quarter import Quarter
from plays.sync.plays.goals import goals_at, quarter_of
from plays.sync.plays.importer.columns import (
    ALIASES,
    BY_NAME,
    COLUMNS,
    GOAL_COLUMNS,
    KEY,
    PAGE_COLUMNS,
    QUARTER,
)
from plays.sync.plays.importer.preview import as_text

# Spreadsheets calculate what begins like this; an apostrophe before it makes it text.
_FORMULA = re.compile(r"'*[=+\-@]")


def plays_as_csv(plays: Iterable[Play]) -> str:
    """`plays` by the columns that an import knows: a line for this quarter with all of them, and
    one for each later quarter that has goals of its own.
    """
    plays = list(plays)
    running = quarter_of(timezone.now())
    held = goals_at(plays, running)
    ahead = _goals_ahead(plays, running)
    others = _page_ids() | _aliases()
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(column.name for column in COLUMNS)
    for play in plays:
        values = {name: getattr(play, name, None) for name in BY_NAME}
        values |= {name: others.get((play.pk, name), "") for name in (ALIASES, *PAGE_COLUMNS)}
        writer.writerow(_line(values | _goals(held[play.pk], running)))
        for goal in ahead.get(play.pk, ()):
            blank = dict.fromkeys(BY_NAME, "") | {KEY: play.play_id}
            writer.writerow(_line(blank | _goals(goal, goal.of_quarter)))
    return text.getvalue()


def _line(values: Mapping[str, Any]) -> list[str]:
    return [_guarded(as_text(values[column.name])) for column in COLUMNS]


def _goals(goal: QuarterGoal, quarter: Quarter) -> dict[str, Any]:
    values = {column: getattr(goal, name) for column, name in GOAL_COLUMNS.items()}
    return {QUARTER: quarter, **values}


def _goals_ahead(plays: Iterable[Play], running: Quarter) -> dict[int, list[QuarterGoal]]:
    found: dict[int, list[QuarterGoal]] = {}
    rows = QuarterGoal.objects.filter(play__in=list(plays)).order_by("year", "quarter")
    for row in rows:
        if row.of_quarter > running:
            found.setdefault(row.play_id, []).append(row)
    return found


def _page_ids() -> dict[tuple[int, str], str]:
    """By the Play's primary key and the column."""
    column_of = {part.value: name for name, part in PAGE_COLUMNS.items()}
    mapped = PageMapping.objects.filter(part__in=PLAY_PARTS).select_related("page")
    return {
        (mapping.play_id, column_of[mapping.part]): mapping.page.page_id
        for mapping in mapped
        if mapping.page and mapping.play_id
    }


def _aliases() -> dict[tuple[int, str], str]:
    names: dict[int, list[str]] = {}
    for alias in PlayAlias.objects.all():
        names.setdefault(alias.play_id, []).append(alias.name)
    return {(pk, ALIASES): play_names.as_text(each) for pk, each in names.items()}


def _guarded(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text
