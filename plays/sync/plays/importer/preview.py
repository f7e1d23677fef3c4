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

from plays.models import PageMapping, Play, PlayAlias, QuarterGoal
from plays.models.mapping import PLAY_PARTS
from plays.rules import play_names
from plays.rules.problems import Code, Problem
from plays.rules.quarter import Quarter
from plays.sync.plays.goals import goals_at, quarter_of
from plays.sync.plays.importer.columns import (
    ALIASES,
    COLUMNS,
    GOAL_COLUMNS,
    KEY,
    PAGE_COLUMNS,
)
from plays.sync.plays.importer.rows import PlayFile, PlayRow, notes_on
from plays.sync.sheets.problems import ImportRefused, LineProblem

CREATED, CHANGED, UNCHANGED = "created", "changed", "unchanged"
LABELS = {column.name: column.label for column in COLUMNS}


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """A field by its column name, its value now and the value that it gets, as text.

    `value` is that value itself; a goal is the goal of `quarter`.
    """

    field: str
    old: str
    new: str
    value: Any
    quarter: Quarter | None = None

    @property
    def label(self) -> str:
        label = str(LABELS[self.field])
        return f"{label} {self.quarter}" if self.quarter else label

    @property
    def name(self) -> str:
        """The field, with its quarter where it has one."""
        return f"{self.field} {self.quarter}" if self.quarter else self.field


@dataclass(frozen=True, kw_only=True)
class PlayChange:
    """What becomes of one Play by all its lines. `play` is None where it is made."""

    rows: tuple[PlayRow, ...]
    play: Play | None
    changes: tuple[FieldChange, ...]

    @property
    def play_id(self) -> str:
        return self.rows[0].play_id

    @property
    def lines(self) -> str:
        return ", ".join(str(row.line) for row in self.rows)

    @property
    def name(self) -> str:
        """The name that the Play has then."""
        new = next((c.new for c in self.changes if c.field == "name"), None)
        return new if new is not None else (self.play.name if self.play else "")

    @property
    def state(self) -> str:
        """created, changed or unchanged."""
        if self.play is None:
            return CREATED
        return CHANGED if self.changes else UNCHANGED

    @property
    def fields(self) -> dict[str, Any]:
        """The values to be set on the Play itself."""
        elsewhere = {*PAGE_COLUMNS, *GOAL_COLUMNS, ALIASES}
        return {c.field: c.value for c in self.changes if c.field not in elsewhere}

    @property
    def goals(self) -> dict[Quarter, dict[str, Any]]:
        """The goals to be set, by their quarter and name."""
        found: dict[Quarter, dict[str, Any]] = {}
        for change in self.changes:
            if change.quarter:
                found.setdefault(change.quarter, {})[GOAL_COLUMNS[change.field]] = change.value
        return found

    @property
    def aliases(self) -> tuple[str, ...] | None:
        """All that the Play shall have; None where they stay."""
        said = next((c.new for c in self.changes if c.field == ALIASES), None)
        return None if said is None else play_names.alias_list(said)

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


@dataclass(frozen=True, kw_only=True)
class _Now:
    """The Plays as they are. Goals are by quarter and the Play's primary key, pages by Play id and
    part, `owners` of aliases by the alias.
    """

    plays: Mapping[str, Play]
    goals: Mapping[Quarter, Mapping[int, QuarterGoal]]
    pages: Mapping[tuple[str, str], str]
    owners: Mapping[str, str]
    running: Quarter

    def own_quarter(self, play_id: str, quarter: Quarter) -> Quarter | None:
        """The quarter whose goals hold in `quarter`; None where there are none."""
        play = self.plays.get(play_id)
        held = self.goals[quarter][play.pk] if play else QuarterGoal()
        return held.of_quarter if held.pk else None

    def value(self, play_id: str, name: str, quarter: Quarter) -> Any:
        """What a column says of a Play now; of a new one, what it has by itself."""
        play = self.plays.get(play_id)
        if name in PAGE_COLUMNS:
            return self.pages.get((play_id, PAGE_COLUMNS[name].value), "")
        if name in GOAL_COLUMNS:
            held = self.goals[quarter][play.pk] if play else QuarterGoal()
            return getattr(held, GOAL_COLUMNS[name])
        if name == ALIASES:
            return play_names.as_text(a for a, owner in self.owners.items() if owner == play_id)
        return getattr(play or Play(play_id=play_id), name)


def compare(file: PlayFile) -> Preview:
    """The file beside the Plays as they are now; three queries, and one for each quarter.

    Raises `ImportRefused` where an id differs from an existing one only in case, where lines of
    one Play contradict each other, and where an alias is another Play's name.
    """
    now = _now({row.quarter for row in file.rows})
    of_play: dict[str, list[PlayRow]] = {}
    for row in file.rows:
        of_play.setdefault(row.play_id, []).append(row)
    problems = [
        *_lookalikes(file.rows, now.plays),
        *(problem for rows in of_play.values() for problem in _contradictions(file, rows)),
    ]
    changes = tuple(_change(rows, now) for rows in of_play.values())
    problems += _aliases_taken(file, changes, now)
    if problems:
        raise ImportRefused(problems)
    notes = (*notes_on(file), *_notes(changes, now))
    return Preview(plays=changes, notes=notes, digest=_digest(changes))


def as_text(value: Any) -> str:
    """A field's value as files and previews show it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def _now(quarters: Iterable[Quarter]) -> _Now:
    plays = {play.play_id: play for play in Play.objects.all()}
    owners = PlayAlias.objects.order_by().values_list("name", "play__play_id")
    mapped = PageMapping.objects.filter(part__in=PLAY_PARTS, page__isnull=False)
    pages = mapped.values_list("play__play_id", "part", "page__page_id")
    return _Now(
        plays=plays,
        goals={quarter: goals_at(plays.values(), quarter) for quarter in quarters},
        pages={(str(play_id), part): str(page_id) for play_id, part, page_id in pages},
        owners=dict(owners),
        running=quarter_of(timezone.now()),
    )


def _change(rows: list[PlayRow], now: _Now) -> PlayChange:
    """All lines of a Play as one, by quarter; what one line leaves blank another may say."""
    changes: dict[str, FieldChange] = {}
    for row in sorted(rows, key=lambda row: row.quarter):
        for name, said in row.values.items():
            value = _without_own_id(said, row.play_id) if name == ALIASES else said
            quarter = row.quarter if name in GOAL_COLUMNS else None
            old = _taken_over(changes.values(), row, name, now)
            change = FieldChange(
                field=name, old=as_text(old), new=as_text(value), value=value, quarter=quarter
            )
            if change.name not in changes or not _is_blank(value):
                changes[change.name] = change
    return PlayChange(
        rows=tuple(rows),
        play=now.plays.get(rows[0].play_id),
        changes=tuple(change for change in changes.values() if change.old != change.new),
    )


def _taken_over(changes: Iterable[FieldChange], row: PlayRow, name: str, now: _Now) -> Any:
    """What a column would say by itself: a quarter without goals of its own takes over those that
    an earlier line sets, unless that quarter is over.
    """
    if name in GOAL_COLUMNS:
        earlier = [c for c in changes if c.field == name and c.quarter and c.old != c.new]
        own = now.own_quarter(row.play_id, row.quarter)
        for change in reversed(earlier):
            quarter = change.quarter
            if quarter and quarter >= now.running and (own is None or own < quarter):
                return change.value
    return now.value(row.play_id, name, row.quarter)


def _without_own_id(aliases: str, play_id: str) -> str:
    """A Play needs no alias for its own id."""
    return play_names.as_text(a for a in play_names.alias_list(aliases) if a != play_id)


def _is_blank(value: Any) -> bool:
    return value in ("", None)


def _contradictions(file: PlayFile, rows: list[PlayRow]) -> Iterator[LineProblem]:
    """Where two lines of one Play say different things that are no quarter's."""
    said: dict[str, tuple[Any, int]] = {}
    for row in rows if len(rows) > 1 else ():
        for name, value in row.values.items():
            if name in GOAL_COLUMNS or _is_blank(value):
                continue
            earlier, line = said.setdefault(name, (value, row.line))
            if earlier != value:
                message = _("line %(line)s says “%(value)s” of the same Play") % {
                    "line": line,
                    "value": as_text(earlier),
                }
                yield _problem(file, row, name, message)


def _lookalikes(rows: Iterable[PlayRow], plays: Mapping[str, Play]) -> Iterator[LineProblem]:
    folded = {play_id.casefold(): play_id for play_id in plays}
    for row in rows:
        if row.play_id not in plays and row.play_id.casefold() in folded:
            message = _("%(play)s is there already, with other capital letters")
            yield LineProblem(
                line=row.line,
                column=KEY,
                message=message % {"play": folded[row.play_id.casefold()]},
                index=row.indices[KEY],
            )


def _aliases_taken(
    file: PlayFile, changes: Iterable[PlayChange], now: _Now
) -> Iterator[LineProblem]:
    """Aliases that would name two Plays, or are a Play's id."""
    changes = tuple(changes)
    ids = {*now.plays, *(change.play_id for change in changes)}
    given = {change.play_id: change.aliases for change in changes if change.aliases is not None}
    owners = {name: owner for name, owner in now.owners.items() if owner not in given}
    for change in changes:
        for name in given.get(change.play_id, ()):
            owner = name if name in ids else owners.setdefault(name, change.play_id)
            if owner != change.play_id:
                taken = Problem(code=Code.NAME_TAKEN, params={"name": name, "play": owner})
                row = next(row for row in change.rows if ALIASES in row.values)
                yield _problem(file, row, ALIASES, taken.told(_))


def _problem(file: PlayFile, row: PlayRow, name: str, message: str) -> LineProblem:
    index = row.indices[name]
    return LineProblem(
        line=row.line, column=file.table.headings[index], message=message, index=index
    )


def _notes(changes: Iterable[PlayChange], now: _Now) -> Iterator[str]:
    then = dict(now.pages)
    for change in changes:
        then |= {(change.play_id, part): page for part, page in change.pages.items()}
        yield from _front_of_another(change, now)
    uses = Counter(then.values())
    for page_id in sorted({p for c in changes for p in c.pages.values() if uses[p] > 1}):
        yield _("Page %(page)s would play %(count)s parts at once.") % {
            "page": page_id,
            "count": uses[page_id],
        }


def _front_of_another(change: PlayChange, now: _Now) -> Iterator[str]:
    """A new Play whose id goes on where another's ends may be that Play under its long id."""
    if change.play is not None:
        return
    for front in play_names.fronts(change.play_id):
        if front in now.plays:
            yield _(
                "%(new)s begins like the Play %(play)s. If they are the same, write %(play)s "
                "in the file, and %(new)s as its alias."
            ) % {"new": change.play_id, "play": front}


def _digest(changes: Iterable[PlayChange]) -> str:
    said = [
        [change.play_id, change.state, [[c.name, c.old, c.new] for c in change.changes]]
        for change in changes
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
