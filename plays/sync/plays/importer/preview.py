"""What an import would do, Play by Play and field by field; it changes nothing."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from plays.models import PageMapping, Play, QuarterGoal
from plays.models.mapping import PLAY_PARTS
from plays.sync.plays.goals import goals_at, quarter_of
from plays.sync.plays.importer.columns import COLUMNS, GOAL_COLUMNS, PAGE_COLUMNS
from plays.sync.plays.importer.rows import KEY, PlayFile, PlayRow
from plays.sync.sheets.problems import ImportRefused, LineProblem

CREATED, CHANGED, UNCHANGED = "created", "changed", "unchanged"
LABELS = {column.name: column.label for column in COLUMNS}


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """A field by its column name, its value now and the value that it gets, as text."""

    field: str
    old: str
    new: str

    @property
    def label(self) -> str:
        return str(LABELS[self.field])


@dataclass(frozen=True, kw_only=True)
class PlayChange:
    """What becomes of one Play. `play` is None where it is made."""

    row: PlayRow
    play: Play | None
    changes: tuple[FieldChange, ...]

    @property
    def play_id(self) -> str:
        return self.row.play_id

    @property
    def name(self) -> str:
        """The name that the Play has then."""
        return str(self.row.values.get("name", self.play.name if self.play else ""))

    @property
    def state(self) -> str:
        """created, changed or unchanged."""
        if self.play is None:
            return CREATED
        return CHANGED if self.changes else UNCHANGED

    @property
    def fields(self) -> dict[str, Any]:
        """The values to be set on the Play."""
        own = (c.field for c in self.changes if c.field not in {**PAGE_COLUMNS, **GOAL_COLUMNS})
        return {name: self.row.values[name] for name in own}

    @property
    def goals(self) -> dict[str, Any]:
        """The goals to be set, by their name."""
        found = (c.field for c in self.changes if c.field in GOAL_COLUMNS)
        return {GOAL_COLUMNS[name]: self.row.values[name] for name in found}

    @property
    def pages(self) -> dict[str, str]:
        """The page ids to be mapped, by part."""
        return {PAGE_COLUMNS[c.field].value: c.new for c in self.changes if c.field in PAGE_COLUMNS}


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Everything that an import would do. `notes` are remarks for people, no problems.

    `digest` names these very differences: another one means that the file or the Plays differ
    from what was shown.
    """

    plays: tuple[PlayChange, ...]
    notes: tuple[str, ...]
    digest: str

    def count(self, state: str) -> int:
        return sum(play.state == state for play in self.plays)

    @property
    def created(self) -> int:
        return self.count(CREATED)

    @property
    def changed(self) -> int:
        return self.count(CHANGED)

    @property
    def unchanged(self) -> int:
        return self.count(UNCHANGED)

    @property
    def differing(self) -> tuple[PlayChange, ...]:
        """The Plays that would be made or changed."""
        return tuple(play for play in self.plays if play.state != UNCHANGED)


def compare(file: PlayFile) -> Preview:
    """The file beside the Plays as they are now; three queries.

    Raises `ImportRefused` where an id differs from an existing one only in case.
    """
    plays = {play.play_id: play for play in Play.objects.all()}
    _refuse_lookalikes(file.rows, plays)
    pages = _pages_now()
    goals = goals_at(plays.values(), quarter_of(timezone.now()))
    changes = tuple(_change(row, plays.get(row.play_id), pages, goals) for row in file.rows)
    return Preview(
        plays=changes, notes=tuple(_notes(file, changes, pages)), digest=_digest(changes)
    )


def as_text(value: Any) -> str:
    """A field's value as files and previews show it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def _pages_now() -> dict[tuple[str, str], str]:
    """The page id of each mapped part, by Play id and part."""
    mapped = PageMapping.objects.filter(part__in=PLAY_PARTS, page__isnull=False)
    rows = mapped.values_list("play__play_id", "part", "page__page_id")
    return {(str(play_id), part): str(page_id) for play_id, part, page_id in rows}


def _change(
    row: PlayRow,
    play: Play | None,
    pages: Mapping[tuple[str, str], str],
    goals: Mapping[int, QuarterGoal],
) -> PlayChange:
    blank = play or Play(play_id=row.play_id)
    held = goals[play.pk] if play else QuarterGoal()
    found = []
    for name, value in row.values.items():
        if name in PAGE_COLUMNS:
            old = pages.get((row.play_id, PAGE_COLUMNS[name].value), "")
        elif name in GOAL_COLUMNS:
            old = getattr(held, GOAL_COLUMNS[name])
        else:
            old = getattr(blank, name)
        if old != value:
            found.append(FieldChange(field=name, old=as_text(old), new=as_text(value)))
    return PlayChange(row=row, play=play, changes=tuple(found))


def _refuse_lookalikes(rows: Iterable[PlayRow], plays: Mapping[str, Play]) -> None:
    folded = {play_id.casefold(): play_id for play_id in plays}
    problems = [
        LineProblem(
            line=row.line,
            column=KEY,
            message=_("%(play)s is there already, with other capital letters")
            % {"play": folded[row.play_id.casefold()]},
        )
        for row in rows
        if row.play_id not in plays and row.play_id.casefold() in folded
    ]
    if problems:
        raise ImportRefused(problems)


def _notes(
    file: PlayFile, changes: Iterable[PlayChange], pages: Mapping[tuple[str, str], str]
) -> Iterator[str]:
    if file.left_aside:
        columns = ", ".join(file.left_aside)
        yield _("Left aside, as the product reckons it itself: %(columns)s") % {"columns": columns}
    then = dict(pages)
    for change in changes:
        then |= {(change.play_id, part): page for part, page in change.pages.items()}
    uses = Counter(then.values())
    for page_id in sorted({p for c in changes for p in c.pages.values() if uses[p] > 1}):
        yield _("Page %(page)s would play %(count)s parts at once.") % {
            "page": page_id,
            "count": uses[page_id],
        }


def _digest(changes: Iterable[PlayChange]) -> str:
    said = [
        [change.play_id, change.state, [[c.field, c.old, c.new] for c in change.changes]]
        for change in changes
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
