"""The columns of a file of Plays, and what may stand in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from plays.models.mapping import PartChoice
from plays.rules.day import EARLIEST, LATEST, NO_DAY, NotADay, read_day
from plays.rules.fields import one_line
from plays.rules.headings import FIELD_OF, WORDS
from plays.rules.page_columns import IS_COUNTED
from plays.rules.play_names import alias_list, as_text
from plays.rules.problems import FieldProblem
from plays.rules.quarter import Quarter
from plays.storage.text import header_name
from plays.sync.mappings.page_reference import BadReference, page_id_of
from plays.sync.plays.goals import MAX_GOAL
from plays.sync.sheets.problems import BadValue

KEY, QUARTER, ALIASES = "play_id", "quarter", "aliases"
LONG_TEXT = 10_000
YES = frozenset(("true", "1", "yes", "y", "o", "on", "active", "예", "네", "활성", "사용", "진행"))
NO = frozenset(
    (
        *("false", "0", "no", "n", "x", "off", "inactive"),
        *("아니오", "아니요", "비활성", "미사용", "중지", "종료"),
    )
)

# What a check gives for an empty cell that leaves the Play as it is.
LEAVE = object()


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of ours; `label` is how people are told of it. `rules.headings` has its headings."""

    name: str
    label: str | Promise
    check: Callable[[str], Any]


def _line(limit: int, value: str) -> str:
    return _within(limit, one_line(value))


def _prose(value: str) -> str:
    return _within(LONG_TEXT, "\n".join(map(one_line, value.splitlines())).strip())


def _within(limit: int, text: str) -> str:
    if len(text) > limit:
        raise BadValue(
            _("is too long: %(length)s characters, %(limit)s are allowed")
            % {"length": f"{len(text):,}", "limit": f"{limit:,}"}
        )
    return text


def _key(value: str) -> str:
    """How the file names the Play; whether it may be a new one's id is looked at later."""
    name = " ".join(unicodedata.normalize("NFC", value).split())
    if not name:
        raise BadValue(_("must not be empty"))
    return name


def _goal(value: str) -> int:
    digits = re.sub(r"\.0+$", "", value.strip().replace(",", ""))
    if not digits or digits.casefold() in NO_DAY:
        return 0
    if not re.fullmatch(r"[0-9]{1,9}", digits) or int(digits) > MAX_GOAL:
        raise BadValue(_("must be a whole number from 0 to %(limit)s") % {"limit": f"{MAX_GOAL:,}"})
    return int(digits)


def _day(value: str) -> date | None:
    try:
        return read_day(value)
    except NotADay as error:
        raise BadValue(_("must be a date like 2026-01-18")) from error


def _truth(value: str) -> bool | object:
    word = value.strip().casefold()
    if not word:
        return LEAVE
    if word not in YES | NO:
        raise BadValue(_("must be yes or no"))
    return word in YES


def _page(value: str) -> str | object:
    try:
        return page_id_of(value, site=settings.CONFLUENCE_URL) or LEAVE
    except BadReference as error:
        raise BadValue(str(error)) from error


def _aliases(value: str) -> str:
    return as_text(alias_list(value))


def _quarter(value: str) -> Quarter | object:
    if not value.strip():
        return LEAVE
    quarter = Quarter.written(value)
    if quarter is None or not EARLIEST <= quarter.year <= LATEST:
        raise BadValue(_("must be a quarter with its year, like 2026Q4"))
    return quarter


COLUMNS = (
    Column(name=KEY, label=gettext_lazy("play id"), check=_key),
    Column(name="name", label=gettext_lazy("name"), check=partial(_line, 300)),
    Column(name="owner", label=gettext_lazy("owner"), check=partial(_line, 200)),
    Column(name="source", label=gettext_lazy("source"), check=partial(_line, 100)),
    Column(name="channel", label=gettext_lazy("channel"), check=partial(_line, 100)),
    Column(name="priority", label=gettext_lazy("priority"), check=partial(_line, 100)),
    Column(name="cycle", label=gettext_lazy("cycle"), check=partial(_line, 100)),
    Column(name=QUARTER, label=gettext_lazy("quarter"), check=_quarter),
    Column(name="activity_goal", label=gettext_lazy("activity goal"), check=_goal),
    Column(name="signal_goal", label=gettext_lazy("signal goal"), check=_goal),
    Column(name="brief_goal", label=gettext_lazy("brief goal"), check=_goal),
    Column(name="s2_goal", label=gettext_lazy("S2 goal"), check=_goal),
    Column(name="lead_time", label=gettext_lazy("lead time target"), check=partial(_line, 300)),
    Column(name="next_action", label=gettext_lazy("next action"), check=_prose),
    Column(name="due_date", label=gettext_lazy("due date"), check=_day),
    Column(name="blocker", label=gettext_lazy("blocker"), check=_prose),
    Column(name="notes", label=gettext_lazy("notes"), check=_prose),
    Column(name="is_active", label=pgettext_lazy("Play", "active"), check=_truth),
    Column(name=ALIASES, label=gettext_lazy("aliases"), check=_aliases),
    Column(name="live_doc_page_id", label=gettext_lazy("Live doc"), check=_page),
    Column(name="todo_page_id", label=gettext_lazy("Play ToDo"), check=_page),
)
BY_NAME = {column.name: column for column in COLUMNS}
# Columns that are a quarter's, by the goal that they set.
GOAL_COLUMNS = {
    **{f"{name}_goal": name for name in ("activity", "signal", "brief", "s2")},
    "lead_time": "lead_time",
}
PAGE_COLUMNS = {
    "live_doc_page_id": PartChoice.LIVE_DOC,
    "todo_page_id": PartChoice.PLAY_TODO,
}
KNOWN_HEADINGS = frozenset(FIELD_OF) | IS_COUNTED
LISTS = frozenset(header_name(word) for word in (ALIASES, *WORDS[ALIASES]))


def check(column: Column, text: str) -> Any:
    """The clean value of a cell. Raises `BadValue` with its reason in the reader's language."""
    try:
        return column.check(text)
    except FieldProblem as problem:
        raise BadValue(problem.at(column.name).told(_)) from problem


def column_called(word: str) -> Column | None:
    """The column that a person means by its name, or by any word for it."""
    return BY_NAME.get(FIELD_OF.get(header_name(word), ""))
