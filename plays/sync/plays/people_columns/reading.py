"""A Play DB page -> what it says in people's columns; bad values are told, never taken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.utils.translation import gettext as _

from plays.models import Page
from plays.rules.day import NotADay, read_day
from plays.rules.headings import ON_THE_PAGE, WORDS
from plays.rules.pages import PLAY_DB
from plays.storage import Content, Guidance, Row, Unreadable, read_rows
from plays.storage.text import header_name
from plays.sync.layouts.guidance import chosen_now, known_plays
from plays.sync.mappings.page_reference import BadReference, page_id_of
from plays.sync.site.people import display_names

# People's columns by the Play's field, and what they may be headed.
HEADINGS = {field: (field, *WORDS[field]) for field in ON_THE_PAGE}
FIELD_OF = {header_name(h): field for field, headings in HEADINGS.items() for h in headings}
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
LIMITS = {"name": 300, "owner": 200, "next_action": 10_000, "notes": 10_000}


@dataclass(frozen=True, kw_only=True)
class NotTaken:
    """A value on the page that was not taken, and why; without a Play, a whole column."""

    play_id: str = ""
    column: str
    value: str = ""
    message: str

    def __str__(self) -> str:
        place = f"{self.play_id}, {self.column}" if self.play_id else self.column
        return f"{place}: {self.message}"


@dataclass(frozen=True, kw_only=True)
class PeopleRow:
    """A row's values by the Play's fields, as text (a day as 2026-01-18); only those that can be
    taken.
    """

    play_id: str
    values: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class PeopleTable:
    """What the table says, and what of it cannot be taken."""

    rows: tuple[PeopleRow, ...]
    problems: tuple[NotTaken, ...]


def read_people_columns(body: str) -> PeopleTable:
    """The Play DB table's rows with their people's columns, mentions by display name.

    One call to Confluence at most, for names that are not known yet. Raises `EditError`.
    """
    chosen = chosen_now()[PLAY_DB]
    rows = read_rows(body, PLAY_DB, Guidance(known=known_plays(), chosen=chosen))
    columns, problems = _columns(rows, chosen.headings)
    cells = [
        row.contents[name] for row in rows for name in columns.values() if name in row.contents
    ]
    texts = _Texts(display_names({account for cell in cells for account in cell.accounts}))
    read = [_people_row(row, columns, texts, problems) for row in rows]
    return PeopleTable(rows=tuple(read), problems=tuple(problems))


class _Texts:
    """What cells say, with the names of people and of pages that are known here."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def of(self, field: str, content: Content) -> str:
        """A cell's text. Raises _Unusable for what cannot be read as text."""
        text = content.text(self._names, self._title_of)
        if isinstance(text, Unreadable):
            if text.what == "ri:user":
                raise _Unusable(_("mentions somebody whose name cannot be had now"))
            held = {"what": text.what}
            raise _Unusable(_("holds something that is no text (%(what)s)") % held)
        if field == "name" and _ADDRESS.match(text):
            raise _Unusable(_("is a link to a page whose title is not known here"))
        return text

    def _title_of(self, url: str) -> str | None:
        try:
            return self._titles.get(page_id_of(url, site=settings.CONFLUENCE_URL))
        except BadReference:
            return None

    @cached_property
    def _titles(self) -> dict[str, str]:
        return dict(Page.objects.exclude(title="").values_list("page_id", "title"))


def _columns(
    rows: Iterable[Row], chosen: Mapping[str, str]
) -> tuple[dict[str, str], list[NotTaken]]:
    """The heading of each field; one that two columns claim is a problem, and none of them.

    `chosen` are headings that an admin chose, by field; a field with "" is left alone.
    """
    by_choice = {header_name(heading): field for field, heading in chosen.items() if heading}
    claims: dict[str, list[str]] = {}
    for heading in dict.fromkeys(heading for row in rows for heading in row.others):
        name = header_name(heading)
        field = by_choice.get(name) or FIELD_OF.get(name)
        if field in HEADINGS and (name in by_choice or not _is_chosen(field, rows, chosen)):
            claims.setdefault(field, []).append(heading)
    return {f: h[0] for f, h in claims.items() if len(h) == 1}, list(_doubled(claims))


def _is_chosen(field: str, rows: Iterable[Row], chosen: Mapping[str, str]) -> bool:
    """Whether an admin left the field alone, or chose another column of the page for it."""
    if field not in chosen:
        return False
    headings = {header_name(heading) for row in rows for heading in row.others}
    return not chosen[field] or header_name(chosen[field]) in headings


def _doubled(claims: Mapping[str, list[str]]) -> Iterator[NotTaken]:
    for headings in claims.values():
        if len(headings) > 1:
            message = _("several columns mean the same; none of them is taken")
            yield NotTaken(column=", ".join(headings), message=message)


def _people_row(
    row: Row, columns: Mapping[str, str], texts: _Texts, problems: list[NotTaken]
) -> PeopleRow:
    """The row's values; those that cannot be taken are added to `problems`."""
    values: dict[str, str] = {}
    for field, heading in columns.items():
        content = row.contents.get(heading)
        if content is None:
            continue
        try:
            values[field] = _value(field, texts.of(field, content))
        except _Unusable as reason:
            said = content.summary()
            problems.append(
                NotTaken(play_id=row.key, column=heading, value=said, message=str(reason))
            )
    return PeopleRow(play_id=row.key, values=values)


class _Unusable(ValueError):
    """Why a value cannot be taken."""


def _value(field: str, text: str) -> str:
    if field != "due_date":
        limit = LIMITS[field]
        if len(text) > limit:
            raise _Unusable(_("is longer than %(limit)s characters") % {"limit": f"{limit:,}"})
        return text
    try:
        day = read_day(text)
    except NotADay as error:
        raise _Unusable(_("“%(text)s” is no date like 2026-01-18") % {"text": text}) from error
    return day.isoformat() if day else ""
