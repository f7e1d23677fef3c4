"""The columns of a file of Plays: by which headings they are known, and what may stand in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from plays.models.mapping import PartChoice
from plays.rules.day import NotADay, read_day
from plays.rules.fields import one_line, play_id
from plays.rules.problems import FieldProblem
from plays.storage.text import header_name
from plays.sync.mappings.page_reference import BadReference, page_id_of
from plays.sync.plays.goals import MAX_GOAL
from plays.sync.sheets.problems import BadValue

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
    """A column by its `name`; `label` is how people are told of it, `headings` what it may be
    called besides.
    """

    name: str
    label: str | Promise
    headings: tuple[str, ...]
    check: Callable[[str], Any]

    @property
    def known_headings(self) -> frozenset[str]:
        return frozenset(map(header_name, (self.name, *self.headings)))


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


def _play_id(value: str) -> str:
    name = _line(100, unicodedata.normalize("NFC", value))
    if not name:
        raise BadValue(_("must not be empty"))
    if re.search(r"[\s/\\]", name):
        raise BadValue(_("must not hold spaces or slashes"))
    try:
        return play_id(name)
    except FieldProblem as problem:
        raise BadValue(_("must not contain characters that nobody can see")) from problem


def _goal(value: str) -> int:
    digits = re.sub(r"\.0+$", "", value.strip().replace(",", ""))
    if not digits:
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


COLUMNS = (
    Column(
        name="play_id",
        label=gettext_lazy("play id"),
        headings=("플레이 ID", "Play 아이디", "플레이 아이디"),
        check=_play_id,
    ),
    Column(
        name="name",
        label=gettext_lazy("name"),
        headings=("이름", "Play 이름", "플레이 이름", "플레이명", "Play 명", "Play name"),
        check=partial(_line, 300),
    ),
    Column(
        name="owner",
        label=gettext_lazy("owner"),
        headings=("담당자", "담당", "오너"),
        check=partial(_line, 200),
    ),
    Column(
        name="source",
        label=gettext_lazy("source"),
        headings=("소스", "출처"),
        check=partial(_line, 100),
    ),
    Column(
        name="channel",
        label=gettext_lazy("channel"),
        headings=("채널",),
        check=partial(_line, 100),
    ),
    Column(
        name="priority",
        label=gettext_lazy("priority"),
        headings=("우선순위", "중요도"),
        check=partial(_line, 100),
    ),
    Column(
        name="cycle",
        label=gettext_lazy("cycle"),
        headings=("주기",),
        check=partial(_line, 100),
    ),
    Column(
        name="activity_goal",
        label=gettext_lazy("activity goal a quarter"),
        headings=("활동 목표", "액티비티 목표"),
        check=_goal,
    ),
    Column(
        name="signal_goal",
        label=gettext_lazy("signal goal a quarter"),
        headings=("시그널 목표",),
        check=_goal,
    ),
    Column(
        name="brief_goal",
        label=gettext_lazy("brief goal a quarter"),
        headings=("브리프 목표",),
        check=_goal,
    ),
    Column(
        name="s2_goal",
        label=gettext_lazy("S2 goal a quarter"),
        headings=("S2 목표",),
        check=_goal,
    ),
    Column(
        name="next_action",
        label=gettext_lazy("next action"),
        headings=("다음 액션", "다음 할 일", "다음 작업", "넥스트 액션"),
        check=_prose,
    ),
    Column(
        name="due_date",
        label=gettext_lazy("due date"),
        headings=("마감일", "마감", "기한", "기한일", "due"),
        check=_day,
    ),
    Column(
        name="blocker",
        label=gettext_lazy("blocker"),
        headings=("블로커", "장애 요인"),
        check=_prose,
    ),
    Column(
        name="notes",
        label=gettext_lazy("notes"),
        headings=("메모", "비고", "note"),
        check=_prose,
    ),
    Column(
        name="is_active",
        label=pgettext_lazy("Play", "active"),
        headings=("활성", "활성 여부", "사용", "사용 여부", "active"),
        check=_truth,
    ),
    Column(
        name="live_doc_page_id",
        label=gettext_lazy("Live doc"),
        headings=(
            "라이브독 페이지 ID",
            "라이브독",
            "라이브 문서 페이지 ID",
            "라이브 문서",
            "live doc",
        ),
        check=_page,
    ),
    Column(
        name="todo_page_id",
        label=gettext_lazy("Play ToDo"),
        headings=("ToDo 페이지 ID", "ToDo 페이지", "할 일 페이지 ID", "할 일 페이지", "todo"),
        check=_page,
    ),
)
# Columns that are a quarter's, by the goal that they set.
GOAL_COLUMNS = {
    "activity_goal": "activity",
    "signal_goal": "signal",
    "brief_goal": "brief",
    "s2_goal": "s2",
}
COLUMN_OF = {heading: column for column in COLUMNS for heading in column.known_headings}
PAGE_COLUMNS = {
    "live_doc_page_id": PartChoice.LIVE_DOC,
    "todo_page_id": PartChoice.PLAY_TODO,
}
# Columns that the Play DB has and that the product reckons itself: read over, not refused.
RECKONED = frozenset(
    map(
        header_name,
        (
            *("status", "상태", "activity_qtd", "활동 QTD", "signal_qtd", "시그널 QTD"),
            *("brief_qtd", "브리프 QTD", "s2_qtd", "s3_qtd", "last_updated", "최종 갱신"),
        ),
    )
)


def columns_of(headings: tuple[str, ...]) -> Mapping[int, Column]:
    """The columns that the headings mean, by their index."""
    return dict(_columns(headings))


def _columns(headings: tuple[str, ...]) -> Iterator[tuple[int, Column]]:
    for index, heading in enumerate(headings):
        column = COLUMN_OF.get(header_name(heading))
        if column is not None:
            yield index, column
