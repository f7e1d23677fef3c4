"""Plays from a CSV file: every line checked, then all of it applied in one transaction."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from plays.models import PageMapping, Play
from plays.models.mapping import PartChoice
from plays.sync.intake import accept_waiting
from plays.sync.mappings import assign, is_page_id
from plays.sync.setup import make_play_mappings

MAX_GOAL = 100_000


class BadValue(ValueError):
    """What is wrong with one value, in a sentence for people."""


@dataclass(frozen=True, kw_only=True)
class LineProblem:
    """What is wrong at one place of the file; `line` counts from 1, the header's line included."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.column}: {self.message}"


class ImportRefused(ValueError):
    """Nothing was imported; `problems` says why, place by place."""

    def __init__(self, problems: list[LineProblem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import did: how many Plays it made, changed and found as they were."""

    created: int
    changed: int
    unchanged: int
    accepted_events: int = 0


def import_plays(text: str) -> Imported:
    """Import Plays from CSV text with a header line. Columns that are not there stay as they are.

    Raises `ImportRefused` and imports nothing where any line is wrong.
    """
    rows = _read(text)
    with transaction.atomic():
        results = [_apply(values) for values in rows]
    accepted = sum(accept_waiting(f"play:{values['play_id']}") for values in rows)
    return Imported(
        created=results.count("created"),
        changed=results.count("changed"),
        unchanged=results.count("unchanged"),
        accepted_events=accepted,
    )


def _text(limit: int | None) -> Callable[[str], str]:
    def check(value: str) -> str:
        cleaned = "".join(" " if ord(c) < 32 and c != "\n" else c for c in value).strip()
        if limit is not None and len(cleaned) > limit:
            raise BadValue(f"is too long: {len(cleaned):,} characters, {limit:,} are allowed")
        return cleaned

    return check


def _play_id(value: str) -> str:
    name = _text(100)(value)
    if not name:
        raise BadValue("must not be empty")
    if re.search(r"[\s/]", name):
        raise BadValue("must not hold spaces or slashes")
    return name


def _goal(value: str) -> int:
    digits = value.replace(",", "").strip()
    if not digits:
        return 0
    if not re.fullmatch(r"[0-9]{1,9}", digits) or int(digits) > MAX_GOAL:
        raise BadValue(f"must be a number from 0 to {MAX_GOAL:,}")
    return int(digits)


def _day(value: str) -> date | None:
    if not value.strip():
        return None
    try:
        return date.fromisoformat(value.strip())
    except ValueError as error:
        raise BadValue("must be a date like 2026-01-18") from error


def _truth(value: str) -> bool:
    word = value.strip().lower()
    if word in ("", "true", "1", "yes", "y", "o", "예"):
        return True
    if word in ("false", "0", "no", "n", "x", "아니오"):
        return False
    raise BadValue("must be true or false")


def _page(value: str) -> str:
    page_id = value.strip()
    if page_id.upper() == "TBD":
        return ""
    if page_id and not is_page_id(page_id):
        raise BadValue("must be a page id: digits")
    return page_id


COLUMNS: dict[str, Callable[[str], Any]] = {
    "play_id": _play_id,
    "name": _text(300),
    "owner": _text(200),
    "source": _text(100),
    "channel": _text(100),
    "priority": _text(100),
    "cycle": _text(100),
    "activity_goal": _goal,
    "signal_goal": _goal,
    "brief_goal": _goal,
    "s2_goal": _goal,
    "next_action": _text(None),
    "due_date": _day,
    "is_active": _truth,
    "live_doc_page_id": _page,
    "todo_page_id": _page,
}
PAGE_COLUMNS = {
    "live_doc_page_id": PartChoice.LIVE_DOC,
    "todo_page_id": PartChoice.PLAY_TODO,
}


def _read(text: str) -> list[dict[str, Any]]:
    """Every line's clean values; all problems of the file in one `ImportRefused`."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    problems: list[LineProblem] = []
    rows: list[dict[str, Any]] = []
    try:
        problems += _header_problems(reader.fieldnames or [])
        if not problems:
            rows = list(_checked(reader, problems))
    except csv.Error as error:
        problems.append(LineProblem(line=reader.line_num, column="-", message=str(error)))
    if problems:
        raise ImportRefused(problems)
    return rows


def _header_problems(names: Any) -> list[LineProblem]:
    found = [(name or "").strip() for name in names]
    unknown = [name for name in found if name not in COLUMNS]
    doubled = {name for name in found if found.count(name) > 1}
    problems = [LineProblem(line=1, column=n or "-", message="is unknown") for n in unknown]
    problems += [LineProblem(line=1, column=n, message="stands there twice") for n in doubled]
    if "play_id" not in found:
        problems.append(LineProblem(line=1, column="play_id", message="is missing"))
    return problems


def _checked(reader: csv.DictReader[str], problems: list[LineProblem]) -> Iterator[dict[str, Any]]:
    seen: dict[str, int] = {}
    for raw in reader:
        line = reader.line_num
        if raw.get(None):
            problems.append(LineProblem(line=line, column="-", message="has too many columns"))
            continue
        values = _values(raw, line, problems)
        play_id = values.get("play_id")
        if play_id in seen:
            message = f"{play_id} stands on line {seen[play_id]} already"
            problems.append(LineProblem(line=line, column="play_id", message=message))
        elif play_id:
            seen[play_id] = line
        yield values


def _values(raw: dict[str, str | None], line: int, problems: list[LineProblem]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in raw.items():
        try:
            values[name.strip()] = COLUMNS[name.strip()](value or "")
        except BadValue as problem:
            problems.append(LineProblem(line=line, column=name, message=str(problem)))
    return values


def _apply(values: dict[str, Any]) -> str:
    """Returns created, changed or unchanged."""
    fields = {n: v for n, v in values.items() if n not in (*PAGE_COLUMNS, "play_id")}
    play, created = Play.objects.get_or_create(play_id=values["play_id"], defaults=fields)
    differing = [name for name, value in fields.items() if getattr(play, name) != value]
    for name in differing:
        setattr(play, name, fields[name])
    if differing:
        play.save(update_fields=differing)
    make_play_mappings(play)
    remapped = [_map(play, n, values[n]) for n in PAGE_COLUMNS if values.get(n)]
    if created:
        return "created"
    return "changed" if differing or any(remapped) else "unchanged"


def _map(play: Play, column: str, page_id: str) -> bool:
    mapping = PageMapping.objects.of_play(play, PAGE_COLUMNS[column])
    return assign(mapping, page_id, reason="import", now=timezone.now())
