"""Many mappings at once: a file of them checked line by line, shown, and applied as one."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation
from django.utils.translation import gettext as _

from plays.models import Page, PageMapping, Play
from plays.models.mapping import PLAY_PARTS, SHARED_PARTS, PartChoice
from plays.models.page import PageState
from plays.rules.planner import Part
from plays.rules.play_names import PlayNames
from plays.storage.text import header_name
from plays.sync.jobs.taking import Taken
from plays.sync.mappings.assign import Assignment, assign_all, id_of
from plays.sync.mappings.page_check import PageCheck, look_at_page
from plays.sync.mappings.page_looks import remember
from plays.sync.mappings.page_reference import BadReference, page_id_of
from plays.sync.naming import play_names
from plays.sync.sheets.problems import ImportRefused, LineProblem
from plays.sync.sheets.reading import Line, Table, read_table
from plays.sync.site.connection import connect

HEADER = ("part", "play_id", "play_name", "page_id", "page_title", "page_url", "page_state")
# What a line is read by, under any of these headings; every other column is for people.
HEADINGS = {
    "part": ("part", "파트", "역할"),
    "play_id": ("play_id", "플레이 ID"),
    "page_id": ("page_id", "page", "페이지 ID", "페이지"),
}
_NAME_OF = {header_name(word): name for name, words in HEADINGS.items() for word in words}
# How long a preview may take for looking at pages.
LOOK_SECONDS = 20.0

Key = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class SheetLine:
    """What one line asks for: a page (empty: none) for a part, and what is there now.

    `others` are the parts that the page would play besides. `check` is how the page was seen
    live; None where it was not looked at.
    """

    number: int
    part: PartChoice
    play_id: str
    old: str
    new: str
    others: tuple[str, ...] = ()
    old_title: str = ""
    check: PageCheck | None = None

    @property
    def key(self) -> Key:
        return self.part, self.play_id


@dataclass(frozen=True, kw_only=True)
class SheetPreview:
    """What a file would change, and how many of its lines say what is so already."""

    changes: tuple[SheetLine, ...]
    unchanged: int

    @property
    def is_fine(self) -> bool:
        """Whether no page was seen to be unable to play its part."""
        return all(line.check is None or line.check.is_fine for line in self.changes)

    @property
    def not_looked_at(self) -> int:
        return sum(bool(line.new and line.check is None) for line in self.changes)

    @property
    def taken_away(self) -> int:
        return sum(not line.new for line in self.changes)


def sheet_rows() -> list[tuple[str, ...]]:
    """Every part and Play as it is mapped now, below `HEADER`."""
    found = {_key(m): m for m in PageMapping.objects.select_related("page", "play")}
    wanted: list[tuple[PartChoice, Play | None]] = [(part, None) for part in SHARED_PARTS]
    wanted += [(part, play) for play in Play.objects.all() for part in PLAY_PARTS]
    return [
        _row(part, play, found.get((part, play.play_id if play else ""))) for part, play in wanted
    ]


def preview_sheet(content: bytes) -> SheetPreview:
    """What a CSV or JSON file of mappings would change. Raises `ImportRefused`, all at once."""
    table = read_table(content, known=frozenset(_NAME_OF))
    columns = _columns(table)
    pages = {_key(m): id_of(m.page) for m in PageMapping.objects.select_related("page", "play")}
    plays = play_names()
    problems: list[LineProblem] = []
    lines = [
        found for line in table.lines if (found := _read(line, columns, pages, plays, problems))
    ]
    problems += _doubles(lines)
    if problems:
        raise ImportRefused(problems)
    changes = [line for line in lines if line.old != line.new]
    return SheetPreview(
        changes=tuple(_with_others(changes, pages)), unchanged=len(lines) - len(changes)
    )


def looked_up(preview: SheetPreview, *, seconds: float = LOOK_SECONDS) -> SheetPreview:
    """The preview with every page that it maps looked at live, as far as `seconds` go; one call a
    page. Where Confluence is not set up, no page is.
    """
    try:
        client = connect()
    except ImproperlyConfigured:
        return preview
    until = time.monotonic() + seconds
    titles = dict(Page.objects.values_list("page_id", "title"))
    checks: dict[tuple[str, str], PageCheck] = {}
    for line in preview.changes:
        if line.new and (line.part, line.new) not in checks and time.monotonic() < until:
            checks[line.part, line.new] = look_at_page(client, line.part, line.new)
    changes = tuple(
        replace(
            line,
            old_title=titles.get(line.old, ""),
            check=checks.get((line.part, line.new)),
        )
        for line in preview.changes
    )
    return replace(preview, changes=changes)


def apply_sheet(
    changes: Iterable[tuple[str, str, str, str]], *, by: User, reason: str = ""
) -> Taken:
    """Make previewed changes, each (part, play id, old page id, new page id), all or none.

    Raises `MappingChanged` where a mapping is no longer as the preview showed it, and
    `Play.DoesNotExist`. Returns as `assign_all` does.
    """
    assignments = [
        Assignment(mapping=_mapping(part, play_id), page_id=new, expected=old)
        for part, play_id, old, new in changes
    ]
    return assign_all(assignments, by=by, reason=reason)


def keep_looks(seen: Iterable[Mapping[str, Any]]) -> None:
    """What a preview saw of pages that are mapped now (`as_kept`), so that lists name them."""
    for one in seen:
        state, part = PageState(one["state"]), Part(one["part"])
        remember(PageCheck(**{**one, "state": state, "part": part}))


def as_kept(check: PageCheck) -> dict[str, Any]:
    """What is kept of a look, as plain values."""
    names = ("part", "page_id", "state", "title", "url", "version", "words")
    return {name: getattr(check, name) for name in names}


def _mapping(part: str, play_id: str) -> PageMapping:
    if not play_id:
        return PageMapping.objects.shared(part)
    return PageMapping.objects.of_play(Play.objects.get(play_id=play_id), part)


def _key(mapping: PageMapping) -> Key:
    return mapping.part, mapping.play.play_id if mapping.play else ""


def _row(part: PartChoice, play: Play | None, mapping: PageMapping | None) -> tuple[str, ...]:
    page = mapping.page if mapping else None
    return (
        part,
        play.play_id if play else "",
        play.name if play else "",
        id_of(page),
        page.title if page else "",
        page.url if page else "",
        page.state if page else "",
    )


def _columns(table: Table) -> dict[str, int]:
    """Where each column that we read stands. Raises `ImportRefused`."""
    found: dict[str, int] = {}
    problems = []
    for index, heading in enumerate(table.headings):
        name = _NAME_OF.get(header_name(heading))
        if name in found:
            problems.append(LineProblem(line=1, column=heading, message=_("stands there twice")))
        elif name:
            found[name] = index
    problems += [
        LineProblem(line=1, column=name, message=_("is missing"))
        for name in HEADINGS
        if name not in found
    ]
    if problems:
        raise ImportRefused(problems)
    return found


def _read(
    line: Line,
    columns: Mapping[str, int],
    pages: Mapping[Key, str],
    plays: PlayNames,
    problems: list[LineProblem],
) -> SheetLine | None:
    """A line's wish; None where it has a problem, which is added to `problems`."""
    part_text, play_id, page = (
        line.cells.get(columns[name], "").strip() for name in ("part", "play_id", "page_id")
    )
    part = _part(part_text)
    own_id = plays.find(play_id) or ""
    said: list[tuple[str, str]] = []
    if part is None:
        said.append(("part", _("is no part: write one of %(parts)s") % {"parts": _all_parts()}))
    elif part in SHARED_PARTS and play_id:
        said.append(("play_id", _("must be empty: this page is for all Plays")))
    elif part in PLAY_PARTS and not own_id:
        said.append(("play_id", _("is no Play here") if play_id else _("must not be empty")))
    try:
        new = page_id_of(page, site=settings.CONFLUENCE_URL)
    except BadReference as refused:
        new = ""
        said.append(("page_id", str(refused)))
    problems += [LineProblem(line=line.number, column=name, message=text) for name, text in said]
    if said or part is None:
        return None
    old = pages.get((part, own_id), "")
    return SheetLine(number=line.number, part=part, play_id=own_id, old=old, new=new)


def _part(text: str) -> PartChoice | None:
    """A part by its name or by what the screens call it, in either language."""
    names = {header_name(part): part for part in PartChoice}
    for language, _label in settings.LANGUAGES:
        with translation.override(language):
            names |= {header_name(str(part.label)): part for part in PartChoice}
    return names.get(header_name(text))


def _all_parts() -> str:
    return ", ".join(PartChoice)


def _doubles(lines: Iterable[SheetLine]) -> list[LineProblem]:
    first: dict[Key, int] = {}
    return [
        LineProblem(
            line=line.number,
            message=_("says again what line %(line)s says") % {"line": first[line.key]},
        )
        for line in lines
        if first.setdefault(line.key, line.number) != line.number
    ]


def _with_others(changes: list[SheetLine], pages: Mapping[Key, str]) -> list[SheetLine]:
    """The changes, each with the further parts that its page would play after all of them."""
    after = {**pages, **{line.key: line.new for line in changes}}
    uses = Counter(page for page in after.values() if page)
    doubled: dict[str, list[Key]] = {}
    for key, page in after.items():
        if uses[page] > 1:
            doubled.setdefault(page, []).append(key)
    return [_beside(line, doubled.get(line.new, [])) for line in changes]


def _beside(line: SheetLine, keys: list[Key]) -> SheetLine:
    names = tuple(
        " · ".join(filter(None, (str(PartChoice(part).label), play_id)))
        for part, play_id in keys
        if (part, play_id) != line.key
    )
    return replace(line, others=names)
